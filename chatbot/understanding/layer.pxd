cdef class Shares:
    cdef int count
    cdef int first
    cdef float* scores
    cdef float* chances
    cdef double total
    cdef void compare(self)
    cpdef double score(self, int number)
    cpdef double share(self, int number)
    cpdef int likeliest(self)
    cpdef list shortlist(self)

cdef class Layer:
    cdef readonly object table, turn, parts
    cdef Py_ssize_t width, count, meanings, part, relations
    cdef float* rows
    cdef char* seen
    cdef const float* turns
    cdef const unsigned short* halves
    cpdef write(self, Py_ssize_t row, list numbers, object meaning)
    cpdef Shares shares(self, list found)
    cdef Py_ssize_t chosen(self, list found, Py_ssize_t* rows)
