"""Whole numbers by whole numbers, found in one step. `table.pyx` does the same, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Table:
    """What belongs to each key: numbers from 1 on, and 0 to all that is no key. Both stay as they came, in columns."""

    __slots__ = ("found", "keys", "values")

    def __init__(self, keys: NDArray[Any], values: NDArray[Any]) -> None:
        self.keys, self.values = keys, values
        self.found: Mapping[int, int] = dict(zip(keys.tolist(), values.tolist(), strict=True))

    def find(self, key: int) -> int:
        return self.found.get(key, 0)


def table_of(found: Mapping[int, int]) -> Table:
    return Table(np.array(list(found), dtype=np.int64), np.array(list(found.values()), dtype=np.int32))
