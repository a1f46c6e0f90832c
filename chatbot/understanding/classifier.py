"""One language of a bot: its words, weights and phrases, and what they say about a message.

Evidence is measured here and weighed in score.py; nothing is decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from statistics import median
from typing import NamedTuple

import numpy as np

from chatbot.understanding.evidence import Floats
from chatbot.understanding.index import Near, PhraseIndex, Spoken
from chatbot.understanding.lexicon import Known, Lexicon
from chatbot.understanding.meaning import meaning_for
from chatbot.understanding.negation import Denial, denial
from chatbot.understanding.normalise import in_pairs
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.verbatim import Verbatim
from chatbot.understanding.weights import Language, Weights, Word
from chatbot.understanding.words import Words, words_for

_SLOT = re.compile(r"\{(\w+)\}")

SHORTLIST = 3
LEAST = 0.03
"""Intents that are looked at closer: so many, and none with a smaller share (the first one always)."""

CHANCE = 0.1
"""Share from which the nearest phrase of an intent that is not the likeliest is looked for."""

LIKE_WITHOUT_TELLING = 0.7
"""Likeness from which a message of small words alone is a phrase: "who are you"."""

SHORT = 3
"""Telling words of a message in which each of them counts in full."""

NONE_OF_THEM = 2.0
"""The score of "none of these intents" among the others: words that speak for nothing leave little to share."""

SLOT_MASS = 0.3
"""What a value says that no phrase has a slot for: an order number does not make a message foreign."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a message, and what is meant by it: one word, two that ran together; their stems; what they say."""

    known: Known
    words: tuple[str, ...]
    rows: tuple[Word, ...]
    stems: tuple[str, ...]
    masses: Mapping[str, float]


class Message(NamedTuple):
    """The words of a message, or of a clause of it, as one language sees them.

    `words`: what was meant, repaired words in place of the misspelt ones; `rows` the same as the weights see them.
    """

    parts: tuple[Part, ...]
    words: tuple[str, ...]
    rows: tuple[Word, ...]
    stems: tuple[str, ...]
    masses: Mapping[str, float]
    denial: Denial = "none"

    @property
    def knowns(self) -> tuple[Known, ...]:
        return tuple(part.known for part in self.parts)


class Measured(NamedTuple):
    """What one language's words say for one intent, each 0..1 but `words`.

    `words`: the score of the words alone, one for what a phrase scores; `share`: what it comes to among the intents;
    `coverage`: of the message in the intent's words; `phrase`: the nearest phrase's likeness; `recall`: how much of a
    phrase the message holds; `foreign`: of the message in no intent's words.
    `hollow`: the intent has none of the message's telling words ("where is my mind"); if there are none, no phrase
    that is much like it.
    `strange`: the share of its telling words that the bot does not know; `verbatim`: it is one of the phrases.
    """

    intent: str
    words: float
    share: float
    coverage: float
    phrase: float
    recall: float
    foreign: float
    hollow: bool
    strange: float = 0.0
    verbatim: bool = False
    nearest: Near | None = None
    against: Near | None = None


@dataclass(frozen=True, slots=True)
class Classifier:
    language: str
    lexicon: Lexicon
    weights: Weights
    index: PhraseIndex
    counter: PhraseIndex
    verbatim: Verbatim
    spoken: Mapping[str, frozenset[str]]
    phrases: float
    """How many an intent has; half of the intents have more."""
    heard: frozenset[str]
    """The stems of all phrases and what else customers call the same."""
    slots: frozenset[str] = frozenset()
    """The kinds of value that some phrase has a `{slot}` for."""
    memo: dict[str, Part] = field(default_factory=dict)

    @classmethod
    def build(cls, language: str, phrases: Sequence[Phrase], words: Words | None = None) -> Classifier | None:
        """From all phrases of one language; None where there is nothing to learn from. `words`: its word lists."""
        positive = [phrase for phrase in phrases if phrase.kind not in ("not", "keyword")]
        if not positive:
            return None
        words = words or words_for(language)
        verbatim = Verbatim.build(positive, words)
        phrases = [phrase._replace(words=tuple(in_pairs(phrase.words))) for phrase in phrases]
        positive = [phrase for phrase in phrases if phrase.kind not in ("not", "keyword")]
        lexicon = Lexicon.build(words, [phrase.words for phrase in phrases], meaning_for(language))
        stem = lexicon.stemmer.stem
        spoken: dict[str, set[str]] = {}
        for phrase in phrases:
            if phrase.kind != "not":
                spoken.setdefault(phrase.intent, set()).update(map(stem, phrase.words))
        known = cls.language_of(lexicon)
        kin = families(known.groups)
        quiet = known.quiet
        return cls(
            language,
            lexicon,
            Weights.build([(phrase.intent, phrase.words) for phrase in positive], known),
            PhraseIndex.build([one for one in positive if one.kind != "name"], lexicon, quiet),
            PhraseIndex.build([one for one in phrases if one.kind == "not"], lexicon, quiet),
            verbatim,
            {intent: with_kin(stems, kin) for intent, stems in spoken.items()},
            float(median(Counter(phrase.intent for phrase in positive).values())),
            with_kin(lexicon.masses, kin),
            frozenset(name for phrase in phrases for name in _SLOT.findall(phrase.written)),
        )

    @staticmethod
    def language_of(lexicon: Lexicon) -> Language:
        """What the weights ask about the words of a language."""
        stem, words = lexicon.stemmer.stem, lexicon.words
        groups = {stem(word): names for word, names in words.alike.items()}
        return Language(stem, frozenset(map(stem, words.stop | words.filler)), lexicon.mass, groups, lexicon.meaning)

    def message(self, words: Sequence[str]) -> Message:
        """Repair and stem the words of a message; `{name}` words are values that were found."""
        if self.weights.is_full:
            self.memo.clear()
            self.weights.forget()
        memo = self.memo
        parts = [memo.get(word) or self.part(word) for word in self.lexicon.joined(in_pairs(words))]
        spoken: list[str] = []
        rows: list[Word] = []
        stems: list[str] = []
        masses: dict[str, float] = {}
        for part in parts:
            spoken += part.words
            rows += part.rows
            stems += part.stems
            masses.update(part.masses)
        denies = denial(spoken, self.lexicon.words)
        return Message(tuple(parts), tuple(spoken), tuple(rows), tuple(stems), masses, denies)

    def warm(self) -> None:
        """Look up the words of the phrases, so that no message pays for what is known beforehand."""
        for word in self.lexicon.counts:
            self.part(word)

    def part(self, word: str) -> Part:
        """What is meant by one word, remembered."""
        known = self.lexicon.know(word)
        words = known.split or (known.repaired or known.word,)
        stems = tuple(known.stem.split())
        other = SLOT_MASS if is_value(word) else known.mass
        masses = {stem: self.lexicon.masses.get(stem, other) for stem in stems}
        found = self.memo[word] = Part(known, words, tuple(map(self.weights.know, words)), stems, masses)
        return found

    def measure(
        self, message: Message, also: Iterable[str] = (), verbatim: frozenset[str] = frozenset()
    ) -> list[Measured]:
        """The intents worth a look: by their words, `also` (those with a rule), and `verbatim`."""
        if not message.stems:
            return []
        intents, quiet = self.weights.intents, self.weights.language.quiet
        masses = message.masses
        scores = self.weights.scores(message.rows)
        best = float(scores.max())
        chances = np.exp(scores - np.float32(best))
        total = float(np.add.reduce(chances)) + exp(NONE_OF_THEM - best)
        looked = [intents[number] for number in best_of(chances, total)]
        telling = [stem for stem in masses if stem not in quiet and stem[0] != "{"]
        spoken = Spoken.of(message.stems, masses, quiet, message.denial)
        known = self.heard
        unheard = [mass for stem, mass in masses.items() if stem not in known]
        foreign = sum(unheard) / spoken.total if unheard else 0.0
        strange = self.strange(telling) if unheard else 0.0
        # How well the message is covered is asked of the likeliest intent, for all: which one it is, the words decide,
        # and a near phrase of another would only lead astray.
        near, recall = self.index.nearest(looked[0], spoken) or (None, 0.0)
        coverage = self.coverage(looked[0], masses, spoken.total)
        phrase = near.similarity if near else 0.0
        hollow = self.hollow(looked[0], telling, near)
        numbers, typical = self.weights.numbers, self.weights.typical
        found: list[Measured] = []
        for intent in dict.fromkeys((*sorted(verbatim), *looked, *also)) if verbatim or also else looked:
            number = numbers.get(intent, -1)
            share = float(chances[number]) / total if number >= 0 else 0.0
            own = near
            if intent != looked[0]:
                # One that hardly stands a chance is not worth the look, unless it was named outright.
                own = (
                    (self.index.nearest(intent, spoken) or (None,))[0] if share > CHANCE or number < 0 or also else None
                )
            against = self.counter.nearest(intent, spoken) if self.counter.entries else None
            found.append(
                Measured(
                    intent,
                    float(scores[number]) / typical if number >= 0 else 0.0,
                    share,
                    coverage,
                    phrase,
                    recall,
                    foreign,
                    hollow,
                    strange,
                    intent in verbatim,
                    own,
                    against[0] if against else None,
                )
            )
        return found

    def likeliest(self, message: Message) -> str:
        """The intent that the words alone speak for most."""
        return self.weights.intents[int(self.weights.scores(message.rows).argmax())] if message.rows else ""

    def hollow(self, intent: str, telling: Sequence[str], near: Near | None) -> bool:
        if telling:
            return self.spoken.get(intent, frozenset()).isdisjoint(telling)
        return near is None or near.similarity < LIKE_WITHOUT_TELLING

    def strange(self, telling: Sequence[str]) -> float:
        """How much of a message is about what the bot has never heard of, 0..1; a long message tells enough else.

        The last telling word counts most: "my stupid order" is an order, and "order a pizza" is about a pizza.
        """
        if not telling:
            return 0.0
        unknown = [stem not in self.heard for stem in telling]
        share = sum(unknown) / len(unknown)
        return (0.5 + share / 2 if unknown[-1] else share / 2) * min(1.0, SHORT / len(unknown))

    def tells(self, words: Iterable[str]) -> bool:
        """Whether any of the words is a telling one that the bot knows."""
        stems = (stem for word in words for stem in self.lexicon.know(word).stem.split())
        return any(stem in self.lexicon.masses and stem not in self.weights.language.quiet for stem in stems)

    def coverage(self, intent: str, masses: Mapping[str, float], total: float) -> float:
        own = self.spoken.get(intent, frozenset())
        return sum([mass for stem, mass in masses.items() if stem in own]) / total


def families(alike: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Each stem with all those that customers use for it."""
    members: dict[str, set[str]] = {}
    for stem, names in alike.items():
        for name in names:
            members.setdefault(name, set()).add(stem)
    return {stem: frozenset().union(*(members[name] for name in names)) for stem, names in alike.items()}


def with_kin(stems: Iterable[str], kin: Mapping[str, frozenset[str]]) -> frozenset[str]:
    own = frozenset(stems)
    return own.union(*(kin[stem] for stem in own if stem in kin))


def best_of(chances: Floats, total: float) -> list[int]:
    """The numbers of the likeliest few, likeliest first; those with hardly a chance beside the first are left out."""
    if 1.0 / total > 1.0 - LEAST:
        return [int(chances.argmax())]
    top = np.flatnonzero(chances >= LEAST * total).tolist()
    if len(top) < 2:
        return top or [int(chances.argmax())]
    shares = dict(zip(top, chances[top].tolist(), strict=True))
    return sorted(top, key=lambda number: -shares[number])[:SHORTLIST]


def is_value(word: str) -> bool:
    return word.startswith("{")
