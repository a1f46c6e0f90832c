"""Where a text may be cut without breaking what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from typing import Final

_ZERO_WIDTH_JOINER: Final = "\u200d"
_EXTENDING: Final = frozenset({"Mn", "Me", "Mc"})
_HANGUL_VOWELS_AND_ENDS: Final = range(0x1160, 0x1200)
_REGIONAL: Final = range(0x1F1E6, 0x1F200)
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)
ELLIPSIS: Final = "…"


def is_border(text: str, index: int) -> bool:
    """Whether a cut before `text[index]` falls between two graphemes (UAX 29, as far as chat texts need it)."""
    if index <= 0 or index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if before == "\r" and after == "\n":
        return False
    if after < "\u0300":  # plain letters, digits, punctuation: nearly always
        return before != _ZERO_WIDTH_JOINER
    code = ord(after)
    if _ZERO_WIDTH_JOINER in {before, after} or code in _SKIN_TONES or code in _TAGS:
        return False
    if unicodedata.category(after) in _EXTENDING or code in _HANGUL_VOWELS_AND_ENDS:
        return False
    return not (code in _REGIONAL and _flags_before(text, index) % 2)


def _flags_before(text: str, index: int) -> int:
    """How many regional indicators stand before `index`: two make one flag."""
    start = index
    while start > 0 and ord(text[start - 1]) in _REGIONAL:
        start -= 1
    return index - start


def border_at_or_before(text: str, index: int) -> int:
    """The last border not after `index`; 0 when the first grapheme is longer than that."""
    while not is_border(text, index):
        index -= 1
    return max(index, 0)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis in place of what was cut."""
    if len(text) <= limit:
        return text
    cut = border_at_or_before(text, limit - 1)
    return text[:cut].rstrip() + ELLIPSIS
