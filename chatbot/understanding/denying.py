"""How customers say that something is not so: "not on Friday", "anything but red", "yes, that's not right".

It is heard in any of the languages with word lists, whichever the customer writes: the words hardly mean anything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from chatbot.understanding.corrections import hedges
from chatbot.understanding.fold import fold

_DENIED: Final = re.compile(
    r"\b(?:not|never|cannot|(?:do|does|did|is|are|was|wo|ca|could|would)n.?t|nicht|kein\w*|nie|nunca|pas|jamais|mai|niet|geen|nooit)\b"
)
_CLAUSE: Final = re.compile(
    r"[,.;:!?](?!\d)|\b(?:but|sondern|sino|pero|aber|mais|mas|porem|ma|bensi|maar|ama)\b"
    r"|\b(?:so|because|porque|weil|parce que|perche|omdat|cunku)\b"
)
_NOT_IT: Final = re.compile(r"\b(?:no|non|nao|ni|degil)\b")
_EXCEPT: Final = re.compile(
    r"\b(?:except|apart from|ausser|sauf|tranne|excepto|salvo|exceto|behalve|haric|instead of|rather than|anstatt|statt"
    r"|au lieu de|en vez de|en lugar de|invece di|invece del\w*|em vez de|in plaats van)\b"
)
_BUT_FOR: Final = re.compile(r"\bany\w*(?:\s\w+)? but (?:on |at |for )?$")
_DENIED_BEHIND: Final = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:not|no|(?:does|is|wo|ca|do).?n.?t|nicht|kein\w*|pas|non|nao|niet|degil)\b"
)
_NOT_RIGHT: Final = re.compile(
    r"(?:\bnot|n.?t|nicht|pas|non|niet|nao|no)\s(?:quite\s|ganz\s|tout a fait\s|e\s|es\s)?"
    r"(?:right|correct|true|richtig|korrekt|juste|giusto|corretto|certo|correcto|juist|goed)\b"
)
_DENIED_AT_ONCE: Final = re.compile(
    r"\b(?:not|never|nicht|keine?|pas|non|nao|niet|geen)\s+(?:(?:on|at|the|a|der|die|das|el|la|le|il|de)\s+)?$"
)
_FEW: Final = 6
"""Words behind a value that may still be about it: "Friday does not work for me"."""
_HARMLESS: Final = re.compile(
    r"\b(?:why not|not a problem|not an issue|warum nicht|pourquoi pas|waarom niet|can.?t wait|not bad)\b"
)


def denies(value: str, text: str, others: Sequence[str] = (), *, plainly: bool = False) -> bool:
    """Whether a message says that something is not a value: "not on Friday", "I can't on Friday".

    `others` are further values in it: what stands before one of them is about that one ("5 seats not 4"). `plainly`: a
    bare no before it does not count, which may take back what stands before ("Friday, no Saturday").
    """
    said, found = _HARMLESS.sub(lambda idiom: "_" * len(idiom[0]), fold(text)), fold(value)
    at = said.find(found)
    if at < 0:
        return False
    before, behind = _CLAUSE.split(said[:at])[-1], _CLAUSE.split(said[at + len(found) :])[0]
    # A no that begins a message takes something back; one within it says what is not meant: "no, non venerdi".
    within = not plainly and len(before) < at and _NOT_IT.search(before) is not None
    denied = _DENIED_BEHIND.search(behind)
    after = denied is not None and len(behind.split()) <= _FEW and not _leads_to(behind[denied.end() :], others)
    return (
        within
        or after
        or any(each.search(before) for each in (_DENIED, _EXCEPT))
        or _BUT_FOR.search(said[:at]) is not None
    )


def _leads_to(words: str, values: Sequence[str]) -> bool:
    """Whether words begin with one of these values, or a small word before one."""
    return any(re.match(rf"\W*(?:\w{{1,3}}\W+)?{re.escape(fold(value))}(?!\w)", words) for value in values)


def denies_at_once(value: str, text: str) -> bool:
    """Whether a message says that something is not a value, and hardly a word stands between: "not 5", "not at 8"."""
    said = fold(text)
    at = said.find(fold(value))
    return at > 0 and _DENIED_AT_ONCE.search(said[:at]) is not None


def contradicts(text: str) -> bool:
    """Whether a yes is none: "yes, that's not right", "yes but not on Friday"; "yes, not red" is one."""
    said = _HARMLESS.sub(" ", fold(text))
    return (hedges(text) and _DENIED.search(said) is not None) or _NOT_RIGHT.search(said) is not None
