cimport cython

from chatbot.understanding.classifier cimport Measured
from chatbot.understanding.score cimport Scored

cpdef object clear(list scored, object matching)
@cython.locals(one=Scored)
cpdef tuple close(list scored, object matching, object commands)
@cython.locals(one=Scored)
cpdef tuple ranked(list scored)
cpdef double rounded(double probability)
@cython.locals(measured=Measured)
cpdef str because(Scored scored)
