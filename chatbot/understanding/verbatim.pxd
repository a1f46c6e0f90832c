cimport cython

cdef class Verbatim:
    cdef readonly dict intents
    cdef readonly frozenset filler
    @cython.locals(known=dict, filler=frozenset, seen=str, joined=str)
    cpdef frozenset find(self, tuple spellings)
