"""What common English words mean, as short vectors: words that mean the like point the same way.

The table ships with the package (`words/meaning.npz`) and was distilled by `benchmarks/distil.py` from a sentence
encoder with a free licence. Other languages have none and do without. A bot may take the larger model of the extra
`embeddings` instead, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

TABLE: Final = Path(__file__).parent / "words" / "meaning.npz"
LANGUAGE: Final = "en"
TRUSTED: Final = 10_000
"""The table is ordered by how common its words are; as far as this a word is no misspelling of another."""

MEANS: Final = 0.5
"""How loud the meaning of a sentence is beside all else it shows."""

Kind: TypeAlias = Literal["on", "off", "embeddings"]


class Meaning(Protocol):
    """Vectors of words. `dimensions` is how long they are, `loud` how loud their sum is beside all else."""

    @property
    def dimensions(self) -> int: ...

    @property
    def loud(self) -> float: ...

    def vector(self, word: str, length: float = 1.0) -> NDArray[np.float32] | None:
        """A vector of this length, None for a word without a known meaning."""

    def is_common(self, word: str) -> bool:
        """Whether a word is one of everyday language, and so no misspelling of another."""


@dataclass(frozen=True, slots=True)
class Table:
    """`numbers`: word -> row of `rows` (words x dimensions, small whole numbers whose scale means nothing)."""

    numbers: Mapping[str, int]
    rows: NDArray[np.int8]

    @property
    def dimensions(self) -> int:
        return int(self.rows.shape[1])

    @property
    def loud(self) -> float:
        return MEANS

    def vector(self, word: str, length: float = 1.0) -> NDArray[np.float32] | None:
        number = self.numbers.get(word)
        if number is None:
            return None
        row: NDArray[np.float32] = self.rows[number].astype(np.float32)
        row *= length * float(row.dot(row)) ** -0.5
        return row

    def is_common(self, word: str) -> bool:
        return self.numbers.get(word, TRUSTED) < TRUSTED


NOTHING: Final = Table({}, np.zeros((0, 0), dtype=np.int8))


def meaning_for(language: str, kind: Kind = "on") -> Meaning:
    """The meaning of a language's words. OperatorError where `kind` is an extra that is not installed."""
    if kind == "off" or language.partition("-")[0] != LANGUAGE:
        return NOTHING
    if kind == "on":
        return shipped()
    from chatbot.understanding.embeddings import embeddings  # noqa: PLC0415 - an extra: only where it is asked for

    return embeddings()


@cache
def shipped() -> Table:
    with np.load(TABLE, allow_pickle=False) as table:
        words = table["words"].tobytes().decode("ascii").split("\n")
        return Table(dict(zip(words, range(len(words)), strict=True)), table["rows"])
