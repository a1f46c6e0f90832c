"""The words of a bot in one language: how much each says, its stem, and what a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log
from typing import Any

import snowballstemmer
from rapidfuzz.distance import OSA

from chatbot.understanding.near import allowed, single
from chatbot.understanding.words import Words

MEMO = 20_000
"""Words remembered per bot and language; an attacker's made-up words cannot fill the memory."""

STOP_SHARE = 0.3
FILLER_SHARE = 0.05
ODD_WORDS = 64
"""Unknown words of one message that are looked up in the spelling index; the rest stay as written."""


@dataclass(frozen=True, slots=True)
class Known:
    """A word as the bot sees it. `repaired` is what it was taken for ("" if it is as written)."""

    word: str
    stem: str
    mass: float
    repaired: str = ""
    split: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`masses`: stem -> how much it says (idf, less for stop words). `counts`: word -> how often authors wrote it."""

    words: Words
    counts: Mapping[str, int]
    masses: Mapping[str, float]
    unknown: float
    deletes: Mapping[str, tuple[str, ...]]
    singles: Mapping[str, str]
    stemmer: Stemmer
    memo: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def build(cls, words: Words, phrases: Iterable[tuple[str, ...]]) -> Lexicon:
        stemmer = Stemmer.build(words.stemmer)
        counts: dict[str, int] = {}
        spread: dict[str, int] = {}
        total = 0
        for phrase in phrases:
            total += 1
            for word in phrase:
                counts[word] = counts.get(word, 0) + 1
            for stem in dict.fromkeys(map(stemmer.stem, phrase)):
                spread[stem] = spread.get(stem, 0) + 1
        stops = frozenset(map(stemmer.stem, words.stop))
        fillers = frozenset(map(stemmer.stem, words.filler)) - stops
        masses = {stem: weight(total, seen) * (STOP_SHARE if stem in stops else 1.0) for stem, seen in spread.items()}
        unknown = weight(total, 0)
        for stem in sorted(stops | fillers):
            share = STOP_SHARE / 2 if stem in stops else FILLER_SHARE
            masses.setdefault(stem, unknown * share)
        singles: dict[str, str] = {}
        for word in sorted(counts, key=lambda one: (-counts[one], one)):
            singles.setdefault(single(word), word)
        return cls(words, counts, masses, unknown, delete_index(counts), singles, stemmer)

    def mass(self, stem: str) -> float:
        """How much a stem says; one that no phrase holds says most."""
        return self.masses.get(stem, self.unknown)

    def know(self, word: str) -> Known:
        """What the bot makes of one word of a message."""
        known = self.memo.get(word)
        if known is None:
            known = self.look_up(word)
            if len(self.memo) < MEMO:
                self.memo[word] = known
        return known

    def look_up(self, word: str) -> Known:
        if word in self.counts or not word.isalpha() or self.is_common(word):
            return self.as_written(word)
        stem = self.stemmer.stem(word)
        if stem in self.masses:
            return self.as_written(word)
        meant = self.singles.get(single(word)) or self.nearest(word)
        if meant is not None:
            return Known(word, self.stemmer.stem(meant), self.masses[self.stemmer.stem(meant)], meant)
        halves = self.halves(word)
        if halves:
            stems = " ".join(map(self.stemmer.stem, halves))
            return Known(word, stems, sum(self.masses[part] for part in stems.split()), " ".join(halves), halves)
        return self.as_written(word)

    def as_written(self, word: str) -> Known:
        stem = self.stemmer.stem(single(word) if single(word) in self.words.filler else word)
        return Known(word, stem, self.masses.get(stem, self.unknown))

    def is_common(self, word: str) -> bool:
        words = self.words
        return word in words.stop or word in words.filler or word in words.common or single(word) in words.filler

    def nearest(self, word: str) -> str | None:
        """The bot's word this one most likely is: fewest edits, then the same first letter, then the commoner one."""
        limit = min(allowed(len(word)), 2)
        if not limit:
            return None
        found: dict[str, int] = {}
        for key in deletes_of(word, limit):
            for candidate in self.deletes.get(key, ()):
                if candidate not in found:
                    found[candidate] = OSA.distance(word, candidate, score_cutoff=2)
        ranked = sorted(
            (steps, candidate[0] != word[0], -self.counts[candidate], candidate)
            for candidate, steps in found.items()
            if steps <= min(limit, max(1, allowed(len(candidate))))
        )
        return ranked[0][3] if ranked else None

    def halves(self, word: str) -> tuple[str, ...]:
        """The two words a missing blank ran together."""
        best: tuple[int, tuple[str, ...]] = (0, ())
        for cut in range(2, min(len(word), 30) - 1):
            left, right = word[:cut], word[cut:]
            if left in self.counts and right in self.counts and max(len(left), len(right)) > 2:
                best = max(best, (min(self.counts[left], self.counts[right]), (left, right)))
        return best[1]


@dataclass(frozen=True, slots=True)
class Stemmer:
    """Stems of one language, each computed once."""

    snowball: Any
    memo: dict[str, str] = field(default_factory=dict)

    @classmethod
    def build(cls, algorithm: str) -> Stemmer:
        return cls(snowballstemmer.stemmer(algorithm) if algorithm else None)

    def stem(self, word: str) -> str:
        if self.snowball is None or len(word) < 3 or not word.isalpha():
            return word
        known = self.memo.get(word)
        if known is None:
            known = str(self.snowball.stemWord(word[:60]))
            if len(self.memo) < MEMO:
                self.memo[word] = known
        return known


def weight(total: int, seen: int) -> float:
    """Smoothed idf: what a word says that stands in `seen` of `total` phrases."""
    return log((total + 1.5) / (seen + 0.5)) + 0.5


def delete_index(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Every word under itself and itself with one letter left out (two in long words): typos meet their word here."""
    index: dict[str, list[str]] = {}
    for word in sorted(counts):
        if word.isalpha() and len(word) >= 4:
            for key in deletes_of(word, min(allowed(len(word)), 2)):
                index.setdefault(key, []).append(word)
    return {key: tuple(words) for key, words in index.items()}


def deletes_of(word: str, limit: int) -> list[str]:
    """The word and what is left of it after leaving out up to `limit` letters (two only up to 16 letters)."""
    once = [word[:cut] + word[cut + 1 :] for cut in range(min(len(word), 40))]
    made = [word, *once]
    if limit > 1 and len(word) <= 16:
        made += [part[:cut] + part[cut + 1 :] for first, part in enumerate(once) for cut in range(first, len(part))]
    return list(dict.fromkeys(made))
