"""How well messages were understood: accuracy, confusions, what is out of scope, and the thresholds that fit.

Only arithmetic over judgements that somebody else made; nothing is read, built or timed here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

OUT: Final = "oos"
"""The label of a message that belongs to no intent."""

WRONG_COSTS: Final = 2.0
"""A flow that starts on the wrong message costs as much as two that do not start on the right one."""

MOST_EXAMPLES: Final = 3
LEVELS: Final = tuple(round(0.05 * step, 2) for step in range(1, 20))
MARGINS: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)

Sureness = tuple[float, float]
"""How sure a reading is, for ordering: its probability, then its score before the curve."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message, the intent it has ("oos": none) and what was made of it: candidates best first, and what started."""

    text: str
    intent: str
    ranked: tuple[tuple[str, float], ...]
    score: float
    started: str = ""

    @property
    def guess(self) -> str:
        return self.ranked[0][0] if self.ranked else ""

    @property
    def sure(self) -> Sureness:
        return (self.ranked[0][1], self.score) if self.ranked else (0.0, -1e9)

    @property
    def ahead(self) -> float:
        return self.sure[0] - (self.ranked[1][1] if len(self.ranked) > 1 else 0.0)

    @property
    def inside(self) -> bool:
        return self.intent != OUT

    @property
    def right(self) -> bool:
        return self.guess == self.intent


@dataclass(frozen=True, slots=True)
class Quality:
    """One intent, each 0..1; `support`: how many messages have it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Confusion:
    intent: str
    taken_for: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Messages of no intent, all shares 0..1.

    `auroc`: how often one in scope is surer than one out of scope. `fpr95`: the share of these that is let in where
    95 % of those in scope are; `recall_at_5`: the share kept out where 5 % of those in scope are.
    """

    auroc: float
    fpr95: float
    recall_at_5: float
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a threshold leads to, as shares of the messages in scope (`right`, `wrong`, `silent`) and of the others."""

    accept: float
    margin: float
    right: float
    wrong: float
    silent: float
    false_starts: float


def accuracy(judged: Sequence[Judged]) -> float:
    """The share of messages in scope whose best candidate is right, whatever its probability."""
    inside = [one for one in judged if one.inside]
    return sum(one.right for one in inside) / len(inside) if inside else 0.0


def interval(share: float, count: int) -> tuple[float, float]:
    """Where a share truly lies, 95 times of 100 (Wilson)."""
    if not count:
        return 0.0, 1.0
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def per_intent(judged: Sequence[Judged]) -> dict[str, Quality]:
    """Each intent that a message has or was taken to have, by name."""
    inside = [one for one in judged if one.inside]
    truth = Counter(one.intent for one in inside)
    guessed = Counter(one.guess for one in inside if one.guess)
    right = Counter(one.intent for one in inside if one.right)
    found: dict[str, Quality] = {}
    for name in sorted(truth | guessed):
        precision = right[name] / guessed[name] if guessed[name] else 0.0
        recall = right[name] / truth[name] if truth[name] else 0.0
        both = precision + recall
        found[name] = Quality(precision, recall, 2 * precision * recall / both if both else 0.0, truth[name])
    return found


def confusions(judged: Iterable[Judged]) -> list[Confusion]:
    """Which intents are taken for which, the commonest first. "" is none at all; messages out of scope stay out."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for one in judged:
        if one.inside and not one.right:
            pairs.setdefault((one.intent, one.guess), []).append(one.text)
    ordered = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [Confusion(*pair, len(texts), tuple(texts[:MOST_EXAMPLES])) for pair, texts in ordered]


def out_of_scope(judged: Iterable[Judged]) -> OutOfScope | None:
    """None where no message is out of scope, or none in it."""
    every = list(judged)
    inside = sorted(one.sure for one in every if one.inside)
    outside = sorted(one.sure for one in every if not one.inside)
    if not inside or not outside:
        return None
    below = sum(bisect_left(outside, sure) + (upper(outside, sure) - bisect_left(outside, sure)) / 2 for sure in inside)
    bar = inside[int(0.05 * len(inside))]
    let_in = len(outside) - bisect_left(outside, bar)
    share = let_in / len(outside)
    return OutOfScope(below / (len(inside) * len(outside)), share, 1 - share, len(outside))


def upper(values: Sequence[Sureness], value: Sureness) -> int:
    """How many of the sorted values are at most this one."""
    return bisect_left(values, (value[0], value[1] + 1e-12))


def outcome(judged: Sequence[Judged], accept: float, margin: float) -> Outcome:
    """What would start with these thresholds."""
    inside = [one for one in judged if one.inside]
    outside = [one for one in judged if not one.inside]
    started = [one for one in inside if one.sure[0] >= accept and one.ahead >= margin]
    right = sum(one.right for one in started)
    total = max(1, len(inside))
    false = sum(one.sure[0] >= accept and one.ahead >= margin for one in outside)
    return Outcome(
        accept,
        margin,
        right / total,
        (len(started) - right) / total,
        1 - len(started) / total if inside else 0.0,
        false / len(outside) if outside else 0.0,
    )


def curve(judged: Sequence[Judged], margin: float) -> list[Outcome]:
    """What each level of `accept` leads to."""
    return [outcome(judged, level, margin) for level in LEVELS]


def recommended(judged: Sequence[Judged]) -> dict[str, float]:
    """`accept`, `margin` and `suggest` that start most on the right messages and least on the wrong ones."""
    inside = sum(one.inside for one in judged)
    outside = len(judged) - inside
    best = max(
        (outcome(judged, accept, margin) for accept in LEVELS if accept >= 0.3 for margin in MARGINS),
        key=lambda one: (
            one.right * inside - WRONG_COSTS * (one.wrong * inside + one.false_starts * outside),
            -abs(one.accept - 0.6) - abs(one.margin - 0.15),
        ),
    )
    return {"accept": best.accept, "margin": best.margin, "suggest": suggested(judged, best.accept)}


def suggested(judged: Sequence[Judged], accept: float) -> float:
    """The lowest level from which a candidate is right at least every other time, and below `accept`."""
    for level in LEVELS:
        if level >= accept:
            break
        near = [one for one in judged if level <= one.sure[0] < level + 0.1]
        if near and sum(one.right for one in near) >= len(near) / 2:
            return level
    return round(max(0.05, accept / 2), 2)


def advice(judged: Sequence[Judged], phrases: Mapping[str, int]) -> list[str]:
    """What an author can do about it, the most useful first. `phrases`: how many each intent has."""
    found: list[str] = []
    quality = per_intent(judged)
    for one in confusions(judged)[:5]:
        if one.count < 2:
            break
        other = one.taken_for or "nothing"
        found.append(
            f"{one.intent} is taken for {other} {one.count} times, as with “{one.examples[0]}”: "
            + ("give it more phrases" if not one.taken_for else f"move phrases, or give {other} these under `not:`")
        )
    few = sorted(name for name, count in phrases.items() if count < 5 and name in quality and quality[name].f1 < 0.9)
    if few:
        found.append(f"more phrases (ten are a good number) would help {', '.join(few[:8])}")
    weak = [name for name, one in quality.items() if one.support >= 3 and one.recall < 0.5 and name not in few]
    if weak:
        found.append(f"customers say it otherwise than the phrases of {', '.join(weak[:8])}: add what they write")
    scope = out_of_scope(judged)
    if scope is not None and scope.fpr95 > 0.3:
        found.append("messages of no intent look like yours: more phrases make the difference clearer than thresholds")
    return found
