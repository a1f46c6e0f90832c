cimport cython

@cython.locals(last=Py_UCS4, letter=Py_UCS4)
cpdef str single(str word)
