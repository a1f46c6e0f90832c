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
    for entry in index:
        for near in index.alike(entry):
            if near.similarity < ALIKE or near.opposite:
                continue
            other = near.entry
            pair = frozenset({(entry.intent, entry.written), (other.intent, other.written)})
            likeness = round(max(near.similarity, fuzz.ratio(entry.written, other.written) / 100), 3)
            found.setdefault(pair, Collision(entry.intent, entry.written, other.intent, other.written, likeness))
    return sorted(found.values(), key=lambda one: (-one.likeness, one.intent, one.phrase))[:MOST]
