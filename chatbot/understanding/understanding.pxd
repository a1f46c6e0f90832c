cimport cython

from chatbot.understanding.clauses cimport clauses, clauses_of_words, divisible
from chatbot.understanding.classifier cimport Classifier, Cover
from chatbot.understanding.decide cimport clear, close, ranked
from chatbot.understanding.message cimport Message
from chatbot.understanding.normalise cimport Text, Token, has_no_value, read_text, token_word
from chatbot.understanding.score cimport Scored, at_most, weigh

cdef class Texts:
    cdef dict read
    cdef readonly object text
    cdef object words
    cpdef Text in_language(self, object language)

cdef class Heard:
    cdef readonly object language
    cdef readonly Text text
    cdef readonly Message message
    cdef readonly list scored

cdef class Understanding:
    cdef readonly object program
    cdef readonly object matching
    cdef readonly tuple languages
    cdef readonly dict classifiers
    cdef readonly object commands, rules, entities
    cdef readonly frozenset decisive
    cdef readonly object words, titles
    cdef readonly dict sizes
    cdef readonly bint was_learnt_before
    @cython.locals(texts=Texts, heard=Heard)
    cpdef object read(self, object text, object context)
    cpdef object language(self, object context)
    cpdef tuple found(self, Text read, object text, object context)
    @cython.locals(best=Heard, heard=Heard)
    cpdef Heard hear(self, Texts texts, object own, object context, tuple found)
    @cython.locals(message=Message, rules=tuple)
    cpdef Heard listen(self, Classifier classifier, Text text, object clause, object context, tuple found, str unless=*)
    @cython.locals(known=list)
    cpdef tuple intents(self, Heard heard, object context, tuple found)
    @cython.locals(classifier=Classifier)
    cpdef object clear_in(self, Heard heard, object clause, object context, tuple found, str unless=*)
    @cython.locals(words=double, share=double)
    cpdef bint may_be_clear(self, Classifier classifier, Message message)
    @cython.locals(classifier=Classifier)
    cpdef object likeliest(self, Heard heard, object clause, tuple found)
    @cython.locals(text=Text)
    cpdef list clauses(self, Text text, frozenset joins, tuple found)

cpdef bint is_whole(Scored best)
@cython.locals(token=Token, written=list)
cpdef tuple spoken_words(Classifier classifier, Text text, object clause, tuple found)
@cython.locals(begin=long, end=long, first=long, last=long, place=long, token=Token, words=list, names=list,
               wanted=list)
cpdef list slotted(Text text, object tokens, list written, tuple found, Classifier classifier)
