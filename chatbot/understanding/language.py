"""Which of the languages we have word lists for some texts are in, by the small words that every sentence has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chatbot.understanding.normalise import read_text
from chatbot.understanding.words import WORDS, words_for

UNKNOWN: Final = "und"
"""What ISO 639 calls a language that nobody named: words are compared as they are."""

ENOUGH: Final = 0.06
AHEAD: Final = 2.0
"""Share of small words from which texts are in a language, and how far it must be ahead of the next; not of a kin."""
SURE: Final = 0.2
"""Share from which it is this language, however near its kin are."""
MOST: Final = 400


def spoken_language(texts: Iterable[str]) -> str:
    """The code of the language, "und" for one without word lists."""
    spread = list(texts)
    step = max(1, len(spread) // MOST)
    words = [token.text for text in spread[::step][:MOST] for token in read_text(text, {}).tokens]
    if not words:
        return UNKNOWN
    hits = {code: sum(word in table.stop or word in table.short for word in words) for code, table in WORDS.items()}
    best, second = sorted(hits, key=lambda code: (-hits[code], code != "en"))[:2]
    if hits[best] >= SURE * len(words):
        return best
    return best if hits[best] >= max(ENOUGH * len(words), AHEAD * hits[second]) else UNKNOWN


def told_by_words(text: str, languages: Iterable[str]) -> str:
    """The one of these languages whose small words a text has most of, "" where none is ahead."""
    words = [token.text for token in read_text(text, {}).tokens]
    hits: dict[str, int] = {}
    for language in languages:
        table = words_for(language)
        known = (table.stop, table.filler, table.yes, table.no, table.question, table.short)
        hits[language] = sum(any(word in each for each in known) for word in words)
    ranked = sorted(hits, key=hits.__getitem__, reverse=True)
    ahead = ranked and hits[ranked[0]] > (hits[ranked[1]] if len(ranked) > 1 else 0)
    return ranked[0] if ahead else ""
