"""The phrases of a bot by intent and word: the few that a message may be near to, never a walk through all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.negation import Denial, denial, opposition
from chatbot.understanding.phrases import Phrase

CANDIDATES = 1
"""Phrases of an intent that are compared with a message, of those that hold its most telling words."""
LIKE_ENOUGH = 0.8
"""Likeness at which no other phrase is looked at."""
OPPOSITE, UNTOLD, INSIDE = 0.25, 0.25, 0.1


class Entry(NamedTuple):
    """A phrase as it is compared: its stems once each and as a text, what they say, what its telling ones say."""

    phrase: Phrase
    stems: tuple[str, ...]
    joined: str
    total: float
    telling: float
    tellers: int
    denial: Denial


class Near(NamedTuple):
    """A phrase beside a message, 0..1: `similarity` of both, `recall` the share of the phrase found in the message.

    `told` is the share of its telling words, 0 if it has none; `within`: it stands in the message as it is, with two
    telling words at least; `opposite`: how far one of both denies what the other says.
    """

    phrase: Phrase
    similarity: float
    recall: float
    told: float = 0.0
    within: bool = False
    opposite: float = 0.0

    @property
    def rank(self) -> float:
        """How phrases of an intent compare: one that says the opposite, or is like it in small words only, is far."""
        far = OPPOSITE * self.opposite + UNTOLD * (not self.told)
        return self.similarity * (1.0 - far) + INSIDE * self.within


class Spoken(NamedTuple):
    """A message as it is compared: its stems as a text, what each says, and what they say together."""

    joined: str
    masses: Mapping[str, float]
    total: float
    order: Sequence[str]
    denies: Denial

    @classmethod
    def of(cls, stems: Sequence[str], masses: Mapping[str, float], quiet: frozenset[str], denies: Denial) -> Spoken:
        order = sorted(masses, key=lambda stem: (stem in quiet, -masses[stem]))
        return cls(" ".join(stems), masses, sum(masses.values()) or 1.0, order, denies)


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """`intents`: intent -> stem -> which of its phrases hold it, one bit each.

    The phrases of an intent stand together in `entries`, short ones first, from `starts` on.
    """

    entries: tuple[Entry, ...]
    starts: Mapping[str, int]
    intents: Mapping[str, Mapping[str, int]]
    masses: Mapping[str, float]
    quiet: frozenset[str]

    @classmethod
    def build(cls, phrases: Iterable[Phrase], lexicon: Lexicon, quiet: frozenset[str]) -> PhraseIndex:
        """Index phrases; `quiet` stems tell nothing."""
        masses, stem = lexicon.masses, lexicon.stemmer.stem
        intents: dict[str, list[Entry]] = {}
        for phrase in phrases:
            stems = [stem(word) for word in phrase.words]
            own = tuple(dict.fromkeys(stems))
            telling = [masses[one] for one in own if one not in quiet]
            total = sum([masses[one] for one in own]) or 1.0
            denies = denial(phrase.words, lexicon.words)
            entry = Entry(phrase, own, " ".join(stems), total, sum(telling), len(telling), denies)
            intents.setdefault(phrase.intent, []).append(entry)
        entries: list[Entry] = []
        starts: dict[str, int] = {}
        bits: dict[str, dict[str, int]] = {}
        for intent, own_entries in intents.items():
            starts[intent] = len(entries)
            own_entries.sort(key=lambda entry: entry.total)
            held = bits[intent] = {}
            for place, entry in enumerate(own_entries):
                for one in entry.stems:
                    held[one] = held.get(one, 0) | 1 << place
            entries += own_entries
        return cls(tuple(entries), starts, bits, masses, quiet)

    def nearest(self, intent: str, spoken: Spoken) -> tuple[Near, float] | None:
        """The phrase of an intent that is nearest to a message, and the most that the message holds of any."""
        held = self.intents.get(intent)
        if held is None:
            return None
        start = self.starts[intent]
        best: Near | None = None
        recall = 0.0
        for place in candidates(held, spoken.order):
            near = self.compare(self.entries[start + place], spoken)
            recall = max(recall, near.recall)
            if best is None or near.rank > best.rank:
                best = near
            if best.similarity > LIKE_ENOUGH:
                break
        return (best, recall) if best is not None else None

    def compare(self, entry: Entry, spoken: Spoken) -> Near:
        masses, own, quiet = spoken.masses, self.masses, self.quiet
        both = told = 0.0
        for stem in entry.stems:
            if stem in masses:
                mass = own[stem]
                both += mass
                if stem not in quiet:
                    told += mass
        similarity = 1.5 * both / (spoken.total + entry.total) + 0.0025 * ratio(spoken.joined, entry.joined)
        return Near(
            entry.phrase,
            similarity,
            both / entry.total,
            told / entry.telling if told else 0.0,
            entry.tellers > 1 and f" {entry.joined} " in f" {spoken.joined} ",
            0.0 if spoken.denies == entry.denial else opposition(spoken.denies, entry.denial),
        )

    def alike(self, entry: Entry) -> Iterator[Near]:
        """The nearest phrase of each other intent that shares a telling word."""
        spoken = Spoken.of(entry.joined.split(" "), {stem: self.masses[stem] for stem in entry.stems}, self.quiet,
                           entry.denial)  # fmt: skip
        telling = [stem for stem in entry.stems if stem not in self.quiet]
        for intent, postings in self.intents.items():
            if telling and intent != entry.phrase.intent and all(stem in postings for stem in telling):
                found = self.nearest(intent, spoken)
                if found is not None:
                    yield found[0]


def candidates(held: Mapping[str, int], order: Sequence[str]) -> list[int]:
    """The shortest of the phrases that hold the most telling words together: few steps, however many phrases.

    `order`: the stems of the message, the most telling first. A word that no phrase has beside those before it is
    passed over, and begins a second search.
    """
    first = second = 0
    for stem in order:
        bits = held.get(stem)
        if bits is None:
            continue
        if not first:
            first = bits
        elif first & bits:
            first &= bits
        elif second & bits:
            second &= bits
        elif not second:
            second = bits
    return lowest(first, CANDIDATES) + lowest(second & ~first, 1)


def lowest(bits: int, most: int) -> list[int]:
    """The places of the lowest bits that are set."""
    found: list[int] = []
    while bits and len(found) < most:
        bit = bits & -bits
        found.append(bit.bit_length() - 1)
        bits ^= bit
    return found
