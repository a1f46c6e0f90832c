"""What rows of scores come to: the sums that a message costs. `layer.pyx` does the same, compiled."""

from __future__ import annotations

from math import exp
from typing import Final

import numpy as np

from chatbot.understanding.evidence import Floats, Halves
from chatbot.understanding.shortlist import LEAST, LOUDEST, NONE_OF_THEM, SHORTLIST

ONES: Final = np.ones(1_024, dtype=np.float32)


class Shares:
    """The score of each intent for a message, and its share among them and none of them."""

    __slots__ = ("chances", "scores", "total")

    def __init__(self, scores: Floats) -> None:
        self.scores = scores
        best = scores.item(scores.argmax())
        none = exp(NONE_OF_THEM)
        if best > LOUDEST:
            scores, none = scores - best, exp(NONE_OF_THEM - best)
        self.chances: Floats = np.exp(scores)
        self.total = float(self.chances.dot(ones(len(scores)))) + none

    def score(self, number: int) -> float:
        return float(self.scores.item(number))

    def share(self, number: int) -> float:
        return float(self.chances.item(number)) / self.total

    def likeliest(self) -> int:
        return int(self.chances.argmax())

    def shortlist(self) -> list[int]:
        """The numbers of the likeliest few, likeliest first; those with hardly a chance beside the first are not."""
        first = self.likeliest()
        if self.share(first) > 1.0 - LEAST:
            return [first]
        top: list[int] = (self.chances >= LEAST * self.total).nonzero()[0].tolist()
        if len(top) < 2:
            return [first]
        return sorted(top, key=self.chances.item, reverse=True)[:SHORTLIST]


class Layer:
    """A table of rows: a score an intent, the squared length, what it means. `turn` makes scores of meaning.

    `parts` are rows in half the bytes, and without a meaning, that others are the sums of. The first rows, `relations`
    behind one of nothing, have no meaning either.
    """

    __slots__ = ("parts", "relations", "table", "turn")

    def __init__(self, table: Floats, turn: Floats, parts: Halves, relations: int) -> None:
        self.table, self.turn, self.parts, self.relations = table, turn, parts, relations

    def write(self, row: int, numbers: list[int], meaning: Floats | None) -> None:
        """Make a row the sum of these parts."""
        width, own = self.parts.shape[1], self.table[row]
        own[:width] = self.parts.take(numbers, 0).sum(axis=0, dtype=np.float32) if numbers else 0.0
        own[width:] = 0.0 if meaning is None else meaning

    def shares(self, found: list[int]) -> Shares:
        """What some rows come to, each counted once; a part of the sum is made as loud as one of the length of one."""
        count = self.turn.shape[1]
        rows = np.fromiter(dict.fromkeys(found), np.intp)
        total: Floats = ones(len(rows)).dot(self.table.take(rows, 0))
        scores = total[:count]
        size = total.item(count)
        if size > 0:
            scores *= size**-0.5
        if len(self.turn):
            meant = total[count + 1 :]
            length = float(meant.dot(meant))
            if length > 0:
                turned = meant.dot(self.turn)
                turned *= length**-0.5
                scores += turned
        return Shares(scores)


def ones(count: int) -> Floats:
    """So many ones: a product with them is the quickest sum."""
    return ONES[:count] if count <= len(ONES) else np.ones(count, dtype=np.float32)
