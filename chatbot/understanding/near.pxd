cimport cython

@cython.locals(once=list, last=Py_UCS4, letter=Py_UCS4)
cpdef str single(str word)
@cython.locals(begin=Py_ssize_t, end=Py_ssize_t, other_end=Py_ssize_t, left=Py_ssize_t, right=Py_ssize_t)
cpdef bint is_slip(str one, str other)
