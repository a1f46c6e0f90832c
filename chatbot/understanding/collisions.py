"""Phrases of two intents that a customer could not tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from chatbot.understanding.index import PhraseIndex

ALIKE: Final = 0.86
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Collision:
    """Two phrases of two intents; `likeness` 0..1."""

    intent: str
    phrase: str
    other_intent: str
    other_phrase: str
    likeness: float


def collisions(index: PhraseIndex) -> list[Collision]:
    """The pairs, nearest first."""
    found: dict[frozenset[tuple[str, str]], Collision] = {}
    for intent, place in index:
        written = index.written[place]
        for near in index.alike(intent, place):
            if near.similarity < ALIKE or near.opposite:
                continue
            pair = frozenset({(intent, written), (near.intent, near.written)})
            likeness = round(max(near.similarity, fuzz.ratio(written, near.written) / 100), 3)
            found.setdefault(pair, Collision(intent, written, near.intent, near.written, likeness))
    return sorted(found.values(), key=lambda one: (-one.likeness, one.intent, one.phrase))[:MOST]
