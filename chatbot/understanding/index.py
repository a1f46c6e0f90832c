"""The phrases of a bot by their words: the few that a message may be near to, never a walk through all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from rapidfuzz import fuzz

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.negation import Denial, denial, opposition
from chatbot.understanding.phrases import Phrase

POSTINGS = 160
"""Entries read for one message, telling words first, rare ones before common ones."""
CANDIDATES = 8
MOST_INSIDE = 4
WINDOW = 60
"""Words of a message in which whole phrases are looked for."""
OPPOSITE, UNTOLD, INSIDE = 0.25, 0.25, 0.1


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase as it is compared: its stems, what each says, what they say together, what its loud ones say."""

    phrase: Phrase
    stems: tuple[str, ...]
    masses: Mapping[str, float]
    total: float
    joined: str
    telling: Mapping[str, float]
    denial: Denial


@dataclass(frozen=True, slots=True)
class Near:
    """A phrase beside a message, 0..1: `similarity` of both, `recall` the share of the phrase found in the message.

    `told` is the share of its telling words, 0 if it has none; `within`: it stands in the message as it is, with two
    telling words at least; `opposite`: how far one of both denies what the other says.
    """

    phrase: Phrase
    similarity: float
    recall: float
    told: float = 0.0
    within: bool = False
    opposite: float = 0.0

    @property
    def rank(self) -> float:
        """How phrases of an intent compare: one that says the opposite, or is like it in small words only, is far."""
        far = OPPOSITE * self.opposite + UNTOLD * (not self.told)
        return self.similarity * (1.0 - far) + INSIDE * self.within


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    entries: tuple[Entry, ...]
    postings: Mapping[str, tuple[int, ...]]
    exact: Mapping[tuple[str, ...], tuple[int, ...]]
    quiet: frozenset[str]
    wordy: Mapping[tuple[str, ...], tuple[int, ...]]
    """The phrases with two telling words or more, by their stems: they are found inside a message too."""
    lengths: tuple[int, ...]

    @classmethod
    def build(
        cls, phrases: Sequence[tuple[Phrase, tuple[str, ...]]], lexicon: Lexicon, quiet: frozenset[str]
    ) -> PhraseIndex:
        """Index phrases with their stems; `quiet` stems tell nothing."""
        masses = lexicon.masses
        entries: list[Entry] = []
        postings: dict[str, list[int]] = {}
        exact: dict[tuple[str, ...], list[int]] = {}
        for number, (phrase, stems) in enumerate(phrases):
            own = {stem: masses[stem] for stem in dict.fromkeys(stems)}
            telling = {stem: value for stem, value in own.items() if stem not in quiet}
            denies = denial(phrase.words, lexicon.words)
            entries.append(Entry(phrase, stems, own, sum(own.values()) or 1.0, " ".join(stems), telling, denies))
            exact.setdefault(stems, []).append(number)
            for stem in own:
                postings.setdefault(stem, []).append(number)
        wordy = {stems: tuple(them) for stems, them in exact.items() if len(entries[them[0]].telling) > 1}
        return cls(
            tuple(entries),
            {stem: tuple(numbers) for stem, numbers in postings.items()},
            {stems: tuple(numbers) for stems, numbers in exact.items()},
            quiet,
            wordy,
            tuple(sorted({len(stems) for stems in wordy})),
        )

    def nearest(self, stems: Sequence[str], masses: Mapping[str, float], denies: Denial) -> list[Near]:
        """The phrases nearest to a message, best first. `masses` holds every stem of the message."""
        if not self.entries:
            return []
        total = sum(masses.values()) or 1.0
        joined = " ".join(stems)
        inside = self.inside(tuple(stems[:WINDOW]))
        numbers = dict.fromkeys((*self.candidates(masses, total), *self.exact.get(tuple(stems), ()), *inside))
        found = [compare(self.entries[number], joined, masses, total, denies) for number in numbers]
        return sorted(found, key=lambda near: -near.rank)

    def inside(self, stems: tuple[str, ...]) -> list[int]:
        """The longest phrases that stand in a message as they are."""
        found: list[int] = []
        for length in self.lengths:
            for start in range(len(stems) - length + 1):
                numbers = self.wordy.get(stems[start : start + length])
                if numbers is not None:
                    found += numbers
        return found[-MOST_INSIDE:]

    def candidates(self, masses: Mapping[str, float], total: float) -> list[int]:
        postings, quiet = self.postings, self.quiet
        known = sorted((stem in quiet, len(postings[stem]), stem) for stem in masses if stem in postings)
        shared: dict[int, float] = {}
        read = 0
        for _, size, stem in known:
            if read and read + size > POSTINGS:
                break
            read += size
            mass = masses[stem]
            for number in postings[stem][:POSTINGS]:
                shared[number] = shared.get(number, 0.0) + mass
        entries = self.entries
        likeness = [(both / (total + entries[number].total), -number) for number, both in shared.items()]
        return [-number for _, number in nlargest(CANDIDATES, likeness)]


def compare(entry: Entry, joined: str, masses: Mapping[str, float], total: float, denies: Denial) -> Near:
    both = sum([value for stem, value in entry.masses.items() if stem in masses])
    told = sum([value for stem, value in entry.telling.items() if stem in masses])
    order = fuzz.ratio(joined, entry.joined) / 100
    return Near(
        entry.phrase,
        0.75 * 2 * both / (total + entry.total) + 0.25 * order,
        both / entry.total,
        told / sum(entry.telling.values()) if told else 0.0,
        len(entry.telling) > 1 and f" {entry.joined} " in f" {joined} ",
        opposition(denies, entry.denial),
    )
