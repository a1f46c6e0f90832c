"""Softmax regression on sentences that are sums of words: what `weights.py` learns its numbers with.

Solved as a sum over the sentences (one coefficient a sentence and intent, never one a feature), by L-BFGS in the
geometry of the features. Deterministic: no dice, no threads of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from chatbot.understanding.evidence import MANY, Floats

RIDGE: Final = 0.03
STEEPER: Final = 2.0
"""The ridge is so much steeper where there are many sentences: each of them then has less to say by itself."""
ROUNDS: Final = 24
ENOUGH: Final = 2e-3
"""Rounds of the solver, and the share of the first gradient at which it stops."""
MEMORY: Final = 2
"""Steps that L-BFGS remembers: each costs four matrices of sentences by intents."""
ALONE: Final = 10.0
"""What a message that is like all sentences scores where there is one intent and nothing to tell it from."""


@dataclass(frozen=True, slots=True)
class Design:
    """Sentences as numbers, scaled so that features and meaning of a sentence each have a fixed length.

    `words` (sentences x words) times `spelling` (words x features), `relations` (sentences x relations) and `meaning`
    (sentences x dimensions).
    """

    words: csr_array[Any]
    spelling: csr_array[Any]
    relations: csr_array[Any]
    meaning: Floats

    def similar(self, values: Floats) -> Floats:
        """The likeness of every sentence to every other, applied to a value a sentence and intent."""
        found = self.words @ (self.spelling @ (self.spelling.T @ (self.words.T @ values)))
        found += self.relations @ (self.relations.T @ values)
        if self.meaning.shape[1]:
            found += self.meaning @ (self.meaning.T @ values)
        return np.asarray(found, dtype=np.float32)


@dataclass(slots=True)
class Point:
    """Coefficients with the scores they give, and the slope there with its own image."""

    values: Floats
    scores: Floats
    loss: float
    slope: Floats
    image: Floats


@dataclass(frozen=True, slots=True)
class Step:
    """How far the solver went and how the slope changed, each with its image."""

    went: Floats
    went_image: Floats
    bent: Floats
    bent_image: Floats
    curvature: float


def learn(design: Design, targets: NDArray[np.int64], intents: int) -> Floats:
    """One coefficient a sentence and intent (sentences x intents)."""
    ridge = RIDGE * STEEPER if len(targets) >= MANY else RIDGE
    if intents == 1:
        return np.full((len(targets), 1), ALONE / len(targets), dtype=np.float32)
    values = np.zeros((len(targets), intents), dtype=np.float32)
    point = at(design, values, np.zeros_like(values), targets, ridge)
    first = length(point.slope, point.image)
    steps: list[Step] = []
    for _ in range(ROUNDS):
        if length(point.slope, point.image) <= ENOUGH * first:
            break
        toward, toward_image = direction(point, steps)
        moved = advance(design, point, (toward, toward_image), targets, ridge)
        if moved is None:
            break
        bent, bent_image = moved.slope - point.slope, moved.image - point.image
        went, went_image = moved.values - point.values, moved.scores - point.scores
        curvature = dot(went, bent_image)
        if curvature > 0:
            steps = [*steps[-(MEMORY - 1) :], Step(went, went_image, bent, bent_image, curvature)]
        point = moved
    return point.values


def at(design: Design, values: Floats, scores: Floats, targets: NDArray[np.int64], ridge: float) -> Point:
    """The loss and its slope where the coefficients are `values` and give `scores`."""
    loss, wrong = softmax_loss(scores, targets)
    slope = wrong + np.float32(ridge) * values
    return Point(values, scores, loss + ridge / 2 * dot(values, scores), slope, design.similar(slope))


def softmax_loss(scores: Floats, targets: NDArray[np.int64]) -> tuple[float, Floats]:
    """The negative log likelihood, and chance minus truth for every sentence and intent."""
    rows = np.arange(len(targets))
    chances = scores - scores.max(axis=1, keepdims=True)
    own = chances[rows, targets].copy()
    np.exp(chances, out=chances)
    totals = chances.sum(axis=1, keepdims=True)
    chances /= totals
    chances[rows, targets] -= 1
    return float(np.log(totals).sum(dtype=np.float64) - own.sum(dtype=np.float64)), chances


def advance(
    design: Design, point: Point, toward: tuple[Floats, Floats], targets: NDArray[np.int64], ridge: float
) -> Point | None:
    """A step that lowers the loss; scores are linear in it, so that a shorter one costs no product."""
    ahead, image = toward
    downhill = dot(ahead, point.image)
    stride = 1.0
    for _ in range(12):
        values = point.values + np.float32(stride) * ahead
        scores = point.scores + np.float32(stride) * image
        loss = softmax_loss(scores, targets)[0] + ridge / 2 * dot(values, scores)
        if loss <= point.loss + 1e-4 * stride * downhill:
            return at(design, values, scores, targets, ridge)
        stride /= 2
    return None


def direction(point: Point, steps: list[Step]) -> tuple[Floats, Floats]:
    """Where to go, with its image: the two loops of L-BFGS."""
    values, image = -point.slope, -point.image
    weights: list[float] = []
    for step in reversed(steps):
        weight = dot(step.went, image) / step.curvature
        values, image = values - np.float32(weight) * step.bent, image - np.float32(weight) * step.bent_image
        weights.append(weight)
    if steps:
        scale = np.float32(steps[-1].curvature / max(dot(steps[-1].bent, steps[-1].bent_image), 1e-30))
    else:
        scale = np.float32(1.0)
    values, image = values * scale, image * scale
    for step, weight in zip(steps, reversed(weights), strict=True):
        gain = np.float32(weight - dot(step.bent, image) / step.curvature)
        values, image = values + gain * step.went, image + gain * step.went_image
    return values, image


def length(values: Floats, image: Floats) -> float:
    return float(np.sqrt(max(dot(values, image), 0.0)))


def dot(one: Floats, other: Floats) -> float:
    return float(np.vdot(one, other))
