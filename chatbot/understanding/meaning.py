"""What common English words mean, as short vectors: words that mean the like point the same way.

The table ships with the package (`words/meaning.npz`) and was distilled by `benchmarks/distil.py` from a sentence
encoder with a free licence. Other languages have none and do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

TABLE: Final = Path(__file__).parent / "words" / "meaning.npz"
LANGUAGE: Final = "en"
TRUSTED: Final = 10_000
"""The table is ordered by how common its words are; as far as this a word is no misspelling of another."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """`numbers`: word -> row of `rows` (words x dimensions, small whole numbers whose scale means nothing)."""

    numbers: Mapping[str, int]
    rows: NDArray[np.int8]

    @property
    def dimensions(self) -> int:
        return int(self.rows.shape[1])

    def vector(self, word: str, length: float = 1.0) -> NDArray[np.float32] | None:
        """A vector of this length, None for a word the table does not hold."""
        number = self.numbers.get(word)
        if number is None:
            return None
        row = self.rows[number].astype(np.float32)
        row *= length * float(row.dot(row)) ** -0.5
        return row

    def is_common(self, word: str) -> bool:
        return self.numbers.get(word, TRUSTED) < TRUSTED


NOTHING: Final = Meaning({}, np.zeros((0, 0), dtype=np.int8))


def meaning_for(language: str) -> Meaning:
    return shipped() if language.partition("-")[0] == LANGUAGE else NOTHING


@cache
def shipped() -> Meaning:
    with np.load(TABLE, allow_pickle=False) as table:
        words = table["words"].tobytes().decode("ascii").split("\n")
        return Meaning({word: number for number, word in enumerate(words)}, table["rows"])
