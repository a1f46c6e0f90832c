cpdef list letters(str word)
cpdef list parts(str word, object alike)
