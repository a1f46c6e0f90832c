cimport cython

from chatbot.understanding.negation cimport denial, opposition
from chatbot.understanding.stems cimport Stems

cdef class Spoken:
    cdef readonly str joined
    cdef readonly frozenset numbers
    cdef readonly long total
    cdef readonly list order
    cdef readonly str denies

cdef class Near:
    cdef readonly object intent, written
    cdef readonly double similarity, recall, told, opposite
    cdef readonly bint within

cdef class PhraseIndex:
    cdef readonly list joined, written, denials
    cdef readonly dict starts, intents
    cdef readonly Stems stems
    cdef readonly list numbers, cuts
    @cython.locals(first=long, second=long, start=long, near=Near, other=Near)
    cpdef tuple nearest(self, object intent, Spoken spoken)
    @cython.locals(masses=list, tells=list, heard=frozenset, numbers=list, cuts=list, at=long, number=long,
                   total=long, same=long, telling=long, told=long, tellers=long, joined=str, denies=str)
    cpdef Near compare(self, object intent, long place, Spoken spoken)

cpdef tuple candidates(dict held, list order)
