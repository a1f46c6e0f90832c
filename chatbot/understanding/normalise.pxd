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

cpdef Text read_text(object text, object chat)
cpdef list plain_words(str spread, object chat)
cpdef list opened(str word, object chat)
cpdef list spellings(str word, object chat)
cpdef list word_tokens(str word, long start, object chat)
