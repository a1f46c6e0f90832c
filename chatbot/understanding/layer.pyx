# cython: cdivision=True
"""What rows of scores come to: `layer.py` compiled."""

from cpython.buffer cimport PyBUF_C_CONTIGUOUS, PyBUF_FORMAT, PyBuffer_Release, PyObject_GetBuffer
from libc.math cimport exp, expf, sqrt
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset, strcmp

cdef extern from *:
    """
    #ifdef __GNUC__
    #define fetch(place) __builtin_prefetch(place)
    #else
    #define fetch(place)
    #endif
    """
    void fetch(const void* place) noexcept nogil

from chatbot.understanding.shortlist import LEAST, LOUDEST, NONE_OF_THEM, SHORTLIST

cdef double least = LEAST
cdef double loudest = LOUDEST
cdef double none_of_them = NONE_OF_THEM
cdef int most = SHORTLIST


cdef class Shares:
    """The score of each intent for a message, and its share among them and none of them."""

    def __dealloc__(self):
        free(self.scores)

    cdef void compare(self):
        """From the scores to the chances and their sum."""
        cdef int number, best = 0
        cdef double seen_from
        cdef float chance
        for number in range(1, self.count):
            if self.scores[number] > self.scores[best]:
                best = number
        seen_from = self.scores[best] if self.scores[best] > loudest else 0.0
        self.first, self.total = best, exp(none_of_them - seen_from)
        for number in range(self.count):
            chance = expf(<float> (self.scores[number] - seen_from))
            self.chances[number] = chance
            self.total += chance

    cpdef double score(self, int number):
        return self.scores[number]

    cpdef double share(self, int number):
        return self.chances[number] / self.total

    cpdef int likeliest(self):
        return self.first

    cpdef list shortlist(self):
        """The numbers of the likeliest few, likeliest first; those with hardly a chance beside the first are not."""
        cdef int number
        cdef double enough = least * self.total
        cdef list top = []
        if self.share(self.first) > 1.0 - least:
            return [self.first]
        for number in range(self.count):
            if self.chances[number] >= enough or number == self.first:
                top.append((-self.chances[number], number))
        if len(top) > 1:
            top.sort()
        return [number for _, number in top[:most]]


cdef class Layer:
    """A table of rows: a score an intent, the squared length, what it means. `turn` makes scores of meaning.

    Of the first rows, `relations` behind one of nothing, only scores and lengths are looked at: they mean nothing.
    """

    def __init__(self, table, turn, parts, relations):
        # They are held as they are: what the machine has not written to yet takes no memory, and what was learnt is
        # shared with the bytes it was read from.
        self.table, self.turn, self.parts = table, turn, parts
        self.width, self.count, self.meanings = table.shape[1], turn.shape[1], turn.shape[0]
        self.part, self.relations = parts.shape[1], relations
        self.rows = <float*> memory(table, b"f")
        self.turns = <const float*> memory(turn, b"f")
        self.halves = <const unsigned short*> memory(parts, b"e")
        self.seen = <char*> calloc(len(table) + 1, 1)
        if not self.seen:
            raise MemoryError

    def __dealloc__(self):
        free(self.seen)

    cpdef write(self, Py_ssize_t row, list numbers, object meaning):
        """Make a row the sum of these parts."""
        cdef float* own = self.rows + row * self.width
        memset(own, 0, self.width * sizeof(float))
        for number in numbers:
            add_halves(own, self.halves + <Py_ssize_t> number * self.part, self.part)
        if meaning is not None:
            memcpy(own + self.part, memory(meaning, b"f"), self.meanings * sizeof(float))

    cpdef Shares shares(self, list found):
        """What some rows come to, each counted once; a part of the sum is made as loud as one of the length of one."""
        cdef Py_ssize_t count = self.count, number, place, rows
        cdef Shares shares = Shares.__new__(Shares)
        cdef float* total = <float*> calloc(self.width + count, sizeof(float))
        cdef float* meant = total + self.part
        cdef Py_ssize_t* chosen = <Py_ssize_t*> malloc((len(found) + 1) * sizeof(Py_ssize_t))
        cdef float length = 0.0
        if not total or not chosen:
            free(total)
            free(chosen)
            raise MemoryError
        shares.count, shares.scores, shares.chances = count, total, total + self.width
        rows = self.chosen(found, chosen)
        for place in range(rows):
            number = chosen[place]
            add(total, self.rows + number * self.width, self.part if number <= self.relations else self.width)
        free(chosen)
        if total[count] > 0:
            scale(total, 1.0 / sqrt(total[count]), count)
        for number in range(self.meanings):
            length += meant[number] * meant[number]
        if length > 0:
            scale(meant, 1.0 / sqrt(length), self.meanings)
            for number in range(0, self.meanings - 3, 4):
                add_four(total, self.turns + number * count, meant + number, count)
            for number in range(self.meanings - self.meanings % 4, self.meanings):
                add_times(total, self.turns + number * count, meant[number], count)
        shares.compare()
        return shares

    cdef Py_ssize_t chosen(self, list found, Py_ssize_t* rows):
        """These rows, each once, and how many they are. They lie far apart: the machine is told to fetch them."""
        cdef Py_ssize_t count = 0, number, place
        for number in found:
            if not self.seen[number]:
                self.seen[number] = True
                ahead(self.rows + number * self.width, self.part if number <= self.relations else self.width)
                rows[count] = number
                count += 1
        for place in range(count):
            self.seen[rows[place]] = False
        return count


cdef void* memory(array, const char* kind) except? NULL:
    """Where the numbers of an array lie, row after row, as long as somebody holds it."""
    cdef Py_buffer view
    PyObject_GetBuffer(array, &view, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS)
    try:
        if strcmp(view.format, kind):
            raise TypeError(f"not {kind} but {view.format}")
        return view.buf
    finally:
        PyBuffer_Release(&view)


cdef void ahead(const float* row, Py_ssize_t count) noexcept nogil:
    """Have the machine fetch a row, by the 64 bytes."""
    cdef Py_ssize_t place
    for place in range(0, count, 16):
        fetch(row + place)


cdef void add(float* total, const float* row, Py_ssize_t count) noexcept nogil:
    cdef Py_ssize_t place
    for place in range(count):
        total[place] += row[place]


cdef void add_times(float* total, const float* row, float times, Py_ssize_t count) noexcept nogil:
    cdef Py_ssize_t place
    for place in range(count):
        total[place] += times * row[place]


cdef void add_four(float* total, const float* rows, const float* times, Py_ssize_t count) noexcept nogil:
    """Four rows in a row, added up among themselves as what they are."""
    cdef Py_ssize_t place
    cdef const float* second = rows + count
    cdef const float* third = second + count
    cdef const float* fourth = third + count
    cdef float one = times[0], two = times[1], three = times[2], four = times[3]
    for place in range(count):
        total[place] += (one * rows[place] + two * second[place]) + (three * third[place] + four * fourth[place])


cdef void add_halves(float* total, const unsigned short* row, Py_ssize_t count) noexcept nogil:
    """Numbers of 16 bits: their sign, exponent and digits, put where a float has them, are 2**112 times too small."""
    cdef Py_ssize_t place
    cdef unsigned int bits
    cdef float value
    for place in range(count):
        bits = (row[place] & <unsigned int> 0x8000) << 16 | (row[place] & <unsigned int> 0x7FFF) << 13
        memcpy(&value, &bits, sizeof(float))
        total[place] += value * <float> 5.192296858534828e33


cdef void scale(float* total, float times, Py_ssize_t count) noexcept nogil:
    cdef Py_ssize_t place
    for place in range(count):
        total[place] *= times
