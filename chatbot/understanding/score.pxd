cimport cython

from chatbot.understanding.classifier cimport Cover, Measured
from chatbot.understanding.index cimport Near

cdef double BIAS, SHARE, LOUD, COVERAGE, PHRASE, RECALL, FOREIGN, HOLLOW, EXACT, RUNNING, SURE, SHORT_OF_SHARE, STRANGE

cdef class Scored:
    cdef readonly object intent
    cdef readonly double logit
    cdef public double probability
    cdef readonly tuple terms
    cdef readonly Measured measured
    cdef readonly Cover cover
    cdef readonly tuple rules

@cython.locals(one=Measured, each=Scored, common=tuple, scored=list, total=double)
cpdef list weigh(Cover cover, list measured, object rules, frozenset decisive, frozenset running, double size,
                 object commands=*)

@cython.locals(share=double, near=Near, start=double, coverage=double, phrase=double, unknown=double, hollow=double,
               exact=bint, said=double, very=double, strange=double, runs=double, match=double, keyword=double,
               no=double, denied=double, weak=double, logit=double, probability=double)
cpdef Scored scored_by(Measured measured, Cover cover, tuple common, tuple rules, bint is_running, bint is_command)

cpdef double said_by(double words, double share)
@cython.locals(logit=double)
cpdef double at_most(double words, double share, double size)
cpdef double strangeness(Measured measured, Cover cover)
