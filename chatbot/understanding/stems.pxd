cdef class Stems:
    cdef readonly dict numbers
    cdef readonly const long long[::1] masses, tells
    cdef readonly bytes telling
    cdef readonly long tellers
    cpdef long number(self, str stem)
