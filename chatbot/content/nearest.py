"""The word an author probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def near_word(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, "" where none is like it."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=60) if word else None
    return found[0] if found else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The advice to go with an unknown word, "" where no known word is like it."""
    near = near_word(word, known)
    return f"did you mean `{near}`?" if near else ""
