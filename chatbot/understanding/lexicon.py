"""The words of a bot in one language: how much each says, its stem, and what a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

from Stemmer import Stemmer as Snowball

from chatbot.understanding.meaning import NOTHING, Meaning
from chatbot.understanding.near import single
from chatbot.understanding.speller import SHORTEST, Speller
from chatbot.understanding.words import Words

STOP_SHARE = 0.3
FILLER_SHARE = 0.05


class Known(NamedTuple):
    """A word as the bot sees it. `repaired` is what it was taken for ("" if it is as written)."""

    word: str
    stem: str
    mass: float
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`masses`: stem -> how much it says (idf, less for stop words). `counts`: word -> how often authors wrote it."""

    words: Words
    counts: dict[str, int]
    masses: dict[str, float]
    unknown: float
    speller: Speller
    stemmer: Stemmer
    meaning: Meaning

    @classmethod
    def build(cls, words: Words, phrases: Iterable[tuple[str, ...]], meaning: Meaning = NOTHING) -> Lexicon:
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
        return cls(words, counts, masses, unknown, Speller.build(counts), stemmer, meaning)

    def mass(self, stem: str) -> float:
        """How much a stem says; one that no phrase holds says most."""
        return self.masses.get(stem, self.unknown)

    def know(self, word: str) -> Known:
        """What the bot makes of one word of a message."""
        words, stems = self.meant(word)
        mass = sum(map(self.mass, stems))
        return Known(word, " ".join(stems), mass, "" if words == (word,) else " ".join(words))

    def meant(self, word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The word, or the two words, that one word of a message stands for, and their stems."""
        stemmer = self.stemmer
        if word in self.counts or not word.isalpha():
            return (word,), (stemmer.stem(word),)
        once = single(word)
        if once in self.words.filler:
            return (word,), (stemmer.stem(once),)
        own = stemmer.stem(word)
        if own in self.masses or self.is_common(word):
            return (word,), (own,)
        meant = self.speller.meant(word, once)
        if meant is not None:
            return (meant,), (stemmer.stem(meant),)
        halves = self.speller.halves(word)
        return (halves, tuple([stemmer.stem(half) for half in halves])) if halves else ((word,), (own,))

    def is_common(self, word: str) -> bool:
        words = self.words
        return (
            word in words.stop
            or word in words.filler
            or word in words.common
            or (len(word) >= SHORTEST and self.meaning.is_common(word))
        )

    def joined(self, spoken: Sequence[str]) -> Sequence[str]:
        """The words with those put together that an extra blank took apart: "pass word"."""
        counts = self.counts
        found: list[str] = []
        last, known = "", False
        for word in spoken:
            is_known = word in counts
            if found and not (known and is_known) and last + word in counts:
                last, known = last + word, True
                found[-1] = last
            else:
                last, known = word, is_known
                found.append(word)
        return found


@dataclass(frozen=True, slots=True)
class Stemmer:
    """Stems of one language; without an algorithm a word is its own stem."""

    snowball: Any

    @classmethod
    def build(cls, algorithm: str) -> Stemmer:
        # It keeps no memory of its own: the words of messages are remembered where their number is bounded.
        return cls(Snowball(algorithm, 0) if algorithm else None)

    def stem(self, word: str) -> str:
        if self.snowball is None or len(word) < 3 or not word.isalpha():
            return word
        return str(self.snowball.stemWord(word[:60]))


def weight(total: int, seen: int) -> float:
    """Smoothed idf: what a word says that stands in `seen` of `total` phrases."""
    return log((total + 1.5) / (seen + 0.5)) + 0.5
