"""Project entities by list: the key or any synonym, whole words, `fuzzy` as far as the author allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from chatbot.types import Found
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.normalise import Text, Token, read_text

WINDOWS = 200
"""Runs of words compared fuzzily in one message; what stands behind them is compared exactly only."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens [first, last) name `keys`, `score` of 100 sure."""

    first: int
    last: int
    keys: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class ListFinder:
    """`names` maps a normalised synonym to its keys; `shown` a key to its first synonym."""

    name: str
    names: Mapping[str, tuple[str, ...]]
    shown: Mapping[str, str]
    lengths: tuple[int, ...]
    choices: Mapping[int, tuple[str, ...]]
    fuzzy: float | None

    @classmethod
    def build(cls, name: str, values: Mapping[str, Sequence[str]], fuzzy: float | None) -> ListFinder:
        names: dict[str, tuple[str, ...]] = {}
        for key, synonyms in values.items():
            for synonym in (key, key.replace("_", " "), *synonyms):
                spelled = joined(read_text(synonym, {}).tokens)
                if spelled and key not in names.get(spelled, ()):
                    names[spelled] = (*names.get(spelled, ()), key)
        shown = {key: synonyms[0] if synonyms else key for key, synonyms in values.items()}
        choices: dict[int, list[str]] = {}
        for spelled in names:
            choices.setdefault(spelled.count(" ") + 1, []).append(spelled)
        lengths = tuple(sorted(choices, reverse=True))
        return cls(name, names, shown, lengths, {size: tuple(some) for size, some in choices.items()}, fuzzy)

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        read = read_text(text, {})
        hits = self.exact(read.tokens)
        if self.fuzzy is not None and self.fuzzy < 100:
            taken = {index for hit in hits for index in range(hit.first, hit.last)}
            hits += apart(self.near(read.tokens, taken))
        return tuple(found for hit in sorted(hits, key=lambda hit: hit.first) for found in self.founds(hit, read, text))

    def exact(self, tokens: Sequence[Token]) -> list[Hit]:
        """Longest names first, no token used twice."""
        hits: list[Hit] = []
        first = 0
        while first < len(tokens):
            for length in self.lengths:
                keys = self.names.get(joined(tokens[first : first + length])) if first + length <= len(tokens) else None
                if keys:
                    hits.append(Hit(first, first + length, keys, 100.0))
                    first += length
                    break
            else:
                first += 1
        return hits

    def near(self, tokens: Sequence[Token], taken: set[int]) -> list[Hit]:
        """Every run of words that is near enough to a name, best first."""
        hits: list[Hit] = []
        windows = 0
        for first in range(len(tokens)):
            for length in self.lengths:
                span = range(first, first + length)
                if span.stop > len(tokens) or windows >= WINDOWS or not taken.isdisjoint(span):
                    continue
                windows += 1
                hit = self.nearest(joined(tokens[first : span.stop]), first, span.stop)
                if hit is not None:
                    hits.append(hit)
        return sorted(hits, key=lambda hit: (-hit.score, hit.first - hit.last, hit.first))

    def nearest(self, window: str, first: int, last: int) -> Hit | None:
        matches = process.extract(
            window, self.choices[last - first], scorer=fuzz.ratio, score_cutoff=self.fuzzy, limit=4
        )
        if not matches:
            return None
        best = matches[0][1]
        keys = tuple(dict.fromkeys(key for name, score, _ in matches if score == best for key in self.names[name]))
        return Hit(first, last, keys, best)

    def founds(self, hit: Hit, read: Text, text: str) -> list[Found]:
        start = read.origin[read.tokens[hit.first].start]
        end = read.origin[read.tokens[hit.last - 1].end]
        return [Found(self.name, key, text[start:end], start, end, self.shown[key]) for key in hit.keys]


def joined(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def apart(hits: Sequence[Hit]) -> list[Hit]:
    """The best hits that share no token."""
    kept: list[Hit] = []
    used: set[int] = set()
    for hit in hits:
        span = range(hit.first, hit.last)
        if used.isdisjoint(span):
            used.update(span)
            kept.append(hit)
    return kept
