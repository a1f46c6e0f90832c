"""Which words speak for which intent: a linear layer over words, neighbours, letters and meaning, learnt from phrases.

Every score is a sum over the words of the message and their relations, so every score can be explained, and a
message costs two look-ups of rows that were summed up before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from chatbot.understanding.evidence import ENDS, SHIFT, Floats, Halves, parts
from chatbot.understanding.layer import Layer, Shares
from chatbot.understanding.meaning import Meaning
from chatbot.understanding.table import Table, table_of

MEMO: Final = 4_096
"""Words that no phrase holds and whose rows are remembered; an attacker's cannot fill the memory."""

NOWHERE: Final = -(1 << 50)
BEGIN: Final = 0
END: Final = 1
"""What stems without a number add to keys (no relation has them), and the ends of a sentence, its stems 0 and 1."""


@dataclass(frozen=True, slots=True)
class Language:
    """What the layer asks about words.

    Their stems, which stems tell nothing, what a stem says, and the groups of stems that customers use for one another.
    """

    stem: Callable[[str], str]
    quiet: frozenset[str]
    mass: Callable[[str], float]
    groups: dict[str, tuple[str, ...]]
    meaning: Meaning

    def alike(self, stem: str) -> Sequence[str]:
        return self.groups.get(stem, ())


@dataclass(slots=True)
class Word:
    """A word as the layer sees it: its row, what names its relations, and whether it tells something.

    A relation's key is the `first` of one word plus the `second` of the other. Both are NOWHERE for a word whose stem
    no phrase holds.
    """

    row: int
    first: int
    second: int
    loud: bool

    @classmethod
    def of(cls, row: int, stem: int, stems: int, loud: bool) -> Word:
        """`stem` is its number among so many stems, less than 0 for one that no phrase holds."""
        return cls(row, *(keys(stem + ENDS, stems) if stem >= 0 else (NOWHERE, NOWHERE)), loud)


@dataclass(slots=True)
class Rows:
    """Rows that grow as new words are met: a score an intent, the squared length, what the word means.

    One of nothing comes first, then relations, then the words of the phrases (up to `learnt`), then others (up to
    `used`). There is room for MEMO of these, of which the machine gives only what is written to. `layer` sums them up.
    """

    table: Floats
    relations: int
    learnt: int
    used: int
    layer: Layer

    @classmethod
    def of(cls, relations: Halves, words: Halves, turn: Floats, parts: Halves) -> Rows:
        """From what was learnt, kept in half the bytes. `words` are wider: relations mean nothing by themselves."""
        learnt = 1 + len(relations) + len(words)
        table = np.empty((learnt + MEMO, words.shape[1]), dtype=np.float32)
        table[: 1 + len(relations)] = 0.0
        table[1 : 1 + len(relations), : relations.shape[1]] = relations
        table[1 + len(relations) : learnt] = words
        return cls(table, len(relations), learnt, learnt, Layer(table, turn, parts, len(relations)))

    def halves(self, width: int) -> tuple[Halves, Halves]:
        """What `of` was given; `width`: that of a relation."""
        words = 1 + self.relations
        return halved(self.table[1:words, :width]), halved(self.table[words : self.learnt])

    @property
    def room(self) -> int:
        """How many rows can be added without growing."""
        return len(self.table) - self.used

    def add(self, parts: list[int], meaning: Floats | None) -> int:
        """Add a word of these parts; its row."""
        if not self.room:  # one message of more new words than there is room for
            self.table = np.vstack([self.table, np.empty((MEMO, self.table.shape[1]), dtype=np.float32)])
            self.layer = Layer(self.table, self.layer.turn, self.layer.parts, self.relations)
        self.layer.write(self.used, parts, meaning)
        self.used += 1
        return self.used - 1


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt, as rows of a score an intent.

    `words` name rows of `rows`, and so do, by their keys, two stems `beside` each other and `near` each other; `parts`
    names those of stems and letters in `plain`, which make up the words that no phrase holds. `turn` makes intents of
    meaning (dimensions x intents).
    """

    intents: tuple[str, ...]
    words: dict[str, Word]
    stems: dict[str, int]
    rows: Rows
    beside: Table
    near: Table
    parts: Table
    plain: Halves
    turn: Floats
    numbers: dict[str, int]
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
        vectors = np.zeros((len(sheet.words), language.meaning.dimensions), dtype=np.float32)
        for word, number in sheet.words.items():
            vector = vector_of(word, language)
            if vector is not None:
                vectors[number] = vector
        design = sheet.design(vectors, language.meaning.loud)
        targets = np.array([numbers[intent] for intent, _ in examples], dtype=np.int64)
        values = learn(design, targets, len(intents))
        typical = float(design.similar(values)[np.arange(len(targets)), targets].mean())
        shown = np.asarray(design.spelling.T @ (design.words.T @ values))
        related = with_sizes(np.asarray(design.relations.T @ values) * sheet.loud[:, None], sheet.loud**2)
        table = np.hstack([with_sizes(np.asarray(design.spelling @ shown), sheet.sizes), vectors])
        turn = np.ascontiguousarray(design.meaning.T @ values, dtype=np.float32) * np.float32(language.meaning.loud)
        plain = halved(with_sizes(shown * sheet.scale[:, None], sheet.scale**2))
        words = {
            word: Word.of(1 + len(related) + number, sheet.stems[stem], len(sheet.stems), stem not in language.quiet)
            for word, number in sheet.words.items()
            for stem in (language.stem(word),)
        }
        return cls(
            intents,
            words,
            sheet.stems,
            Rows.of(halved(related), halved(table), turn, plain),
            *relations_of(sheet.pairs, len(sheet.stems)),
            table_of({key: len(sheet.stems) + number for key, number in sheet.letters.items()}),
            plain,
            turn,
            numbers,
            language,
            max(typical, 0.1),
        )

    def shares(self, shown: list[Word]) -> Shares:
        """The score of each intent for a message, and its share among them."""
        return self.rows.layer.shares(self.found(shown))

    def contributions(self, spelled: Sequence[str], shown: list[Word], intent: str) -> dict[str, float]:
        """What each word ("order") and relation ("my order") adds to an intent's score: they sum up to it."""
        number, count = self.numbers[intent], len(self.intents)
        names = {**{word.row: text for word, text in zip(shown, spelled, strict=True)}, **self.named(spelled, shown)}
        found = sorted({*self.found(shown)} - {0})
        total = self.rows.table[found].sum(axis=0)
        size = float(total[count]) ** 0.5 or 1.0
        length = float(total[count + 1 :] @ total[count + 1 :]) ** 0.5 or 1.0
        adds: dict[str, float] = {}
        for row in found:
            name, own = names[row], self.rows.table[row]
            adds[name] = adds.get(name, 0.0) + float(own[number]) / size
            if len(self.turn):
                adds[name] += float(own[count + 1 :] @ self.turn[:, number]) / length
        return {name: value for name, value in adds.items() if value}

    def found(self, shown: list[Word]) -> list[int]:
        """The rows of the words of a message and of their relations, some of them twice; the first row says nothing."""
        beside, near = self.beside, self.near
        found: list[int] = []
        before = BEGIN
        last: Word | None = None
        middle: Word | None = None
        for word in shown:
            second = word.second
            found.append(word.row)
            found.append(beside.find(before + second))
            before = word.first
            if word.loud:
                if middle is not None:
                    found.append(near.find(middle.first + second))
                if last is not None:
                    found.append(near.find(last.first + second))
                last, middle = middle, word
        found.append(beside.find(before + END))
        return found

    def order_tells(self, shown: list[Word], one: str, other: str) -> float:
        """How much more the relations of a message, and not its words, say for one intent than for another."""
        table, found = self.rows.table, sorted(set(self.found(shown)))
        size = float(table[found, len(self.intents)].sum()) ** 0.5 or 1.0
        related = table[[row for row in found if row <= self.rows.relations]]
        return float((related[:, self.numbers[one]] - related[:, self.numbers[other]]).sum()) / size

    def named(self, spelled: Sequence[str], shown: list[Word]) -> dict[int, str]:
        """Relations by their rows, in the words of a message that make them."""
        firsts, seconds = [word.first for word in shown], [word.second for word in shown]
        names: dict[int, str] = {}
        for first, one in ((BEGIN, "^"), *zip(firsts, spelled, strict=True)):
            for second, other in (*zip(seconds, spelled, strict=True), (END, "$")):
                if row := self.beside.find(first + second):
                    names.setdefault(row, f"{one} {other}")
                if row := self.near.find(first + second):
                    names.setdefault(row, f"{one} .. {other}")
        return names

    def know(self, word: str) -> Word:
        """A word as the layer sees it; one that no phrase holds by what its stem and its letters say."""
        known = self.words.get(word)
        if known is not None:
            return known
        language = self.language
        stem = language.stem(word)
        place = self.stems.get(stem, -1)
        named = self.parts
        numbers = [number for part in parts(word, language.alike(stem)) if (number := named.find(part))]
        if place >= 0:
            numbers.append(place)
        row = self.rows.add(numbers, language.meaning.vector(word, language.mass(stem)))
        found = Word.of(row, place, len(self.stems), stem not in language.quiet)
        self.words[word] = found
        return found

    def forget(self) -> None:
        """Drop the words that no phrase holds; they are looked up again when they come again."""
        rows = self.rows
        for word in [word for word, known in self.words.items() if known.row >= rows.learnt]:
            del self.words[word]
        rows.used = rows.learnt


def keys(stem: int, stems: int) -> tuple[int, int]:
    """What a stem adds to the key of a relation as the first of two and as the second, among so many stems."""
    return stem * (stems + ENDS), stem


def relations_of(pairs: Mapping[int, int], stems: int) -> tuple[Table, Table]:
    """Relations (as `relations` numbers them) -> rows by their keys: beside, and near in either order."""
    beside: dict[int, int] = {}
    near: dict[int, int] = {}
    for key, number in pairs.items():
        one, other = key >> 1 >> SHIFT, key >> 1 & (1 << SHIFT) - 1
        (first, second), (first_of_other, second_of_other) = keys(one, stems), keys(other, stems)
        if key & 1:
            near[first + second_of_other] = near[first_of_other + second] = number + 1
        else:
            beside[first + second_of_other] = number + 1
    return table_of(beside), table_of(near)


def vector_of(word: str, language: Language) -> Floats | None:
    """What a word means, as loud as it says something; None for a word without a known meaning."""
    return language.meaning.vector(word, language.mass(language.stem(word)))


def with_sizes(values: Floats, sizes: Floats) -> Floats:
    return np.hstack([values, sizes[:, None]]).astype(np.float32)


def halved(values: Floats) -> Halves:
    """In half the bytes: three digits are plenty."""
    return values.astype(np.float16)
