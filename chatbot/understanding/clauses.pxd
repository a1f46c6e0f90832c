cimport cython

from chatbot.understanding.normalise cimport Text, Token

cpdef bint divisible(Text text, frozenset joins)
cpdef list clauses_of_words(Text text, frozenset joins)
@cython.locals(found=list, current=list, token=Token, end=long, is_join=bint)
cpdef list clauses(Text text, frozenset joins)
