cimport cython

from chatbot.understanding.evidence cimport parts

from chatbot.understanding.layer cimport Layer, Shares
from chatbot.understanding.table cimport Table

cdef class Language:
    cdef readonly object stem
    cdef readonly frozenset quiet
    cdef readonly object mass
    cdef readonly dict groups
    cdef readonly object meaning
    cpdef object alike(self, str stem)

cdef class Word:
    cdef readonly long row, first, second
    cdef readonly bint loud

cdef class Rows:
    cdef readonly object table
    cdef readonly long relations, learnt
    cdef public long used
    cdef readonly Layer layer
    cpdef long add(self, list parts, object meaning)

cdef class Weights:
    cdef readonly tuple intents
    cdef readonly dict words, stems
    cdef readonly Rows rows
    cdef readonly Table beside, near
    cdef readonly Table parts
    cdef readonly object plain, turn
    cdef readonly dict numbers
    cdef readonly Language language
    cdef readonly double typical
    cpdef Shares shares(self, list shown)
    @cython.locals(beside=Table, near=Table, found=list, word=Word, last=Word, middle=Word, before=long, second=long)
    cpdef list found(self, list shown)
    @cython.locals(known=Word, found=Word, language=Language, named=Table, numbers=list, number=int, place=long)
    cpdef Word know(self, str word)
