"""The stems that a bot has heard of, by numbers: the words of its phrases and what customers say for them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

UNHEARD: Final = -1
"""The number of all stems that the bot has not heard of."""

SCALE: Final = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Stems:
    """`numbers`: stem -> its number; those that tell most have the lowest, so that a sorted message begins with them.

    By number: how much a stem says (`masses`), and the same but 0 if it tells nothing (`tells`). Both are in parts of
    SCALE: whole numbers come to the same in whatever order they are added. `telling` has a 1 for those that tell
    something and stand for no value, `tellers` is how many stems tell something.
    """

    numbers: dict[str, int]
    masses: array[int]
    tells: array[int]
    telling: bytes
    tellers: int

    @classmethod
    def build(cls, stems: Iterable[str], mass: Callable[[str], float], quiet: frozenset[str]) -> Stems:
        """`mass` says how much a stem says, `quiet` are those that tell nothing."""
        ordered = sorted(stems, key=lambda stem: (stem in quiet, -mass(stem), stem))
        masses = array("q", [whole(mass(stem)) for stem in ordered])
        return cls.of(ordered, masses, sum(stem not in quiet for stem in ordered))

    @classmethod
    def of(cls, ordered: Sequence[str], masses: array[int], tellers: int) -> Stems:
        """From the stems in their order, of which the first so many tell something."""
        return cls(
            dict(zip(ordered, range(len(ordered)), strict=True)),
            masses,
            masses[:tellers] + array("q", bytes(masses.itemsize * (len(ordered) - tellers))),
            bytes([not is_value(stem) for stem in ordered[:tellers]]) + bytes(len(ordered) - tellers),
            tellers,
        )

    def number(self, stem: str) -> int:
        return self.numbers.get(stem, UNHEARD)


def whole(mass: float) -> int:
    """How much a stem says, in parts of SCALE."""
    return round(mass * SCALE)


def is_value(word: str) -> bool:
    """Whether a word stands for a value that was found, as in "{order_number}"."""
    return word.startswith("{")
