"""The phrases of a bot by intent and word: the few that a message may be near to, never a walk through all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.negation import Denial, denial, opposition
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.stems import Stems

LIKE_ENOUGH = 0.8
"""Likeness at which no other phrase is looked at."""
OPPOSITE, UNTOLD, INSIDE = 0.25, 0.25, 0.1


class Entry(NamedTuple):
    """A phrase as it is compared: its stems as a text, and as numbers once each.

    `total` is what they say together, `telling` what the telling ones among them say, of which there are `tellers`.
    `tells`: what each stem of the bot says if it is a telling one, by number.
    """

    intent: str
    written: str
    joined: str
    numbers: frozenset[int]
    total: int
    telling: int
    tellers: int
    tells: Sequence[int]
    denial: Denial


@dataclass(slots=True)
class Spoken:
    """A message as it is compared: its stems as a text and as numbers, what they say together, most telling first."""

    joined: str
    numbers: AbstractSet[int]
    total: int
    order: Sequence[int]
    denies: Denial


@dataclass(slots=True)
class Near:
    """A phrase beside a message, 0..1: `similarity` of both, `recall` the share of the phrase found in the message.

    `opposite`: how far one of both denies what the other says.
    """

    entry: Entry
    spoken: Spoken
    similarity: float
    recall: float
    opposite: float

    @property
    def told(self) -> float:
        """The share of the phrase's telling words that the message has, 0 if there are none."""
        both = self.entry.numbers & self.spoken.numbers
        return sum([self.entry.tells[number] for number in both]) / self.entry.telling if both else 0.0

    @property
    def within(self) -> bool:
        """Whether the phrase stands in the message as it is, with two telling words at least."""
        return self.entry.tellers > 1 and f" {self.entry.joined} " in f" {self.spoken.joined} "

    @property
    def rank(self) -> float:
        """How phrases of an intent compare: one that says the opposite, or is like it in small words only, is far."""
        far = OPPOSITE * self.opposite + UNTOLD * (not self.told)
        return self.similarity * (1.0 - far) + INSIDE * self.within


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """`intents`: intent -> number of a stem -> which of its phrases hold it, one bit each.

    The phrases of an intent stand together, short ones first, from `starts` on: their stems as texts (`joined`), as
    authors wrote them (`written`), what they deny. What else there is to know of one is worked out when it is met.
    """

    joined: Sequence[str]
    written: Sequence[str]
    denials: Sequence[Denial]
    starts: Mapping[str, int]
    intents: Mapping[str, Mapping[int, int]]
    stems: Stems
    met: dict[int, Entry] = field(default_factory=dict)

    @classmethod
    def build(cls, phrases: Iterable[Phrase], lexicon: Lexicon, stems: Stems) -> PhraseIndex:
        """Index phrases; `stems` holds all of theirs."""
        stem = lexicon.stemmer.stem
        intents: dict[str, list[tuple[float, str, Phrase]]] = {}
        for phrase in phrases:
            own = [stem(word) for word in phrase.words]
            total = sum([lexicon.masses[one] for one in dict.fromkeys(own)])
            intents.setdefault(phrase.intent, []).append((total, " ".join(own), phrase))
        starts: dict[str, int] = {}
        bits: dict[str, dict[int, int]] = {}
        laid: list[tuple[str, Phrase]] = []
        for intent, entries in intents.items():
            starts[intent] = len(laid)
            entries.sort(key=lambda entry: entry[0])
            held = bits[intent] = {}
            for place, (_, joined, phrase) in enumerate(entries):
                for one in joined.split(" "):
                    number = stems.numbers[one]
                    held[number] = held.get(number, 0) | 1 << place
                laid.append((joined, phrase))
        return cls(
            [joined for joined, _ in laid],
            [phrase.written for _, phrase in laid],
            [denial(phrase.words, lexicon.words) for _, phrase in laid],
            starts,
            bits,
            stems,
        )

    def __len__(self) -> int:
        return len(self.joined)

    def __iter__(self) -> Iterator[Entry]:
        """All phrases, those of an intent together."""
        ends = [*self.starts.values(), len(self)][1:]
        for (intent, start), end in zip(self.starts.items(), ends, strict=True):
            for place in range(start, end):
                yield self.entry(place, intent)

    def entry(self, place: int, intent: str) -> Entry:
        """What there is to know of one phrase, remembered."""
        known = self.met.get(place)
        if known is not None:
            return known
        stems, joined = self.stems, self.joined[place]
        numbers = frozenset(map(stems.numbers.__getitem__, joined.split(" ")))
        telling = [tells for number in numbers if (tells := stems.tells[number])]
        found = self.met[place] = Entry(
            intent,
            self.written[place],
            joined,
            numbers,
            sum([stems.masses[number] for number in numbers]) or 1,
            sum(telling) or 1,
            len(telling),
            stems.tells,
            self.denials[place],
        )
        return found

    def nearest(self, intent: str, spoken: Spoken) -> tuple[Near | None, float]:
        """The phrase of an intent that is nearest to a message, and the most that the message holds of any."""
        held = self.intents.get(intent)
        if held is None:
            return None, 0.0
        first, second = candidates(held, spoken.order)
        if first < 0:
            return None, 0.0
        start = self.starts[intent]
        near = self.compare(self.entry(start + first, intent), spoken)
        if second < 0 or near.similarity > LIKE_ENOUGH:
            return near, near.recall
        other = self.compare(self.entry(start + second, intent), spoken)
        return (other if other.rank > near.rank else near), max(near.recall, other.recall)

    def compare(self, entry: Entry, spoken: Spoken) -> Near:
        _, _, joined, numbers, total, _, _, _, denies = entry
        same = sum(map(self.stems.masses.__getitem__, numbers & spoken.numbers))
        similarity = 1.5 * same / (spoken.total + total) + 0.0025 * ratio(spoken.joined, joined)
        opposite = 0.0 if spoken.denies == denies else opposition(spoken.denies, denies)
        return Near(entry, spoken, similarity, same / total, opposite)

    def alike(self, entry: Entry) -> Iterator[Near]:
        """The nearest phrase of each other intent that shares a telling word."""
        spoken = Spoken(entry.joined, entry.numbers, entry.total, sorted(entry.numbers), entry.denial)
        telling = {number for number in entry.numbers if self.stems.tells[number]}
        for intent, held in self.intents.items():
            if telling and intent != entry.intent and telling <= held.keys():
                near, _ = self.nearest(intent, spoken)
                if near is not None:
                    yield near


def candidates(held: Mapping[int, int], order: Sequence[int]) -> tuple[int, int]:
    """The shortest of the phrases that hold the most telling words together: few steps, however many there are.

    `order`: the stems of the message, the most telling first. A word that no phrase has beside those before it is
    passed over, and begins a second search. Their places, -1 for none.
    """
    first = second = 0
    for bits in map(held.get, order):
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
