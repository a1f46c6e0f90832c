cimport cython

from chatbot.understanding.near cimport single
from chatbot.understanding.speller cimport Speller

cdef class Stemmer:
    cdef readonly object snowball
    cpdef str stem(self, str word)

cdef class Lexicon:
    cdef readonly object words
    cdef readonly dict counts, masses
    cdef readonly double unknown
    cdef readonly Speller speller
    cdef readonly Stemmer stemmer
    cdef readonly object meaning
    cpdef double mass(self, str stem)
    @cython.locals(stemmer=Stemmer, once=str, own=str, meant=str, halves=tuple)
    cpdef tuple meant(self, str word)
    cpdef bint is_common(self, str word)
    @cython.locals(counts=dict, last=str, word=str, found=list, known=bint, is_known=bint)
    cpdef object joined(self, object spoken)
