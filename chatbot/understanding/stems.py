"""The stems that a bot has heard of, by numbers: the words of its phrases and what customers say for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

UNHEARD: Final = -1
"""The number of all stems that the bot has not heard of."""


@dataclass(frozen=True, slots=True)
class Stems:
    """`numbers`: stem -> its number; those that tell most have the lowest, so that a sorted message begins with them.

    By number: how much a stem says (`masses`), and the same but 0.0 if it tells nothing (`tells`). `telling` are the
    numbers of those that tell something and stand for no value.
    """

    numbers: Mapping[str, int]
    masses: Sequence[float]
    tells: Sequence[float]
    telling: frozenset[int]

    @classmethod
    def build(cls, stems: Iterable[str], mass: Callable[[str], float], quiet: frozenset[str]) -> Stems:
        """`mass` says how much a stem says, `quiet` are those that tell nothing."""
        ordered = sorted(stems, key=lambda stem: (stem in quiet, -mass(stem), stem))
        masses = list(map(mass, ordered))
        return cls(
            dict(zip(ordered, range(len(ordered)), strict=True)),
            masses,
            [0.0 if stem in quiet else each for stem, each in zip(ordered, masses, strict=True)],
            frozenset([number for number, stem in enumerate(ordered) if stem not in quiet and not is_value(stem)]),
        )

    def number(self, stem: str) -> int:
        return self.numbers.get(stem, UNHEARD)


def is_value(word: str) -> bool:
    """Whether a word stands for a value that was found, as in "{order_number}"."""
    return word.startswith("{")
