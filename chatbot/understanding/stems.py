"""The stems that a bot has heard of, by numbers: the words of its phrases and what customers say for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

UNHEARD: Final = -1
"""The number of all stems that the bot has not heard of."""

SCALE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Stems:
    """`numbers`: stem -> its number; those that tell most have the lowest, so that a sorted message begins with them.

    By number: how much a stem says (`masses`), and the same but 0 if it tells nothing (`tells`). Both are in parts of
    SCALE: whole numbers come to the same in whatever order they are added. `telling` are the
    numbers of those that tell something and stand for no value, `tellers` is how many stems tell something.
    """

    numbers: dict[str, int]
    masses: list[int]
    tells: list[int]
    telling: frozenset[int]
    tellers: int

    @classmethod
    def build(cls, stems: Iterable[str], mass: Callable[[str], float], quiet: frozenset[str]) -> Stems:
        """`mass` says how much a stem says, `quiet` are those that tell nothing."""
        ordered = sorted(stems, key=lambda stem: (stem in quiet, -mass(stem), stem))
        return cls.of(ordered, [whole(mass(stem)) for stem in ordered], sum(stem not in quiet for stem in ordered))

    @classmethod
    def of(cls, ordered: Sequence[str], masses: list[int], tellers: int) -> Stems:
        """From the stems in their order, of which the first so many tell something."""
        values = {number for number, stem in enumerate(ordered[:tellers]) if is_value(stem)}
        return cls(
            dict(zip(ordered, range(len(ordered)), strict=True)),
            masses,
            [*masses[:tellers], *[0] * (len(ordered) - tellers)],
            frozenset(range(tellers)) - values,
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
