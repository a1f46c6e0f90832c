"""The words of a message as a bot knows them: repaired, stemmed and numbered, once a word and not once a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.normalise import UNSPACED, in_pairs
from chatbot.understanding.stems import Stems, is_value
from chatbot.understanding.weights import Shown, Weights

SLOT_MASS = 0.3
"""What a value says that no phrase has a slot for: an order number does not make a message foreign."""


class Meant(NamedTuple):
    """A word that was meant: its stem with the stem's number. The rest is the `Word` of weights.py."""

    text: str
    stem: str
    number: int
    row: int
    first: int
    second: int
    loud: bool


class Message(NamedTuple):
    """A message, or a clause of it, as one language sees it; one entry a word in all but `written`.

    `written`: the words as they were, taken apart and put together by blanks only; `words`: what was meant by them. The
    rest is what `Meant` says of them.
    """

    written: Sequence[str]
    words: Sequence[str]
    stems: Sequence[str]
    numbers: Sequence[int]
    rows: Sequence[int]
    firsts: Sequence[int]
    seconds: Sequence[int]
    louds: Sequence[bool]

    @property
    def repaired(self) -> bool:
        """Whether some word was taken for another than the one that was written."""
        return self.written is not self.words and list(self.written) != list(self.words)

    @property
    def shown(self) -> Shown:
        """The message as weights.py sees it."""
        return self[4:]


NOTHING = Message((), (), (), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is meant by each word: `plain` are those of the phrases, `others` some thousand that were met."""

    lexicon: Lexicon
    weights: Weights
    stems: Stems
    plain: Mapping[str, Meant]
    others: dict[str, tuple[Meant, ...]] = field(default_factory=dict)

    @classmethod
    def build(cls, lexicon: Lexicon, weights: Weights, stems: Stems) -> Vocabulary:
        stem = lexicon.stemmer.stem
        words = [(word, stem(word), known) for word, known in weights.words.items() if not UNSPACED.search(word)]
        plain = {word: Meant(word, own, stems.number(own), *known) for word, own, known in words}
        return cls(lexicon, weights, stems, plain)

    def message(self, words: Sequence[str]) -> Message:
        """`{name}` words are values that were found."""
        found = list(map(self.plain.get, words))
        if None in found:
            # A word that no phrase holds may be misspelt, or belong to the one beside it.
            words = self.lexicon.joined(in_pairs(words))
            meant = [one for word in words for one in self.meant(word)]
        else:
            meant = found  # type: ignore[assignment]  # mypy does not see that None is not in it
        if not meant:
            return NOTHING
        return Message(words, *zip(*meant, strict=True))

    def meant(self, word: str) -> tuple[Meant, ...]:
        """What is meant by a word: one word, or two that ran together. It is remembered."""
        plain = self.plain.get(word)
        if plain is not None:
            return (plain,)
        return self.others.get(word) or self.looked_up(word)

    def looked_up(self, word: str) -> tuple[Meant, ...]:
        if self.weights.is_full:
            self.others.clear()
            self.weights.forget()
        found = self.others[word] = tuple(map(self.one, *self.lexicon.meant(word)))
        return found

    def one(self, text: str, stem: str) -> Meant:
        plain = self.plain.get(text)
        if plain is not None and plain.stem == stem:
            return plain
        return Meant(text, stem, self.stems.number(stem), *self.weights.know(text))

    def mass(self, stem: str) -> float:
        """How much a stem says, heard of or not."""
        return self.lexicon.masses.get(stem, SLOT_MASS if is_value(stem) else self.lexicon.unknown)

    def tells(self, word: str) -> bool:
        """Whether a word tells something, and stands in a phrase."""
        quiet, masses = self.weights.language.quiet, self.lexicon.masses
        return any(one.stem in masses and one.stem not in quiet for one in self.meant(word))
