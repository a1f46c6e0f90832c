"""The word an author probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

_LEVEL: Final = 4
"""Two words whose likeness differs by less than this are both named."""


_ELSEWHERE: Final[Mapping[str, str]] = {
    word: meant
    for meant, others in {
        "text": "string str varchar name", "integer": "int", "number": "float decimal double numeric",
        "yes_no": "bool boolean", "phone": "phone_number telephone mobile", "email": "mail email_address e_mail",
        "url": "link uri href", "datetime": "timestamp", "money": "price currency", "image": "photo picture img",
        "choice": "enum", "say": "print send reply message respond answer", "ask": "input question prompt",
        "form": "collect", "choose": "menu select pick", "if": "when switch condition", "fetch": "http api request",
        "wait": "sleep pause", "handoff": "transfer escalate", "end": "stop exit finish", "goto": "jump",
        "run": "execute exec action", "set": "assign", "remind": "schedule", "tag": "label", "then": "do",
    }.items()
    for word in others.split()
}  # fmt: skip
"""What people write who know another tool -> the word for it here."""


def near_word(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, else one that holds it or that it holds; "" where none is like it."""
    words = list(known)
    if (meant := _ELSEWHERE.get(word.casefold(), "")) in words:
        return meant
    found = (
        process.extractOne(word, words, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60) if word else None
    )
    if found:
        return str(found[0])
    return next((each for each in words if _holds(each, word) or _holds(word, each)), "")


def is_slip(word: str, meant: str) -> bool:
    """Whether a word is another one with a slip of the finger: such a one may be mended without asking."""
    most = 1 if len(meant) < 6 else 2
    return word[:1].casefold() == meant[:1].casefold() and OSA.distance(word.casefold(), meant.casefold()) <= most


def _holds(whole: str, part: str) -> bool:
    """Whether it is one of the parts of a name: `care` of `customer_care`."""
    return len(part) > 2 and part.casefold() in re.split(r"[\W_]+", whole.casefold())


def nearest(word: str, known: Iterable[str]) -> str:
    """The advice to go with an unknown word, "" where no known word is like it."""
    words = list(known)
    near = near_word(word, words)
    if not near:
        return ""
    if _ELSEWHERE.get(word.casefold()) == near:
        return f"did you mean `{near}`?"
    first = fuzz.ratio(near.casefold(), word.casefold())
    level = [each for each in words if each != near and first - fuzz.ratio(each.casefold(), word.casefold()) < _LEVEL]
    return f"did you mean `{near}` or `{level[0]}`?" if level else f"did you mean `{near}`?"
