"""One language of a bot: its words, weights and phrases, and what they say about a message.

Evidence is measured here and weighed in score.py; nothing is decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from chatbot.understanding.index import Near, PhraseIndex, Spoken
from chatbot.understanding.layer import Shares
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.meaning import Meaning
from chatbot.understanding.message import Message, Vocabulary
from chatbot.understanding.negation import denial
from chatbot.understanding.normalise import in_pairs
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.stems import UNHEARD, Stems, is_value, whole
from chatbot.understanding.verbatim import NONE, Verbatim
from chatbot.understanding.weights import Language, Weights
from chatbot.understanding.words import Words

_SLOT = re.compile(r"\{(\w+)\}")

CHANCE = 0.1
"""Share from which the nearest phrase of an intent that is not the likeliest is looked for."""

LIKE_WITHOUT_TELLING = 0.7
"""Likeness from which a message of small words alone is a phrase: "who are you"."""

SHORT = 3
"""Telling words of a message in which each of them counts in full."""

ORDER_TELLS = 0.1
"""Difference that the order of words must make, one for what a phrase scores, to tell two intents apart by itself."""

HAIR = 1e-6

NO_STEMS: frozenset[int] = frozenset()


@dataclass(slots=True)
class Cover:
    """How well a message is covered by its likeliest intent, each 0..1.

    `coverage`: the share of it in the intent's words; `phrase`: the nearest phrase's likeness; `recall`: how much of a
    phrase the message holds; `foreign`: the share of it in no intent's words.
    `hollow`: the intent has none of the message's telling words ("where is my mind"); if there are none, no phrase
    that is much like it. `strange`: the share of its telling words that the bot does not know.
    """

    coverage: float
    phrase: float
    recall: float
    foreign: float
    hollow: bool
    strange: float = 0.0


@dataclass(slots=True)
class Measured:
    """What the words of a message say for one intent.

    `words`: their score, one for what a phrase scores; `share`: what it comes to among the intents, 0..1; `verbatim`:
    the message is one of its phrases; the phrase that is nearest, the counter-example that is.
    """

    intent: str
    words: float
    share: float
    verbatim: bool = False
    nearest: Near | None = None
    against: Near | None = None


@dataclass(frozen=True, slots=True)
class Classifier:
    """What was learnt from the phrases of one language.

    `spoken`: intent -> the stems of its phrases and what customers say for them; `phrases`: how many an intent has
    (half of the intents have more); `slots`: the kinds of value that some phrase has a `{slot}` for.
    """

    language: str
    vocabulary: Vocabulary
    index: PhraseIndex
    counter: PhraseIndex
    verbatim: Verbatim
    spoken: dict[str, frozenset[int]]
    phrases: float
    slots: frozenset[str] = frozenset()

    @classmethod
    def build(cls, language: str, phrases: Sequence[Phrase], words: Words, meaning: Meaning) -> Classifier | None:
        """From all phrases of one language; None where there is nothing to learn from.

        `words` are its word lists, `meaning` is what its words mean.
        """
        positive = [phrase for phrase in phrases if phrase.kind not in ("not", "keyword")]
        if not positive:
            return None
        verbatim = Verbatim.build(positive, words)
        phrases = [phrase._replace(words=tuple(in_pairs(phrase.words))) for phrase in phrases]
        positive = [phrase for phrase in phrases if phrase.kind not in ("not", "keyword")]
        lexicon = Lexicon.build(words, [phrase.words for phrase in phrases], meaning)
        stem = lexicon.stemmer.stem
        spoken: dict[str, set[str]] = {}
        for phrase in phrases:
            if phrase.kind != "not":
                spoken.setdefault(phrase.intent, set()).update(map(stem, phrase.words))
        known = cls.language_of(lexicon)
        kin = families(known.groups)
        stems = Stems.build(with_kin(lexicon.masses, kin), lexicon.mass, known.quiet)
        weights = Weights.build([(phrase.intent, phrase.words) for phrase in positive], known)
        return cls(
            language,
            Vocabulary.build(lexicon, weights, stems),
            PhraseIndex.build([one for one in positive if one.kind != "name"], lexicon, stems),
            PhraseIndex.build([one for one in phrases if one.kind == "not"], lexicon, stems),
            verbatim,
            {intent: frozenset(map(stems.number, with_kin(own, kin))) for intent, own in spoken.items()},
            float(median(Counter(phrase.intent for phrase in positive).values())),
            frozenset(name for phrase in phrases for name in _SLOT.findall(phrase.written)),
        )

    @property
    def lexicon(self) -> Lexicon:
        return self.vocabulary.lexicon

    @property
    def weights(self) -> Weights:
        return self.vocabulary.weights

    @property
    def stems(self) -> Stems:
        return self.vocabulary.stems

    @staticmethod
    def language_of(lexicon: Lexicon) -> Language:
        """What the weights ask about the words of a language."""
        stem, words = lexicon.stemmer.stem, lexicon.words
        groups = {stem(word): names for word, names in words.alike.items()}
        return Language(stem, frozenset(map(stem, words.stop | words.filler)), lexicon.mass, groups, lexicon.meaning)

    def message(self, words: Sequence[str]) -> Message:
        """Repair and stem the words of a message; `{name}` words are values that were found."""
        return self.vocabulary.message(words)

    def measure(
        self, message: Message, also: Collection[str] = (), verbatim: frozenset[str] = NONE
    ) -> tuple[Cover, list[Measured]]:
        """The intents worth a look: by their words, `also` (those with a rule), and `verbatim`."""
        weights, index = self.vocabulary.weights, self.index
        shares = self.shares(message)
        looked = [weights.intents[number] for number in shares.shortlist()]
        # How well the message is covered is asked of the likeliest intent, for all: which one it is, the words decide,
        # and a near phrase of another would only lead astray.
        first = looked[0]
        spoken, foreign, strange = self.spoken_by(message)
        nearest, recall = index.nearest(first, spoken)
        cover = self.cover(first, spoken, nearest, recall, foreign, strange)
        if verbatim or also:
            looked = list(dict.fromkeys((*sorted(verbatim), *looked, *also)))
        found: list[Measured] = []
        for intent in looked:
            number = weights.numbers.get(intent, -1)
            share = score = 0.0
            if number >= 0:
                share, score = shares.share(number), shares.score(number) / weights.typical
            near, against = nearest, None
            if intent != first:
                # One that hardly stands a chance is not worth the look, unless it was named outright.
                near = index.nearest(intent, spoken)[0] if share > CHANCE or number < 0 or also else None
            if self.counter.intents:
                against = self.counter.nearest(intent, spoken)[0]
            found.append(Measured(intent, score, share, intent in verbatim, near, against))
        if (
            len(found) > 1
            and not (verbatim or also)
            and self.are_twins(message, spoken, found[0].intent, found[1].intent)
        ):
            even(*found[:2])
        return cover, found

    def are_twins(self, message: Message, spoken: Spoken, first: str, second: str) -> bool:
        """Whether two intents have each word of a message in as many phrases, and its order tells nothing either.

        "Status" then speaks as much for "refund status" as for "return status", whatever it means besides.
        """
        one, other = self.index.intents.get(first), self.index.intents.get(second)
        if one is None or other is None:
            return False
        telling, tells = self.vocabulary.stems.telling, False
        for number in spoken.order:
            held = one.get(number, 0)
            if held.bit_count() != other.get(number, 0).bit_count() or number == UNHEARD:
                return False
            if telling[number]:
                if not held:
                    return False
                tells = True
        weights = self.vocabulary.weights
        return tells and abs(weights.order_tells(message.shown(), first, second)) < ORDER_TELLS * weights.typical

    def shares(self, message: Message) -> Shares:
        """What the words of a message say for each intent."""
        if message.shares is None:
            message.shares = self.vocabulary.weights.shares(message.shown())
        return message.shares

    def likeliest(self, message: Message) -> str:
        """The intent that the words alone speak for most."""
        return self.vocabulary.weights.intents[self.shares(message).likeliest()] if message.meant else ""

    def loudest(self, message: Message) -> tuple[float, float]:
        """What the words of a message say for the likeliest intent: `words` and `share` as in Measured."""
        shares, weights = self.shares(message), self.vocabulary.weights
        first = shares.likeliest()
        return shares.score(first) / weights.typical, shares.share(first)

    def spoken_by(self, message: Message) -> tuple[Spoken, float, float]:
        """A message for comparing it with phrases; how much of it is foreign, how much is strange."""
        vocabulary = self.vocabulary
        stems: list[str] = []
        numbers: set[int] = set()
        denies = False
        for one in message.meant:
            stems.append(one.stem)
            numbers.add(one.number)
            denies = denies or one.denies
        joined, order = " ".join(stems), sorted(numbers)
        denied = denial(message.words, vocabulary.lexicon.words) if denies else "none"
        masses = vocabulary.stems.masses
        total = foreign = 0
        if order[0] != UNHEARD:
            for number in order:
                total += masses[number]
            return Spoken(joined, total or 1, order, denied), 0.0, 0.0
        unheard: dict[str, bool] = {}
        for one in message.meant:
            if one.stem not in unheard:
                mass = whole(vocabulary.mass(one.stem)) if one.number == UNHEARD else masses[one.number]
                total += mass
                foreign += mass * (one.number == UNHEARD)
                unheard[one.stem] = one.number == UNHEARD
        quiet = vocabulary.weights.language.quiet
        strange = strangeness([new for stem, new in unheard.items() if stem not in quiet and not is_value(stem)])
        return Spoken(joined, total or 1, order, denied), foreign / (total or 1), strange

    def cover(
        self, intent: str, spoken: Spoken, near: Near | None, recall: float, foreign: float, strange: float
    ) -> Cover:
        """How well a message is covered by an intent, of whose phrases `near` is the nearest."""
        own, stems = self.spoken.get(intent, NO_STEMS), self.vocabulary.stems
        masses, telling = stems.masses, stems.telling
        covered, shared = 0, False
        for number in own.intersection(spoken.order):
            covered += masses[number]
            shared = shared or telling[number] == 1
        similarity = 0.0 if near is None else near.similarity
        hollow = not shared
        if hollow and not strange:
            tells = [number for number in spoken.order if number != UNHEARD and telling[number]]
            # Small words alone may still be a phrase.
            hollow = bool(tells) or similarity < LIKE_WITHOUT_TELLING
        return Cover(covered / spoken.total, similarity, recall, foreign, hollow, strange)


def even(one: Measured, other: Measured) -> None:
    """Give two intents the same share of what the words say; the likelier one stays ahead by a hair."""
    one.words = other.words = (one.words + other.words) / 2
    share = (one.share + other.share) / 2
    one.share, other.share = share + HAIR, share - HAIR


def strangeness(unknown: Sequence[bool]) -> float:
    """How much of a message is about what the bot has never heard of, 0..1; a long message tells enough else.

    `unknown`: of each telling word. The last one counts most: "my stupid order" is an order, "order a pizza" is about a
    pizza.
    """
    if not unknown:
        return 0.0
    share = sum(unknown) / len(unknown)
    return (0.5 + share / 2 if unknown[-1] else share / 2) * min(1.0, SHORT / len(unknown))


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
