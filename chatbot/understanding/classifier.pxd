cimport cython

from chatbot.understanding.index cimport Near, PhraseIndex, Spoken
from chatbot.understanding.layer cimport Shares
from chatbot.understanding.message cimport Meant, Message, Vocabulary
from chatbot.understanding.negation cimport denial
from chatbot.understanding.stems cimport Stems
from chatbot.understanding.verbatim cimport Verbatim
from chatbot.understanding.weights cimport Weights

cdef class Cover:
    cdef readonly double coverage, phrase, recall, foreign
    cdef readonly bint hollow
    cdef readonly double strange

cdef class Measured:
    cdef readonly object intent
    cdef public double words, share
    cdef readonly bint verbatim
    cdef readonly Near nearest, against

cdef class Classifier:
    cdef readonly object language
    cdef readonly Vocabulary vocabulary
    cdef readonly PhraseIndex index, counter
    cdef readonly Verbatim verbatim
    cdef readonly dict spoken
    cdef readonly double phrases
    cdef readonly frozenset slots
    cpdef Message message(self, object words)
    @cython.locals(weights=Weights, index=PhraseIndex, shares=Shares, number=long, share=double, score=double,
                   recall=double, foreign=double, strange=double, near=Near, against=Near, nearest=Near, spoken=Spoken,
                   cover=Cover, found=list)
    cpdef tuple measure(self, Message message, object also=*, frozenset verbatim=*)
    cpdef Shares shares(self, Message message)
    cpdef object likeliest(self, Message message)
    @cython.locals(shares=Shares, weights=Weights, first=long)
    cpdef tuple loudest(self, Message message)
    @cython.locals(one=dict, other=dict, telling=bytes, number=long, tells=bint, weights=Weights)
    cpdef bint are_twins(self, Message message, Spoken spoken, object first, object second)
    @cython.locals(vocabulary=Vocabulary, stems=list, numbers=set, order=list, denies=bint, denied=str,
                   masses="const long long[::1]", total=longlong, foreign=longlong, number=long, mass=longlong,
                   one=Meant)
    cpdef tuple spoken_by(self, Message message)
    @cython.locals(own=frozenset, stems=Stems, masses="const long long[::1]", telling=bytes, covered=longlong,
                   number=long, shared=bint, hollow=bint, similarity=double)
    cpdef Cover cover(self, object intent, Spoken spoken, Near near, double recall, double foreign, double strange)
