cimport cython

from chatbot.understanding.near cimport is_slip, single
from chatbot.understanding.table cimport Table

cdef unsigned long long BASE, KEYS, INVERSE

cdef class Groups:
    cdef readonly list words
    cdef readonly Table keys
    cdef readonly list starts, members
    @cython.locals(own=Table, words=list, members=list, starts=list, found=set, number=int, member=long)
    cpdef list of_any(self, list keys)

cdef class Speller:
    cdef readonly dict counts
    cdef readonly Groups deletes
    cdef readonly dict singles
    cdef readonly Groups sounds
    cdef readonly dict lengthy
    cpdef str meant(self, str word, str once=*)
    cpdef str cheapest(self, str word, list found, int most)
    cpdef tuple halves(self, str word)

cpdef double cost(str written, str meant)
cpdef double swap(str one, str other)
cpdef str sound(str word)
@cython.locals(key="unsigned long long", weight="unsigned long long", begin="unsigned long long",
               longer="unsigned long long", letter=Py_UCS4, found=list)
cpdef list keys(str word)
