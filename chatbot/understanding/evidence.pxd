cimport cython

cdef unsigned long long BASE, KEYS

@cython.locals(digits=list, found=list, keys=list, longer=list, last=long, start=long, key="unsigned long long",
               digit="unsigned long long")
cpdef list letters(str word)
cpdef list parts(str word, object alike)
