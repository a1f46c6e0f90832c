cimport cython

from chatbot.understanding.negation cimport denial, opposition
from chatbot.understanding.stems cimport Stems

cdef double OPPOSITE, UNTOLD, INSIDE, LIKE_ENOUGH, STEMS, LETTERS

cdef class Spoken:
    cdef readonly str joined
    cdef readonly long long total
    cdef readonly list order
    cdef readonly str denies

cdef class Near:
    cdef readonly object intent, written
    cdef readonly double similarity, recall, told, opposite
    cdef readonly bint within
    cpdef double rank(self, double more=*)

cdef class PhraseIndex:
    cdef readonly list joined, written, denials
    cdef readonly dict starts, intents
    cdef readonly Stems stems
    cdef readonly const int[::1] numbers, cuts
    @cython.locals(first=long, second=long, start=long, near=Near, other=Near, recall=double)
    cpdef tuple nearest(self, object intent, Spoken spoken)
    @cython.locals(masses="const long long[::1]", tells="const long long[::1]", numbers="const int[::1]", order=list,
                   count=long, at=long, heard=long, number=long, other=long, mass=longlong, tell=longlong,
                   total=longlong, same=longlong, telling=longlong, told=longlong, tellers=long, joined=str, denies=str)
    cpdef Near compare(self, object intent, long place, Spoken spoken)
    cpdef double letters(self, long place, Spoken spoken)

cpdef tuple candidates(dict held, list order)
