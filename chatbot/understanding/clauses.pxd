from chatbot.understanding.normalise cimport Text

cpdef bint divisible(Text text, frozenset joins)
cpdef list clauses_of_words(Text text, frozenset joins)
