"""The phrases of a bot by intent and word: the few that a message may be near to, never a walk through all of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat

from rapidfuzz.fuzz import ratio

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.negation import Denial, denial, opposition
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.stems import Stems

LIKE_ENOUGH = 0.8
"""Likeness at which no other phrase is looked at."""
OPPOSITE, UNTOLD, INSIDE = 0.25, 0.25, 0.1
STEMS, LETTERS = 0.75, 0.25
"""How much of a likeness the stems make that two texts share, and how much their letters."""


@dataclass(slots=True)
class Spoken:
    """A message as it is compared: its stems as a text, what they say together, their numbers, most telling first."""

    joined: str
    total: int
    order: list[int]
    denies: Denial


@dataclass(slots=True)
class Near:
    """A phrase beside a message, 0..1: `similarity` of both, `recall` the share of the phrase found in the message.

    `told`: the share of its telling words found there, 0 if it has none; `opposite`: how far one of both denies what
    the other says; `within`: whether the phrase stands in the message as it is, with two telling words at least.
    """

    intent: str
    written: str
    similarity: float
    recall: float
    told: float
    opposite: float
    within: bool

    def rank(self, more: float = 0.0) -> float:
        """How phrases of an intent compare: one that says the opposite, or is like it in small words only, is far.

        `more`: if it were so much more similar.
        """
        far = OPPOSITE * self.opposite + UNTOLD * (not self.told)
        return (self.similarity + more) * (1.0 - far) + INSIDE * self.within


@dataclass(frozen=True, slots=True, eq=False)
class PhraseIndex:
    """`intents`: intent -> number of a stem -> which of its phrases hold it, one bit each.

    The phrases of an intent stand together, short ones first, from `starts` on: their stems as texts (`joined`), as
    authors wrote them (`written`), what they deny, and their stems as numbers once each: those of one phrase are
    `numbers[cuts[place]:cuts[place + 1]]`.
    """

    joined: list[str]
    written: list[str]
    denials: list[Denial]
    starts: dict[str, int]
    intents: dict[str, dict[int, int]]
    stems: Stems
    numbers: array[int]
    cuts: array[int]

    @classmethod
    def build(cls, phrases: Iterable[Phrase], lexicon: Lexicon, stems: Stems) -> PhraseIndex:
        """Index phrases; `stems` holds all of theirs."""
        stem = lexicon.stemmer.stem
        intents: dict[str, list[tuple[float, str, Phrase]]] = {}
        for phrase in phrases:
            spoken = [stem(word) for word in phrase.words]
            total = sum([lexicon.masses[one] for one in dict.fromkeys(spoken)])
            intents.setdefault(phrase.intent, []).append((total, " ".join(spoken), phrase))
        starts: dict[str, int] = {}
        bits: dict[str, dict[int, int]] = {}
        laid: list[tuple[str, Phrase]] = []
        numbers, cuts = array("i"), array("i", [0])
        for intent, entries in intents.items():
            starts[intent] = len(laid)
            entries.sort(key=lambda entry: entry[0])
            held = bits[intent] = {}
            for place, (_, joined, phrase) in enumerate(entries):
                own = sorted({stems.numbers[one] for one in joined.split(" ")})
                for number in own:
                    held[number] = held.get(number, 0) | 1 << place
                laid.append((joined, phrase))
                numbers.extend(own)
                cuts.append(len(numbers))
        return cls(
            [joined for joined, _ in laid],
            [phrase.written for _, phrase in laid],
            [denial(phrase.words, lexicon.words) for _, phrase in laid],
            starts,
            bits,
            stems,
            numbers,
            cuts,
        )

    def __len__(self) -> int:
        return len(self.joined)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """All phrases, those of an intent together: its name and the phrase's place."""
        ends = [*self.starts.values(), len(self)][1:]
        for (intent, start), end in zip(self.starts.items(), ends, strict=True):
            yield from zip(repeat(intent), range(start, end), strict=False)

    def nearest(self, intent: str, spoken: Spoken) -> tuple[Near | None, float]:
        """The phrase of an intent that is nearest to a message, and the most that the message holds of any."""
        held = self.intents.get(intent)
        if held is None:
            return None, 0.0
        first, second = candidates(held, spoken.order)
        if first < 0:
            return None, 0.0
        start = self.starts[intent]
        near = self.compare(intent, start + first, spoken)
        near.similarity += self.letters(start + first, spoken)
        if second < 0 or near.similarity > LIKE_ENOUGH:
            return near, near.recall
        other, recall = self.compare(intent, start + second, spoken), near.recall
        # Letters are what takes time, and most often they can make no difference.
        if other.rank(LETTERS) > near.rank():
            other.similarity += self.letters(start + second, spoken)
            if other.rank() > near.rank():
                near = other
        return near, max(recall, other.recall)

    def letters(self, place: int, spoken: Spoken) -> float:
        """What the letters of a phrase add to its similarity."""
        return LETTERS / 100 * ratio(spoken.joined, self.joined[place])

    def compare(self, intent: str, place: int, spoken: Spoken) -> Near:
        """A phrase beside a message, by their stems."""
        masses, tells, numbers, order = self.stems.masses, self.stems.tells, self.numbers, spoken.order
        total = same = telling = told = tellers = heard = 0
        count, other = len(order), order[0]
        for at in range(self.cuts[place], self.cuts[place + 1]):
            number = numbers[at]
            mass, tell = masses[number], tells[number]
            total += mass
            telling += tell
            tellers += tell > 0
            # Both are in the same order.
            while other < number and heard + 1 < count:
                heard += 1
                other = order[heard]
            if other == number:
                same += mass
                told += tell
        joined, denies = self.joined[place], self.denials[place]
        similarity = 2 * STEMS * same / (spoken.total + (total or 1))
        opposite = 0.0 if spoken.denies == denies else opposition(spoken.denies, denies)
        within = tellers > 1 and told == telling and f" {joined} " in f" {spoken.joined} "
        return Near(
            intent, self.written[place], similarity, same / (total or 1), told / (telling or 1), opposite, within
        )

    def alike(self, intent: str, place: int) -> Iterator[Near]:
        """The nearest phrase of each other intent that shares a telling word with a phrase of this one."""
        order = list(self.numbers[self.cuts[place] : self.cuts[place + 1]])
        total = sum([self.stems.masses[number] for number in order]) or 1
        spoken = Spoken(self.joined[place], total, order, self.denials[place])
        telling = {number for number in order if self.stems.tells[number]}
        for other, held in self.intents.items():
            if telling and other != intent and telling <= held.keys():
                near, _ = self.nearest(other, spoken)
                if near is not None:
                    yield near


def candidates(held: dict[int, int], order: list[int]) -> tuple[int, int]:
    """The shortest of the phrases that hold the most telling words together: few steps, however many there are.

    `order`: the stems of the message, the most telling first. A word that no phrase has beside those before it is
    passed over, and begins a second search. Their places, -1 for none.
    """
    first = second = 0
    for number in order:
        bits = held.get(number)
        if bits is None:
            continue
        if not first:
            first = bits
        elif both := first & bits:
            first = both
        elif both := second & bits:
            second = both
        elif not second:
            second = bits
    second &= ~first
    return (first & -first).bit_length() - 1, (second & -second).bit_length() - 1
