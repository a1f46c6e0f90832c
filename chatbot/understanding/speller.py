"""What a misspelt word was meant to be, among the words of a bot.

A word is looked for by leaving out a letter (slips of one letter meet their word there, however many words there
are), by its sound, and in long words by two slips. The cheapest repair wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import log
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chatbot.understanding.near import allowed, is_slip, single
from chatbot.understanding.table import Table, table_of

SWAPPED, DOUBLED, NEIGHBOR, VOWEL, OTHER = 0.7, 0.5, 0.8, 0.85, 1.0
"""What a slip costs: neighbours swapped, a letter doubled or not, the next key, another vowel, any other."""
FIRST_LETTER: Final = 0.2
"""What a slip in the first letter costs beside: hands and eyes seldom get that wrong."""
FREQUENT: Final = 0.2
"""What an author's using a word e times as often is worth."""

SHORTEST: Final = 4
"""Letters of a word that may be meant; of one that is written one less, if one was left out."""
LONG: Final = 8
"""Letters from which a word may carry two slips."""
LONGEST: Final = 40
BASE: Final = 1_000_003
KEYS: Final = (1 << 63) - 1
"""What the keys of texts are numbers to, and what they are cut to."""
INVERSE: Final = pow(BASE, -1, KEYS + 1)

KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
VOWELS: Final = frozenset("aeiouy")
SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^kn|^gn", "n"), ("^wr", "r"), ("^ps", "s"), ("^x", "s"), ("ght?", "t"), ("ph", "f"), ("sch|tch|ch", "S"),
        ("sh", "S"), ("ck", "k"), ("c(?=[eiy])", "s"), ("[cq]", "k"), ("x", "ks"), ("z", "s"), ("dg", "j"),
        ("w(?![aeiouy])", ""), ("h(?![aeiouy])", ""), ("(?<!^)[aeiouy]+", ""),
    )
)  # fmt: skip


def neighbors() -> Mapping[str, str]:
    """The keys around each key of a QWERTY keyboard."""
    near: dict[str, set[str]] = {}
    for level, row in enumerate(KEYBOARD):
        for place, key in enumerate(row):
            around = {row[place - 1 : place], row[place + 1 : place + 2]}
            for other in (level - 1, level + 1):
                if 0 <= other < len(KEYBOARD):
                    shift = 0 if other < level else -1
                    around |= set(KEYBOARD[other][max(0, place + shift) : place + shift + 2])
            near[key] = {one for one in around if one}
    return {key: "".join(sorted(found)) for key, found in near.items()}


NEIGHBORS: Final = neighbors()


@dataclass(frozen=True, slots=True)
class Groups:
    """Words by a text that stands for them, laid flat: tens of thousands of texts are few objects.

    `keys`: the key of the text -> its number, from 1 on; the words of number n are `words` at
    `members[starts[n - 1]:starts[n]]`. Two texts may have one key: what is found is looked at closer anyway.
    """

    words: list[str]
    keys: Table
    starts: list[int]
    members: list[int]

    @classmethod
    def of(cls, words: list[str], pairs: Iterable[tuple[int, str]]) -> Groups:
        """From (key, word); a group keeps the order its words come in."""
        numbers = {word: number for number, word in enumerate(words)}
        found: dict[int, list[int]] = {}
        for key, word in pairs:
            found.setdefault(key, []).append(numbers[word])
        groups = list(found.values())
        return cls(
            words,
            table_of({key: number for number, key in enumerate(found, 1)}),
            list(accumulate(map(len, groups), initial=0)),
            [member for group in groups for member in group],
        )

    def of_any(self, keys: list[int]) -> list[str]:
        """The words of all these keys, each once."""
        own, words, members, starts = self.keys, self.words, self.members, self.starts
        found: set[int] = set()
        for key in keys:
            number = own.find(key)
            if number:
                found.update(members[starts[number - 1] : starts[number]])
        return [words[member] for member in found]


@dataclass(frozen=True, slots=True)
class Speller:
    """The words of a bot by how they may be misspelt.

    `counts`: word -> how often authors wrote it. The rest finds words: by what is left of them without a letter, by
    their letters without repeats, by their sound, and the long ones by their first letter and their length.
    """

    counts: dict[str, int]
    deletes: Groups
    singles: dict[str, str]
    sounds: Groups
    lengthy: dict[str, list[str]]

    @classmethod
    def build(cls, counts: dict[str, int]) -> Speller:
        ordered = sorted(counts, key=lambda word: (-counts[word], word))
        words = [word for word in ordered if word.isalpha()]
        singles: dict[str, str] = {}
        for word in words:
            singles.setdefault(single(word), word)
        long = [word for word in words if len(word) >= SHORTEST]
        return cls(
            counts,
            Groups.of(long, ((key, word) for word in long for key in dict.fromkeys(keys(word)))),
            singles,
            Groups.of(long, ((keys(sound(word))[0], word) for word in long if word.isascii())),
            long_words(long),
        )

    def meant(self, word: str, once: str = "") -> str | None:
        """The bot's word that this one most likely is, None for none; `once`: it with each repeated letter once."""
        doubled = self.singles.get(once or single(word))
        if doubled is not None:
            return doubled
        if not SHORTEST <= len(word) <= LONGEST:
            return self.cheapest(word, self.deletes.of_any(keys(word)[:1]), 1) if len(word) == SHORTEST - 1 else None
        best = self.cheapest(word, self.deletes.of_any(keys(word)), 1)
        if best is None and word.isascii() and (alike := self.sounds.of_any(keys(sound(word))[:1])):
            best = self.cheapest(word, alike, 2)
        if best is None and len(word) >= LONG:
            alike = [one for size in range(-2, 3) for one in self.lengthy.get(word[0] + str(len(word) + size), ())]
            near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=2, limit=5)
            best = self.cheapest(word, [one for one, _, _ in near], 2)
        return best

    def cheapest(self, word: str, found: list[str], most: int) -> str | None:
        if most == 1:
            near = [one for one in found if is_slip(word, one)]
        else:
            near = [
                one
                for one in found
                if OSA.distance(word, one, score_cutoff=most) <= min(most, max(1, allowed(len(one))))
            ]
        if len(near) < 2:
            return near[0] if near else None
        return min([(cost(word, one) - FREQUENT * log(1 + self.counts[one]), one) for one in near])[1]

    def halves(self, word: str) -> tuple[str, ...]:
        """The two words a missing blank ran together, () for none."""
        best: tuple[int, tuple[str, ...]] = (0, ())
        counts = self.counts
        for cut in range(1, min(len(word), 30)):
            left, right = word[:cut], word[cut:]
            if left in counts and right in counts and max(len(left), len(right)) > 2 and (cut > 1 or left in "ai"):
                best = max(best, (min(counts[left], counts[right]), (left, right)))
        return best[1]


def long_words(words: Iterable[str]) -> dict[str, list[str]]:
    """Long words by their first letter and their length, as in "d8"."""
    found: dict[str, list[str]] = {}
    for word in words:
        if len(word) >= LONG - 1:
            found.setdefault(word[0] + str(len(word)), []).append(word)
    return found


def cost(written: str, meant: str) -> float:
    """What the slips between two words cost, near each other as they are."""
    places = [place for place, letters in enumerate(zip(written, meant, strict=False)) if letters[0] != letters[1]]
    total = FIRST_LETTER * (written[0] != meant[0])
    if len(written) == len(meant):
        if len(places) == 2 and places[1] == places[0] + 1 and written[places[0]] == meant[places[1]]:
            return SWAPPED
        return total + sum([swap(written[place], meant[place]) for place in places])
    if single(written) == single(meant):
        return total + DOUBLED
    return total + OTHER * OSA.distance(written, meant)


def swap(one: str, other: str) -> float:
    """What a letter in place of another costs."""
    if other in NEIGHBORS.get(one, ""):
        return NEIGHBOR
    return VOWEL if one in VOWELS and other in VOWELS else OTHER


def sound(word: str) -> str:
    """The word as it is heard, vowels inside left out: "fone" and "phone" meet here."""
    heard = word
    for pattern, letter in SOUNDS:
        heard = pattern.sub(letter, heard)
    return single(heard)


def keys(word: str) -> list[int]:
    """The key of a word, and of what is left of it without one of its letters; letters are the digits of a number."""
    key, weight = 0, INVERSE
    for letter in word:
        key = (key * BASE + ord(letter)) & KEYS
        weight = weight * BASE & KEYS
    found, begin = [key], 0
    for letter in word[:LONGEST]:
        # What stands before the letter moves by a digit, what stands behind stays.
        longer = (begin * BASE + ord(letter)) & KEYS
        found.append((key - (longer - begin) * weight) & KEYS)
        begin, weight = longer, weight * INVERSE & KEYS
    return found
