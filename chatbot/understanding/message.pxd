cimport cython

from chatbot.understanding.layer cimport Shares
from chatbot.understanding.lexicon cimport Lexicon
from chatbot.understanding.stems cimport Stems
from chatbot.understanding.weights cimport Weights, Word

cdef class Meant:
    cdef readonly str text, stem
    cdef readonly long number
    cdef readonly Word word
    cdef readonly bint denies

cdef class Message:
    cdef readonly object written, words
    cdef readonly list meant
    cdef public Shares shares
    @cython.locals(one=Meant)
    cpdef list shown(self)

cdef class Vocabulary:
    cdef readonly Lexicon lexicon
    cdef readonly Weights weights
    cdef readonly Stems stems
    cdef readonly dict plain, others
    @cython.locals(plain=dict, meant=list, one=Meant)
    cpdef Message message(self, object words)
    cpdef tuple meant(self, str word)
    @cython.locals(texts=tuple, stems=tuple, place=long)
    cpdef tuple looked_up(self, str word)
    cpdef Meant one(self, str text, str stem)
