"""The word an author probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process

_LEVEL: Final = 4
"""Two words whose likeness differs by less than this are both named."""


def near_word(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, else one that holds it or that it holds; "" where none is like it."""
    words = list(known)
    found = (
        process.extractOne(word, words, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60) if word else None
    )
    if found:
        return str(found[0])
    return next((each for each in words if _holds(each, word) or _holds(word, each)), "")


def _holds(whole: str, part: str) -> bool:
    """Whether it is one of the parts of a name: `care` of `customer_care`."""
    return len(part) > 2 and part.casefold() in re.split(r"[\W_]+", whole.casefold())


def nearest(word: str, known: Iterable[str]) -> str:
    """The advice to go with an unknown word, "" where no known word is like it."""
    words = list(known)
    near = near_word(word, words)
    if not near:
        return ""
    first = fuzz.ratio(near.casefold(), word.casefold())
    level = [each for each in words if each != near and first - fuzz.ratio(each.casefold(), word.casefold()) < _LEVEL]
    return f"did you mean `{near}` or `{level[0]}`?" if level else f"did you mean `{near}`?"
