cdef class Stems:
    cdef readonly dict numbers
    cdef readonly list masses, tells
    cdef readonly frozenset telling
    cdef readonly long tellers
    cpdef long number(self, str stem)
