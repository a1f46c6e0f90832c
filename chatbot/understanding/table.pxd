cdef struct Slot:
    long long key
    int value

cdef class Table:
    cdef readonly object keys, values
    cdef Slot* slots
    cdef int shift
    cdef unsigned long long mask
    cdef unsigned long long place(self, long long key) noexcept nogil
    cpdef int find(self, long long key) noexcept
