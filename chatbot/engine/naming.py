"""How customers name what they have answered: "the order number" is order_number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from chatbot.engine import going_back
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Slot

_POLITE_END: Final = re.compile(
    r"(?i)[\s,]*(?:please|pls|thanks|thank you|por favor|gracias|bitte|danke|merci|grazie|obrigad[oa])$"
)

_MOST_WORDS: Final = 5
"""So many words a text may have that is named without "is" or "to"."""


def bare(text: str) -> str:
    """A message without the signs at its ends."""
    return text.strip().strip(".!?,;")


def is_named(run: Run, frame: Frame, name: str, text: str) -> bool:
    """Whether a message names a slot: "change the order number" means order_number.

    By its name here, or by that in the flow that was called with it and speaks of it now.
    """
    names = (name, *going_back.called_there(run, frame, name))
    return any(re.search(rf"(?i)\b{pattern(each)}\b", text) for each in names)


def pattern(name: str) -> str:
    """How a slot is named in a message: with blanks, as one or as several."""
    return re.escape(name.removesuffix("s").replace("_", " ")).replace(r"\ ", r"[\s_-]+") + "s?"


def without(names: Sequence[str], text: str) -> str:
    """A message but for the names of slots in it."""
    for name in names:
        text = re.sub(rf"(?i)\b{pattern(name)}\b", " ", text)
    return text


def words_behind(run: Run, frame: Frame, name: str, text: str) -> str:
    """The new value of a text that stands right behind its name: "no, name Ana"; it begins like a name or number."""
    for each in (name, *going_back.called_there(run, frame, name)):
        found = re.search(rf"(?i:\b{pattern(each)})\s+((?:[A-ZÀ-ÞĀ-Ž]|\d)[^,;!?]*)$", bare(text))
        new = _POLITE_END.sub("", found[1]) if found else ""
        if new and len(new.split()) <= _MOST_WORDS:
            return new
    return ""


def nearest(name: str, values: Sequence[Slot], text: str) -> Sequence[Slot]:
    """Of several values those that stand nearest to the name of the slot: "1 adult and 2 children"."""
    found = re.search(rf"(?i)\b{pattern(name)}\b", text)
    if len(values) < 2 or found is None:
        return values
    gaps = []
    for each in values:
        start = text.find(each.raw)
        gaps.append(min(abs(start - found.end()), abs(found.start() - start - len(each.raw))))
    return [each for each, gap in zip(values, gaps, strict=True) if gap == min(gaps)]
