cimport cython

from chatbot.understanding.fold cimport fold, plain

cdef class Token:
    cdef readonly str text
    cdef readonly long start, end
    cdef readonly str kind

cdef class Text:
    cdef readonly str plain
    cdef readonly list words
    cdef object _chat
    cdef tuple _tokens
    cdef object _origin
    cdef readonly bint is_common

cpdef bint has_no_value(Text text, frozenset numbers)
cpdef str token_word(str text, str kind)
cpdef Text read_text(object text, object chat)
cpdef str letters_of(str text, bytes table)
cpdef Text text_of(str plain, list tokens, object origin)
@cython.locals(runs=bint, is_word=bint, start=Py_ssize_t, end=Py_ssize_t, run=str, word=str)
cpdef list simple_tokens(str spread, object chat)
@cython.locals(last=Py_UCS4, again=bint, letter=Py_UCS4)
cpdef bint has_run(str text)
cpdef list plain_words(str spread, object chat)
cpdef list opened(str word, object chat)
cpdef list spellings(str word, object chat)
cpdef list word_tokens(str word, long start, object chat)
