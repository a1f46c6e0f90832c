"""One language of a bot: its words, weights and phrases, and what they say about a message.

Evidence is measured here and weighed in score.py; nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from chatbot.understanding.index import Near, PhraseIndex
from chatbot.understanding.lexicon import Known, Lexicon
from chatbot.understanding.meaning import meaning_for
from chatbot.understanding.negation import Denial, denial
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.verbatim import Verbatim
from chatbot.understanding.weights import Language, Weights
from chatbot.understanding.words import words_for

_SLOT = re.compile(r"\{(\w+)\}")

SHORTLIST = 4
LIKE_WITHOUT_TELLING = 0.7
"""Likeness from which a message of small words alone is a phrase: "who are you"."""

SHORT = 3
"""Telling words of a message in which each of them counts in full."""

NONE_OF_THEM = 2.0
"""The score of "none of these intents" among the others: words that speak for nothing leave little to share."""

SLOT_MASS = 0.3
"""What a value says that no phrase has a slot for: an order number does not make a message foreign."""


@dataclass(frozen=True, slots=True)
class Message:
    """The words of a message, or of a clause of it, as one language sees them."""

    knowns: tuple[Known, ...]
    stems: tuple[str, ...]
    masses: Mapping[str, float]
    denial: Denial = "none"

    @property
    def words(self) -> tuple[str, ...]:
        """What was meant: repaired words in place of the misspelt ones."""
        return tuple(word for known in self.knowns for word in (known.split or (known.repaired or known.word,)))


@dataclass(frozen=True, slots=True)
class Measured:
    """What one language's words say for one intent, each 0..1 but `words`.

    `words`: the score of the words alone, not bounded; `share`: what it comes to among the intents; `coverage`: of
    the message in the intent's words; `phrase`: the nearest phrase's likeness; `recall`: how much of a phrase the
    message holds; `foreign`: of the message in no intent's words.
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
    phrases: int
    slots: frozenset[str] = frozenset()
    """The kinds of value that some phrase has a `{slot}` for."""

    @classmethod
    def build(cls, language: str, phrases: Sequence[Phrase]) -> Classifier | None:
        """From all phrases of one language; None where there is nothing to learn from."""
        positive = [phrase for phrase in phrases if phrase.kind not in ("not", "keyword")]
        if not positive:
            return None
        words = words_for(language)
        lexicon = Lexicon.build(words, [phrase.words for phrase in phrases])
        stem = lexicon.stemmer.stem
        stemmed = {phrase: tuple(map(stem, phrase.words)) for phrase in phrases}
        examples = [(phrase.intent, phrase.words) for phrase in positive]
        quiet = frozenset(map(stem, words.stop | words.filler))
        spoken: dict[str, set[str]] = {}
        for phrase in phrases:
            if phrase.kind != "not":
                spoken.setdefault(phrase.intent, set()).update(stemmed[phrase])
        return cls(
            language,
            lexicon,
            Weights.build(
                examples,
                Language(stem, quiet, lexicon.mass, lambda stem: words.alike.get(stem, ()), meaning_for(language)),
            ),
            PhraseIndex.build([(one, stemmed[one]) for one in positive if one.kind != "name"], lexicon, quiet),
            PhraseIndex.build([(one, stemmed[one]) for one in phrases if one.kind == "not"], lexicon, quiet),
            Verbatim.build(positive, words),
            {intent: frozenset(stems) for intent, stems in spoken.items()},
            len(positive),
            frozenset(name for phrase in phrases for name in _SLOT.findall(phrase.written)),
        )

    def message(self, words: Iterable[str]) -> Message:
        """Repair and stem the words of a message; `{name}` words are values that were found."""
        knowns = tuple(self.lexicon.know(word) for word in words)
        stems: list[str] = []
        masses: dict[str, float] = {}
        for known in knowns:
            for stem in known.stem.split():
                stems.append(stem)
                masses[stem] = self.lexicon.masses.get(stem, SLOT_MASS if is_value(stem) else known.mass)
        denies = denial([known.repaired or known.word for known in knowns], self.lexicon.words)
        return Message(knowns, tuple(stems), masses, denies)

    def measure(
        self, message: Message, also: Iterable[str] = (), verbatim: frozenset[str] = frozenset()
    ) -> list[Measured]:
        """The intents worth a look: by their words, by a near phrase, `also` (those with a rule), and `verbatim`."""
        if not message.stems:
            return []
        scores = self.weights.scores(message.words)
        best = float(scores.max())
        chances = np.exp(scores - best)
        total = float(chances.sum()) + exp(NONE_OF_THEM - best)
        raw = dict(zip(self.weights.intents, scores.tolist(), strict=True))
        share = dict(zip(self.weights.intents, (chances / total).tolist(), strict=True))
        near, recall = by_intent(self.index.nearest(message.stems, message.masses, message.denial))
        against, _ = by_intent(self.counter.nearest(message.stems, message.masses, message.denial))
        top = sorted(share, key=lambda intent: -share[intent])[:SHORTLIST]
        weight = sum(message.masses.values()) or 1.0
        telling = [stem for stem in message.masses if stem not in self.weights.language.quiet and not is_value(stem)]
        strange = self.strange(telling)
        foreign = sum(mass for stem, mass in message.masses.items() if stem not in self.lexicon.masses) / weight
        return [
            Measured(
                intent=intent,
                words=raw.get(intent, 0.0),
                share=share.get(intent, 0.0),
                coverage=self.coverage(intent, message.masses, weight),
                phrase=near[intent].similarity if intent in near else 0.0,
                recall=recall.get(intent, 0.0),
                foreign=foreign,
                hollow=self.hollow(intent, telling, near.get(intent)),
                strange=strange,
                verbatim=intent in verbatim,
                nearest=near.get(intent),
                against=against.get(intent),
            )
            for intent in dict.fromkeys((*sorted(verbatim), *top, *list(near)[:SHORTLIST], *also))
        ]

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
        unknown = [stem not in self.lexicon.masses for stem in telling]
        share = sum(unknown) / len(unknown)
        return (0.5 + share / 2 if unknown[-1] else share / 2) * min(1.0, SHORT / len(unknown))

    def tells(self, words: Iterable[str]) -> bool:
        """Whether any of the words is a telling one that the bot knows."""
        stems = (stem for word in words for stem in self.lexicon.know(word).stem.split())
        return any(stem in self.lexicon.masses and stem not in self.weights.language.quiet for stem in stems)

    def coverage(self, intent: str, masses: Mapping[str, float], total: float) -> float:
        own = self.spoken.get(intent, frozenset())
        return sum(mass for stem, mass in masses.items() if stem in own) / total


def by_intent(nears: Iterable[Near]) -> tuple[dict[str, Near], dict[str, float]]:
    """The nearest phrase of each intent, best first, and the most that a message holds of any."""
    best: dict[str, Near] = {}
    recall: dict[str, float] = {}
    for near in nears:
        best.setdefault(near.phrase.intent, near)
        recall[near.phrase.intent] = max(near.recall, recall.get(near.phrase.intent, 0.0))
    return best, recall


def is_value(word: str) -> bool:
    return word.startswith("{")
