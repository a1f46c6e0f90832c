cpdef tuple plain(object text)
cpdef str fold(object word)
cpdef str digit(object character)
