"""Whole numbers by whole numbers: `table.py` compiled, with all of them side by side in memory."""

from libc.stdlib cimport calloc, free

import numpy as np

cdef unsigned long long SPREAD = 0x9E3779B97F4A7C15


cdef class Table:
    """What belongs to each key: numbers from 1 on, and 0 to all that is no key. Both stay as they came, in columns."""

    def __init__(self, keys, values):
        cdef bytes key_bytes = keys.astype("i8").tobytes(), value_bytes = values.astype("i4").tobytes()
        cdef const long long* all_keys = <const long long*> <const char*> key_bytes
        cdef const int* all_values = <const int*> <const char*> value_bytes
        cdef Py_ssize_t number, count = len(keys)
        cdef unsigned long long size = 4
        self.keys, self.values, self.shift = keys, values, 62
        while 3 * size < 4 * <unsigned long long> count:
            size *= 2
            self.shift -= 1
        self.mask = size - 1
        self.slots = <Slot*> calloc(size, sizeof(Slot))
        if not self.slots:
            raise MemoryError
        for number in range(count):
            self.slots[self.place(all_keys[number])] = Slot(all_keys[number], all_values[number])

    def __dealloc__(self):
        free(self.slots)

    cdef unsigned long long place(self, long long key) noexcept nogil:
        """Where a key stands, or would."""
        cdef unsigned long long at = (<unsigned long long> key * SPREAD) >> self.shift
        while self.slots[at].value and self.slots[at].key != key:
            at = (at + 1) & self.mask
        return at

    cpdef int find(self, long long key) noexcept:
        return self.slots[self.place(key)].value


def table_of(found):
    return Table(np.array(list(found), dtype=np.int64), np.array(list(found.values()), dtype=np.int32))
