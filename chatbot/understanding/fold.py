"""One spelling for what looks the same: compatibility forms, case, accents, invisible characters, foreign digits.

Everything here is linear in the text and total over Unicode.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)
"""Bidi controls, joiners, variation selectors, tags: they change how a text looks, never what it says."""

MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
                   "\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0]")  # fmt: skip
"""Accents, harakat, niqqud. Vowel signs of Indic and South-East Asian scripts are letters and stay."""

APOSTROPHES = re.compile("['\u2018\u2019\u201a\u201b\u02bc\u02b9\u00b4`\u2032\uff07]")
LETTERS = str.maketrans({"ı": "i", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})


def plain(text: str) -> tuple[str, Sequence[int]]:
    """NFKC without invisible characters, and for each character where it stood in `text`.

    The sequence has one more entry than the plain text: where the text ended.
    """
    if text.isascii() or (not INVISIBLE.search(text) and unicodedata.is_normalized("NFKC", text)):
        return text, range(len(text) + 1)
    parts: list[str] = []
    origin: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        # A cluster ends where no mark follows; a very long pile of marks is cut so that time stays linear.
        if end < len(text) and unicodedata.combining(text[end]) and end - start < 32:
            continue
        piece = unicodedata.normalize("NFKC", INVISIBLE.sub("", text[start:end]))
        parts.append(piece)
        origin.extend([start] * len(piece))
        start = end
    origin.append(len(text))
    return "".join(parts), origin


def fold(word: str) -> str:
    """A word as it is compared: casefolded, without marks and apostrophes, ASCII digits."""
    if word.isascii():
        return word.lower().replace("'", "")
    folded = unicodedata.normalize("NFKC", INVISIBLE.sub("", word)).casefold()
    folded = MARKS.sub("", unicodedata.normalize("NFKD", folded)).translate(LETTERS)
    folded = APOSTROPHES.sub("", unicodedata.normalize("NFKC", folded))
    return folded if folded.isascii() else "".join(map(digit, folded))


def digit(character: str) -> str:
    """An ASCII digit for a decimal digit of any script, anything else unchanged."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
