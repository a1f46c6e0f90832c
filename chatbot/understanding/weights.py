"""Which words speak for which intent: a linear layer over words, neighbours and letter groups, learnt from the phrases.

Class centroids to start from, then a few rounds of softmax regression (AdaGrad) in which only the classes that
still compete are touched. Every score is a sum over the words of the message, so every score can be explained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp, log, sqrt
from operator import add

from chatbot.understanding.lexicon import MEMO

WORD, NEIGHBOURS, PAIR, LETTERS = 1.5, 0.7, 0.7, 0.5
"""How loud the kinds of evidence start: a word, two in a row, two near each other, four letters of a word."""

START, RATE, COMPETES = 10.0, 0.5, 0.03
WORK = 3_000
"""Phrases times rounds that building may cost; a small bot gets MOST_ROUNDS, a large one at least one."""
MOST_ROUNDS = 3
FAINT = 0.02
"""Weights below this are dropped: too many to add up, too small to matter."""

DENSE = 4
"""A row that holds more than one intent in this many is added as a whole: faster than one by one."""

Row = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a part of a message says: a weight an intent (`dense`), or pairs where few intents have one (`sparse`)."""

    dense: tuple[float, ...]
    sparse: tuple[tuple[int, float], ...]
    size: float


@dataclass(frozen=True, slots=True)
class Weights:
    """`rows`: evidence -> intent number -> weight, already scaled by how rare the evidence is.

    `sizes` holds each evidence's squared share of a message's length, `merged` what was summed up before.
    """

    intents: tuple[str, ...]
    rows: Mapping[str, Row]
    sizes: Mapping[str, float]
    quiet: frozenset[str]
    merged: dict[str, Merged] = field(default_factory=dict)

    @classmethod
    def build(cls, examples: Sequence[tuple[str, tuple[str, ...]]], quiet: frozenset[str]) -> Weights:
        """Learn from (intent, stems); `quiet` stems make no pairs."""
        intents = tuple(dict.fromkeys(intent for intent, _ in examples))
        numbers = {intent: number for number, intent in enumerate(intents)}
        loud = [evidence_of(stems, quiet) for _, stems in examples]
        rarity = rarities(loud)
        vectors = [unit({key: value * rarity[key] for key, value in one.items()}) for one in loud]
        targets = [numbers[intent] for intent, _ in examples]
        table = learn(vectors, targets, len(intents))
        scale = {key: rarity[key] * loudness(key) for key in table}
        rows = {
            key: {number: weight * scale[key] for number, weight in row.items() if abs(weight) * scale[key] > FAINT}
            for key, row in table.items()
        }
        return cls(intents, rows, {key: value * value for key, value in scale.items()}, quiet)

    def scores(self, stems: Sequence[str]) -> list[float]:
        """One score an intent for a message."""
        totals = [0.0] * len(self.intents)
        size = 0.0
        for part in self.parts(stems):
            row = self.merged.get(part) or self.merge(part)
            size += row.size
            if row.dense:
                totals = list(map(add, totals, row.dense))
            else:
                for number, weight in row.sparse:
                    totals[number] += weight
        length = sqrt(size) or 1.0
        return [total / length for total in totals]

    def contributions(self, stems: Sequence[str], intent: str) -> dict[str, float]:
        """What each word ("order") and relation ("my order") adds to an intent's score: they sum up to it."""
        number = self.intents.index(intent)
        rows = {part: self.merged.get(part) or self.merge(part) for part in self.parts(stems)}
        length = sqrt(sum(row.size for row in rows.values())) or 1.0
        adds: dict[str, float] = {}
        for part, row in rows.items():
            value = row.dense[number] if row.dense else dict(row.sparse).get(number, 0.0)
            name = part[2:] if " " in part else part
            adds[name] = adds.get(name, 0.0) + value / length
        return {name: value for name, value in adds.items() if value}

    def parts(self, stems: Sequence[str]) -> list[str]:
        """The words of a message and those of their relations that any phrase has; relations hold a blank."""
        rows = self.rows
        return [*dict.fromkeys(stems), *(key for key in relations(stems, self.quiet) if key in rows)]

    def merge(self, part: str) -> Merged:
        """A relation, or a word and its letter groups, as one row; summed up once."""
        total: dict[int, float] = {}
        size = 0.0
        for key in (part,) if " " in part else (f"w {part}", *letters(part)):
            row = self.rows.get(key)
            if row is not None:
                size += self.sizes[key]
                for number, weight in row.items():
                    total[number] = total.get(number, 0.0) + weight
        if len(total) * DENSE > len(self.intents):
            merged = Merged(tuple(total.get(number, 0.0) for number in range(len(self.intents))), (), size)
        else:
            merged = Merged((), tuple(sorted(total.items())), size)
        if len(self.merged) < MEMO:
            self.merged[part] = merged
        return merged


def evidence_of(stems: Sequence[str], quiet: frozenset[str]) -> dict[str, float]:
    """Everything a sentence shows, each with its loudness."""
    found: dict[str, float] = {}
    for stem in stems:
        found[f"w {stem}"] = WORD
        for key in letters(stem):
            found[key] = LETTERS
    for key in relations(stems, quiet):
        found[key] = loudness(key)
    return found


def letters(stem: str) -> list[str]:
    """The groups of four letters of a word, its ends marked; once each."""
    if not stem.isalpha() or len(stem) < 3:
        return []
    marked = f"<{stem[:40]}>"
    return list(dict.fromkeys(f"l {marked[start : start + 4]}" for start in range(len(marked) - 3)))


def relations(stems: Sequence[str], quiet: frozenset[str]) -> list[str]:
    """Two words in a row (the ends count as words), and loud words at most one loud word apart; once each."""
    ends = ("^", *stems, "$")
    found = [f"n {one} {other}" for one, other in pairwise(ends)]
    loud = [stem for stem in stems if stem not in quiet]
    for gap in (1, 2):
        for one, other in zip(loud, loud[gap:], strict=False):
            found.append(f"p {one} {other}" if one < other else f"p {other} {one}")
    return list(dict.fromkeys(found))


def loudness(key: str) -> float:
    return {"w": WORD, "n": NEIGHBOURS, "p": PAIR, "l": LETTERS}[key[0]]


def rarities(examples: Sequence[Mapping[str, float]]) -> dict[str, float]:
    seen: dict[str, int] = {}
    for one in examples:
        for key in one:
            seen[key] = seen.get(key, 0) + 1
    return {key: log(1 + len(examples) / count) for key, count in seen.items()}


def unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(value * value for value in vector.values())) or 1.0
    return {key: value / length for key, value in vector.items()}


def learn(vectors: Sequence[Mapping[str, float]], targets: Sequence[int], intents: int) -> dict[str, dict[int, float]]:
    """Centroids, sharpened in rounds; the order of the phrases is mixed by a fixed stride."""
    table = centroids(vectors, targets, intents)
    slopes: dict[tuple[str, int], float] = {}
    stride = stride_for(len(vectors))
    for turn in range(min(MOST_ROUNDS, max(1, WORK // max(1, len(vectors))))):
        for step in range(len(vectors)):
            index = (turn + step * stride) % len(vectors)
            sharpen(table, slopes, vectors[index], targets[index], intents)
    return table


def centroids(
    vectors: Sequence[Mapping[str, float]], targets: Sequence[int], intents: int
) -> dict[str, dict[int, float]]:
    sizes = [0] * intents
    for target in targets:
        sizes[target] += 1
    table: dict[str, dict[int, float]] = {}
    for vector, target in zip(vectors, targets, strict=True):
        for key, value in vector.items():
            row = table.setdefault(key, {})
            row[target] = row.get(target, 0.0) + START * value / sizes[target]
    return table


def sharpen(
    table: Mapping[str, dict[int, float]],
    slopes: dict[tuple[str, int], float],
    vector: Mapping[str, float],
    target: int,
    intents: int,
) -> None:
    """One step of softmax regression on one phrase."""
    scores = [0.0] * intents
    for key, value in vector.items():
        for number, weight in table[key].items():
            scores[number] += weight * value
    best = max(scores)
    chances = [exp(score - best) for score in scores]
    total = sum(chances)
    for number, chance in enumerate(chances):
        error = chance / total - (number == target)
        if abs(error) < COMPETES:
            continue
        for key, value in vector.items():
            slope = error * value
            known = slopes[key, number] = slopes.get((key, number), 0.1) + slope * slope
            row = table[key]
            row[number] = row.get(number, 0.0) - RATE * slope / sqrt(known)


def stride_for(count: int) -> int:
    """A step that visits every index once before it comes round: near the golden section, without common divisor."""
    step = max(1, int(count * 0.618))
    while count and divisor(step, count) > 1:
        step += 1
    return step


def divisor(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one
