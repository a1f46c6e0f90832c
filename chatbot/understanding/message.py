"""The words of a message as a bot knows them: repaired, stemmed and numbered, once a word and not once a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbot.understanding.layer import Shares
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.normalise import UNSPACED, in_pairs
from chatbot.understanding.stems import Stems, is_value
from chatbot.understanding.weights import MEMO, Weights, Word

SLOT_MASS = 0.3
"""What a value says that no phrase has a slot for: an order number does not make a message foreign."""


@dataclass(slots=True)
class Meant:
    """A word that was meant, its stem with the stem's number, what the weights make of it, and whether it denies."""

    text: str
    stem: str
    number: int
    word: Word
    denies: bool = False


@dataclass(slots=True)
class Message:
    """A message, or a clause of it, as one language sees it.

    `written`: the words as they were, taken apart and put together by blanks only; `words`: what was meant by them,
    which `meant` tells more of, one by one. `shares`: what they say for each intent, once somebody asked.
    """

    written: Sequence[str]
    words: Sequence[str]
    meant: list[Meant]
    shares: Shares | None = None

    @property
    def repaired(self) -> bool:
        """Whether some word was taken for another than the one that was written."""
        return self.written is not self.words and list(self.written) != list(self.words)

    def shown(self) -> list[Word]:
        """The message as weights.py sees it."""
        return [one.word for one in self.meant]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is meant by each word: `plain` are those of the phrases, `others` some thousand that were met."""

    lexicon: Lexicon
    weights: Weights
    stems: Stems
    plain: dict[str, Meant]
    others: dict[str, tuple[Meant, ...]] = field(default_factory=dict)

    @classmethod
    def build(cls, lexicon: Lexicon, weights: Weights, stems: Stems) -> Vocabulary:
        stem = lexicon.stemmer.stem
        words = [(word, stem(word), known) for word, known in weights.words.items() if not UNSPACED.search(word)]
        negates = lexicon.words.negates
        plain = {word: Meant(word, own, stems.number(own), known, word in negates) for word, own, known in words}
        return cls(lexicon, weights, stems, plain)

    def message(self, words: Sequence[str]) -> Message:
        """`{name}` words are values that were found."""
        plain = self.plain
        meant = [one for word in words if (one := plain.get(word)) is not None]
        if len(meant) == len(words):
            return Message(words, words, meant)
        # A word that no phrase holds may be misspelt, or belong to the one beside it.
        self.make_room(2 * len(words))
        written = self.lexicon.joined(in_pairs(words))
        meant = [one for word in written for one in self.meant(word)]
        return Message(written, [one.text for one in meant], meant)

    def meant(self, word: str) -> tuple[Meant, ...]:
        """What is meant by a word: one word, or two that ran together. It is remembered."""
        plain = self.plain.get(word)
        if plain is not None:
            return (plain,)
        return self.others.get(word) or self.looked_up(word)

    def make_room(self, words: int) -> None:
        """Forget the others where there is no room for so many more: never within a message, whose rows must stay."""
        if self.weights.rows.room < words or len(self.others) > MEMO:
            self.others.clear()
            self.weights.forget()

    def looked_up(self, word: str) -> tuple[Meant, ...]:
        texts, stems = self.lexicon.meant(word)
        found = self.others[word] = tuple([self.one(text, stems[place]) for place, text in enumerate(texts)])
        return found

    def one(self, text: str, stem: str) -> Meant:
        plain = self.plain.get(text)
        if plain is not None and plain.stem == stem:
            return plain
        return Meant(text, stem, self.stems.number(stem), self.weights.know(text), text in self.lexicon.words.negates)

    def mass(self, stem: str) -> float:
        """How much a stem says, heard of or not."""
        return self.lexicon.masses.get(stem, SLOT_MASS if is_value(stem) else self.lexicon.unknown)

    def tells(self, word: str) -> bool:
        """Whether a word tells something, and stands in a phrase."""
        quiet, masses = self.weights.language.quiet, self.lexicon.masses
        return any(one.stem in masses and one.stem not in quiet for one in self.meant(word))
