"""The phrases of a bot by their words: the few that a message may be near to, never a walk through all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from rapidfuzz import fuzz

from chatbot.understanding.phrases import Phrase

POSTINGS = 160
"""Entries read for one message, rare words first; what is common to more phrases than that tells them not apart."""
CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase as it is compared: its stems, what each says, what they say together."""

    phrase: Phrase
    stems: tuple[str, ...]
    masses: Mapping[str, float]
    total: float
    joined: str


@dataclass(frozen=True, slots=True)
class Near:
    """A phrase beside a message, 0..1: `similarity` of both, `recall` the share of the phrase found in the message."""

    phrase: Phrase
    similarity: float
    recall: float


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    entries: tuple[Entry, ...]
    postings: Mapping[str, tuple[int, ...]]
    exact: Mapping[tuple[str, ...], tuple[int, ...]]

    @classmethod
    def build(cls, phrases: Sequence[tuple[Phrase, tuple[str, ...]]], masses: Mapping[str, float]) -> PhraseIndex:
        """Index phrases with their stems."""
        entries: list[Entry] = []
        postings: dict[str, list[int]] = {}
        exact: dict[tuple[str, ...], list[int]] = {}
        for number, (phrase, stems) in enumerate(phrases):
            own = {stem: masses[stem] for stem in dict.fromkeys(stems)}
            entries.append(Entry(phrase, stems, own, sum(own.values()) or 1.0, " ".join(stems)))
            exact.setdefault(stems, []).append(number)
            for stem in own:
                postings.setdefault(stem, []).append(number)
        return cls(
            tuple(entries),
            {stem: tuple(numbers) for stem, numbers in postings.items()},
            {stems: tuple(numbers) for stems, numbers in exact.items()},
        )

    def nearest(self, stems: Sequence[str], masses: Mapping[str, float]) -> list[Near]:
        """The phrases nearest to a message, best first. `masses` holds every stem of the message."""
        total = sum(masses.values()) or 1.0
        joined = " ".join(stems)
        numbers = self.candidates(masses, total)
        for number in self.exact.get(tuple(stems), ()):
            if number not in numbers:
                numbers.append(number)
        found = [self.compare(self.entries[number], joined, masses, total) for number in numbers]
        return sorted(found, key=lambda near: -near.similarity)

    def candidates(self, masses: Mapping[str, float], total: float) -> list[int]:
        known = sorted((stem for stem in masses if stem in self.postings), key=lambda stem: len(self.postings[stem]))
        shared: dict[int, float] = {}
        read = 0
        for stem in known:
            numbers = self.postings[stem]
            if read and read + len(numbers) > POSTINGS:
                break
            read += len(numbers)
            for number in numbers[:POSTINGS]:
                shared[number] = shared.get(number, 0.0) + masses[stem]
        entries = self.entries
        likeness = [(both / (total + entries[number].total), -number) for number, both in shared.items()]
        return [-number for _, number in nlargest(CANDIDATES, likeness)]

    def compare(self, entry: Entry, joined: str, masses: Mapping[str, float], total: float) -> Near:
        both = sum(value for stem, value in entry.masses.items() if stem in masses)
        order = fuzz.ratio(joined, entry.joined) / 100
        same = 2 * both / (total + entry.total)
        return Near(entry.phrase, 0.75 * same + 0.25 * order, both / entry.total)
