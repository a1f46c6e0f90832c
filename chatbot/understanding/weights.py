"""Which words speak for which intent: a linear layer over words, neighbours, letters and meaning, learnt from phrases.

Every score is a sum over the words of the message and their relations, so every score can be explained, and a
message costs two look-ups of rows that were summed up before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from chatbot.understanding.evidence import MEANS, SHIFT, relations
from chatbot.understanding.learning import Floats, learn
from chatbot.understanding.meaning import Meaning
from chatbot.understanding.sheet import ENDS, Sheet, parts

MEMO: Final = 4_096
"""Words that no phrase holds and whose rows are remembered; an attacker's cannot fill the memory."""


@dataclass(frozen=True, slots=True)
class Language:
    """What the layer asks about words: their stems, which stems tell nothing, what a stem says, what it is like."""

    stem: Callable[[str], str]
    quiet: frozenset[str]
    mass: Callable[[str], float]
    alike: Callable[[str], Sequence[str]]
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the layer sees it: its row, its stem's number (-1: in no phrase), and whether it tells something."""

    row: int
    stem: int
    loud: bool


@dataclass(slots=True)
class Rows:
    """Rows that grow as new words are met: a score an intent and the squared length, and a vector beside them."""

    scores: Floats
    vectors: Floats
    used: int
    learnt: int

    def add(self, score: Floats, vector: Floats) -> int:
        if self.used == len(self.scores):
            room = max(64, self.used // 8)
            self.scores = np.vstack([self.scores, np.zeros((room, self.scores.shape[1]), dtype=np.float32)])
            self.vectors = np.vstack([self.vectors, np.zeros((room, self.vectors.shape[1]), dtype=np.float32)])
        self.scores[self.used] = score
        self.vectors[self.used] = vector
        self.used += 1
        return self.used - 1


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt, as rows of a score an intent.

    `words` and `pairs` name rows of `rows` and `relations`; `parts` names those of stems and letters in `plain`, which
    make up the words that no phrase holds. `turn` makes intents of meaning (dimensions x intents).
    """

    intents: tuple[str, ...]
    words: dict[str, Word]
    stems: Mapping[str, int]
    rows: Rows
    pairs: Mapping[int, int]
    relations: Floats
    parts: Mapping[str, int]
    plain: Floats
    turn: Floats
    language: Language

    @classmethod
    def build(cls, examples: Sequence[tuple[str, Sequence[str]]], language: Language) -> Weights:
        """Learn from (intent, words)."""
        sheet = Sheet.of([words for _, words in examples], language.quiet, language.stem, language.alike)
        intents = tuple(dict.fromkeys(intent for intent, _ in examples))
        numbers = {intent: number for number, intent in enumerate(intents)}
        vectors = np.array([vector_of(word, language) for word in sheet.words], dtype=np.float32)
        design = sheet.design(vectors, MEANS)
        values = learn(design, np.array([numbers[intent] for intent, _ in examples], dtype=np.int64), len(intents))
        shown = np.asarray(design.spelling.T @ (design.words.T @ values))
        rows = beside(np.asarray(design.spelling @ shown), sheet.sizes)
        words = {
            word: Word(number, sheet.stems[stem] + ENDS, stem not in language.quiet)
            for word, number in sheet.words.items()
            for stem in (language.stem(word),)
        }
        return cls(
            intents,
            words,
            sheet.stems,
            Rows(rows, vectors, len(rows), len(rows)),
            sheet.pairs,
            beside(np.asarray(design.relations.T @ values) * sheet.loud[:, None], sheet.loud**2),
            {name: len(sheet.stems) + number for name, number in sheet.letters.items()},
            beside(shown * sheet.scale[:, None], sheet.scale**2),
            (design.meaning.T @ values) * np.float32(MEANS),
            language,
        )

    def scores(self, words: Sequence[str]) -> Floats:
        """One score an intent for a message."""
        rows, related = self.shown(words)
        total = self.rows.scores.take(rows, 0).sum(0)
        if related:
            total += self.relations.take(related, 0).sum(0)
        size = float(total[-1])
        scores = total[:-1] / np.float32(size**0.5) if size > 0 else total[:-1]
        if len(self.turn):
            meant = self.rows.vectors.take(rows, 0).sum(0)
            length = float(meant @ meant)
            if length > 0:
                scores += (meant @ self.turn) / np.float32(length**0.5)
        return np.asarray(scores)

    def contributions(self, words: Sequence[str], intent: str) -> dict[str, float]:
        """What each word ("order") and relation ("my order") adds to an intent's score: they sum up to it."""
        number = self.intents.index(intent)
        rows, related = self.shown(words)
        total = self.rows.scores.take(rows, 0).sum(0)
        if related:
            total += self.relations.take(related, 0).sum(0)
        size = float(total[-1]) ** 0.5 or 1.0
        meant = self.rows.vectors.take(rows, 0)
        together = meant.sum(0)
        length = float(together @ together) ** 0.5 or 1.0
        turned = meant @ self.turn[:, number] / length if len(self.turn) else np.zeros(len(rows))
        adds: dict[str, float] = {}
        for place, word in enumerate(dict.fromkeys(words)):
            adds[word] = float(self.rows.scores[rows[place], number]) / size + float(turned[place])
        names = {row: name for name, row in self.named(words)}
        for row in related:
            name = names[row]
            adds[name] = adds.get(name, 0.0) + float(self.relations[row, number]) / size
        return {name: value for name, value in adds.items() if value}

    def shown(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """The rows of the words and of the relations of a message, once each."""
        known = self.words
        if self.rows.used > self.rows.learnt + MEMO:
            self.forget()
        found = [known.get(word) or self.look_up(word) for word in words]
        pairs = self.pairs
        keys = relations([word.stem for word in found], [word.loud for word in found])
        related = [pairs[key] for key in keys if key in pairs]
        return list(dict.fromkeys([word.row for word in found])), related

    def named(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """The relations of a message by the words that make them."""
        found = [self.words.get(word) or self.look_up(word) for word in words]
        spoken = {word.stem: spelled for word, spelled in zip(found, words, strict=True)} | {0: "^", 1: "$"}
        keys = relations([word.stem for word in found], [word.loud for word in found])
        ends = (1 << SHIFT) - 1
        return [
            (f"{spoken[key >> 1 >> SHIFT]} {spoken[key >> 1 & ends]}" + (" (near)" if key & 1 else ""), self.pairs[key])
            for key in keys
            if key in self.pairs
        ]

    def look_up(self, word: str) -> Word:
        """A word that no phrase holds: what its stem and its letters say."""
        language = self.language
        stem = language.stem(word)
        known = self.stems.get(stem, -1)
        names = [self.parts[name] for name in parts(word, stem, language.alike) if name in self.parts]
        numbers = [known, *names] if known >= 0 else names
        score = self.plain.take(numbers, 0).sum(0) if numbers else np.zeros(self.plain.shape[1], dtype=np.float32)
        row = self.rows.add(score, vector_of(word, language))
        found = self.words[word] = Word(row, known + ENDS if known >= 0 else -1, stem not in language.quiet)
        return found

    def forget(self) -> None:
        """Drop the words that no phrase holds; they are looked up again when they come again."""
        learnt = self.rows.learnt
        for word in [word for word, known in self.words.items() if known.row >= learnt]:
            del self.words[word]
        self.rows.used = learnt


def vector_of(word: str, language: Language) -> Floats:
    """What a word means, as loud as it says something."""
    vector = language.meaning.vector(word)
    if vector is None:
        return np.zeros(language.meaning.dimensions, dtype=np.float32)
    return vector * np.float32(language.mass(language.stem(word)))


def beside(values: Floats, sizes: Floats) -> Floats:
    return np.hstack([values, sizes[:, None]]).astype(np.float32)
