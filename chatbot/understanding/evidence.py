"""What a sentence shows: the features that `weights.py` learns with, and how loud each kind of them is.

A word shows its stem, the letter groups it is made of, and what it is another word for; a sentence also shows which
stems stand side by side, and which telling ones stand near each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Halves: TypeAlias = NDArray[np.float16]

WORD: Final = 1.5
NEIGHBOURS: Final = 0.7
PAIR: Final = 0.7
LETTERS: Final = 0.5
ALIKE: Final = 1.0
"""How loud each kind of evidence is: a stem, two in a row, two telling ones near each other, letters, a synonym."""

MANY: Final = 2_000
"""From this many sentences on a relation counts that at least two of them show."""
SURER: Final = 1.4
"""How much louder neighbours are there: what two sentences share is no chance."""

SHORTEST_GROUP: Final = 3
LONGEST_GROUP: Final = 5
"""Letters of a group."""
LONGEST: Final = 40
"""Letters of a word that are cut into groups."""
BASE: Final = 1_000_003
KEYS: Final = (1 << 63) - 1
"""A text is a number whose digits are its letters, cut to this: no two of a bot's come to the same."""
SHIFT: Final = 24
ENDS: Final = 2
"""Numbers that the beginning and the end of a sentence take among the stems."""


def letters(word: str) -> list[int]:
    """The keys of the groups of letters of a word, its ends marked; once each."""
    if not word.isalpha():
        return []
    if len(word) == 2 and not word.isascii():
        return list(dict.fromkeys(map(ord, word)))
    digits = [ord(letter) for letter in f"<{word[:LONGEST]}>"]
    found: list[int] = []
    keys = digits
    for last in range(1, LONGEST_GROUP):
        longer: list[int] = []
        for start in range(len(digits) - last):
            key, digit = keys[start], digits[start + last]
            key = (key * BASE + digit) & KEYS
            longer.append(key)
        keys = longer
        if last >= SHORTEST_GROUP - 1:
            found += keys
    return list(dict.fromkeys(found))


def parts(word: str, alike: Sequence[str]) -> list[int]:
    """The keys of the letter groups of a word; those of the synonyms its stem belongs to, `alike`, are negative."""
    return letters(word) + [~key_of(name) for name in alike]


def key_of(text: str) -> int:
    key = 0
    for letter in text:
        key = (key * BASE + ord(letter)) & KEYS
    return key


def relations(stems: Sequence[int], loud: Sequence[int]) -> list[int]:
    """Two stems in a row (0 and 1 are the ends), and `loud` ones at most one loud one apart, as numbers; once each.

    Stems no phrase holds are negative and stand in no relation, but keep their place.
    """
    found: list[int] = []
    before = 0
    for stem in stems:
        if before >= 0 and stem >= 0:
            found.append((before << SHIFT | stem) << 1)
        before = stem
    if before >= 0:
        found.append((before << SHIFT | 1) << 1)
    last = middle = -1
    for stem in loud:
        if stem >= 0:
            if middle >= 0:
                found.append((middle << SHIFT | stem if middle < stem else stem << SHIFT | middle) << 1 | 1)
            if last >= 0:
                found.append((last << SHIFT | stem if last < stem else stem << SHIFT | last) << 1 | 1)
        last, middle = middle, stem
    return list(dict.fromkeys(found))
