cpdef str denial(object spoken, object words)
cpdef double opposition(str message, str phrase)
