cimport cython

@cython.locals(once=list, last=Py_UCS4, letter=Py_UCS4)
cpdef str single(str word)
