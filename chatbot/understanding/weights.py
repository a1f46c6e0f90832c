"""Which words speak for which intent: a linear layer over words, neighbours, letters and meaning, learnt from phrases.

Every score is a sum over the words of the message and their relations, so every score can be explained, and a
message costs two look-ups of rows that were summed up before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from chatbot.understanding.evidence import ENDS, MEANS, SHIFT, Floats, parts, relations
from chatbot.understanding.meaning import Meaning

MEMO: Final = 4_096
"""Words that no phrase holds and whose rows are remembered; an attacker's cannot fill the memory."""


@dataclass(frozen=True, slots=True)
class Language:
    """What the layer asks about words.

    Their stems, which stems tell nothing, what a stem says, and the groups of stems that customers use for one another.
    """

    stem: Callable[[str], str]
    quiet: frozenset[str]
    mass: Callable[[str], float]
    groups: Mapping[str, Sequence[str]]
    meaning: Meaning

    def alike(self, stem: str) -> Sequence[str]:
        return self.groups.get(stem, ())


class Word(NamedTuple):
    """A word as the layer sees it: its row, its stem's number (-1: in no phrase), and whether it tells something."""

    row: int
    stem: int
    loud: bool


@dataclass(slots=True)
class Rows:
    """Rows that grow as new words are met: a score an intent, the squared length, what the word means.

    Relations come first, then the words of the phrases (up to `learnt`), then others (up to `used`).
    """

    table: Floats
    learnt: int
    used: int

    def add(self, row: Floats) -> int:
        if self.used == len(self.table):
            room = max(64, self.used // 16)
            self.table = np.vstack([self.table, np.zeros((room, self.table.shape[1]), dtype=np.float32)])
        self.table[self.used] = row
        self.used += 1
        return self.used - 1


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt, as rows of a score an intent.

    `words` and `pairs` name rows of `rows`; `parts` names those of stems and letters in `plain`, which make up the
    words that no phrase holds. `turn` makes intents of meaning (dimensions x intents).
    """

    intents: tuple[str, ...]
    words: dict[str, Word]
    stems: Mapping[str, int]
    rows: Rows
    pairs: Mapping[int, int]
    parts: Mapping[str, int]
    plain: Floats
    turn: Floats
    numbers: Mapping[str, int]
    language: Language
    typical: float
    """What phrases score for their own intent, on average: how loud this bot is."""

    @classmethod
    def build(cls, examples: Sequence[tuple[str, Sequence[str]]], language: Language) -> Weights:
        """Learn from (intent, words)."""
        # Only learning needs scipy; a process that has kept bytes at hand does without it.
        from chatbot.understanding.learning import learn  # noqa: PLC0415
        from chatbot.understanding.sheet import Sheet  # noqa: PLC0415

        sheet = Sheet.of([words for _, words in examples], language.quiet, language.stem, language.alike)
        intents = tuple(dict.fromkeys(intent for intent, _ in examples))
        numbers = {intent: number for number, intent in enumerate(intents)}
        vectors = np.array([vector_of(word, language) for word in sheet.words], dtype=np.float32)
        design = sheet.design(vectors, MEANS)
        targets = np.array([numbers[intent] for intent, _ in examples], dtype=np.int64)
        values = learn(design, targets, len(intents))
        typical = float(design.similar(values)[np.arange(len(targets)), targets].mean())
        shown = np.asarray(design.spelling.T @ (design.words.T @ values))
        related = beside(np.asarray(design.relations.T @ values) * sheet.loud[:, None], sheet.loud**2)
        related = np.hstack([related, np.zeros((len(related), vectors.shape[1]), dtype=np.float32)])
        table = np.vstack([related, np.hstack([beside(np.asarray(design.spelling @ shown), sheet.sizes), vectors])])
        words = {
            word: Word(len(related) + number, sheet.stems[stem] + ENDS, stem not in language.quiet)
            for word, number in sheet.words.items()
            for stem in (language.stem(word),)
        }
        return cls(
            intents,
            words,
            sheet.stems,
            Rows(table, len(table), len(table)),
            sheet.pairs,
            {name: len(sheet.stems) + number for name, number in sheet.letters.items()},
            beside(shown * sheet.scale[:, None], sheet.scale**2),
            (design.meaning.T @ values) * np.float32(MEANS),
            numbers,
            language,
            max(typical, 0.1),
        )

    def scores(self, words: Sequence[Word]) -> Floats:
        """One score an intent for a message."""
        count = len(self.intents)
        total = add([*dict.fromkeys([word.row for word in words]), *self.related(words)], self.rows.table)
        size = float(total[count])
        scores = total[:count]
        if size > 0:
            scores /= np.float32(size**0.5)
        if len(self.turn):
            meant = total[count + 1 :]
            length = float(meant.dot(meant))
            if length > 0:
                meant /= np.float32(length**0.5)
                scores += meant.dot(self.turn)
        return scores

    def contributions(self, spelled: Sequence[str], spoken: Sequence[Word], intent: str) -> dict[str, float]:
        """What each word ("order") and relation ("my order") adds to an intent's score: they sum up to it."""
        number, count = self.numbers[intent], len(self.intents)
        words = dict(zip(spelled, spoken, strict=True))
        rows = {word.row: name for name, word in words.items()}
        related = self.related(spoken)
        names = self.named(words)
        table = self.rows.table
        total = add([*rows, *related], table)
        size = float(total[count]) ** 0.5 or 1.0
        length = float(total[count + 1 :] @ total[count + 1 :]) ** 0.5 or 1.0
        adds: dict[str, float] = {}
        for row, name in [*rows.items(), *((row, names[row]) for row in related)]:
            adds[name] = adds.get(name, 0.0) + float(table[row, number]) / size
            if len(self.turn):
                adds[name] += float(table[row, count + 1 :] @ self.turn[:, number]) / length
        return {name: value for name, value in adds.items() if value}

    def related(self, words: Sequence[Word]) -> list[int]:
        """The rows of the relations of a message, once each."""
        pairs = self.pairs
        keys = relations([word.stem for word in words], [word.stem for word in words if word.loud])
        return [pairs[key] for key in keys if key in pairs]

    def named(self, words: Mapping[str, Word]) -> dict[int, str]:
        """Relations by their rows, in the words of a message that make them."""
        known = [(word.stem, name) for name, word in words.items() if word.stem >= 0]
        names: dict[int, str] = {}
        for one, first in [(0, "^"), *known]:
            for other, second in [*known, (1, "$")]:
                pair = one << SHIFT | other
                for key, name in ((pair << 1, f"{first} {second}"), (pair << 1 | 1, f"{first} .. {second}")):
                    if key in self.pairs:
                        names[self.pairs[key]] = name
        return names

    def know(self, word: str) -> Word:
        """A word as the layer sees it; one that no phrase holds by what its stem and its letters say."""
        known = self.words.get(word)
        if known is not None:
            return known
        language = self.language
        stem = language.stem(word)
        place = self.stems.get(stem, -1)
        names = [self.parts[name] for name in parts(word, stem, language.alike) if name in self.parts]
        numbers = [place, *names] if place >= 0 else names
        score = add(numbers, self.plain) if numbers else np.zeros(self.plain.shape[1], dtype=np.float32)
        row = self.rows.add(np.concatenate([score, vector_of(word, language)]))
        found = self.words[word] = Word(row, place + ENDS if place >= 0 else -1, stem not in language.quiet)
        return found

    @property
    def is_full(self) -> bool:
        return self.rows.used > self.rows.learnt + MEMO

    def forget(self) -> None:
        """Drop the words that no phrase holds; they are looked up again when they come again."""
        rows = self.rows
        for word in [word for word, known in self.words.items() if known.row >= rows.learnt]:
            del self.words[word]
        rows.used = rows.learnt


def add(numbers: Sequence[int], rows: Floats) -> Floats:
    """The sum of some rows."""
    return np.asarray(np.add.reduce(rows.take(numbers, 0), 0))


def vector_of(word: str, language: Language) -> Floats:
    """What a word means, as loud as it says something."""
    vector = language.meaning.vector(word)
    if vector is None:
        return np.zeros(language.meaning.dimensions, dtype=np.float32)
    return vector * np.float32(language.mass(language.stem(word)))


def beside(values: Floats, sizes: Floats) -> Floats:
    return np.hstack([values, sizes[:, None]]).astype(np.float32)
