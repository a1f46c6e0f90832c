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
_NOT_AT_ONCE: Final = re.compile(
    r"(?<!know )(?<!sure )(?<!weiss )(?<!sais )"
    r"\b(?:not|never|nicht|keine?|pas|niet|geen|except|anything but|ausser|sauf|excepto|salvo|tranne)\s+"
    r"(?:(?:on|at|in|the|a|am|um|im|der|die|das|el|la|le|il|de|op|om)\s+)?$"
    r"|\b(?:can.?t|cannot)\s+(?:(?:do|make|come|on|this|next)\s+)*$"
)
_TURNED_DOWN: Final = re.compile(
    r"\s+(?:(?:does|do|would|will|wo).?n.?t|(?:does|do|would|will) not) (?:work|suit|do)\b"
    r"|\s+is(?:n.?t| not) (?:possible|it|an option|good for me)\b|\s+is impossible\b"
    r"|\s+(?:passt|geht)(?: \w+){0,3} nicht\b|\s+ne (?:me )?(?:va|convient|marche) pas\b"
    r"|\s+no (?:me )?(?:va|viene|puedo)\b|\s+non (?:mi )?(?:va|posso)\b|\s+nao (?:da|posso|pode)\b"
    r"|\s+niet(?:\W*$| (?:goed|mogelijk))"
)
_WITHOUT: Final = re.compile(r"\b(?:no|not|without|kein\w*|ohne|nicht|sin|sans|pas de|senza|sem|geen|zonder)\s+$")
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
    at = _place(found, said)
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
    """Whether words begin with one of these values, or a small word or two before one."""
    return any(re.match(rf"\W*(?:\w{{1,3}}\W+){{0,2}}{re.escape(fold(value))}(?!\w)", words) for value in values)


def _place(value: str, said: str) -> int:
    """Where a value stands in what was said, as a whole word if it does anywhere; -1 for nowhere."""
    found = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said)
    return found.start() if found else said.find(value)


def denies_outright(value: str, text: str) -> bool:
    """Whether a message is about nothing but that something is not a value: "not 5", "Friday does not work for me".

    "The parcel was not delivered on Friday" is not, nor "Friday is no problem", nor a question.
    """
    said = _HARMLESS.sub(lambda idiom: "_" * len(idiom[0]), fold(text))
    found = fold(value)
    at = _place(found, said)
    if at < 0 or said.rstrip().endswith("?"):
        return False
    before, behind = said[:at], said[at + len(found) :]
    return _NOT_AT_ONCE.search(before) is not None or _TURNED_DOWN.match(behind) is not None


def standing(values: Sequence[str], text: str) -> list[str]:
    """Of several values of an answer those that it does not deny, all where it denies each: "not Friday, Saturday"."""
    kept = [each for each in values if not denies(each, text, [one for one in values if one != each], plainly=True)]
    return kept or list(values)


def undenied_clauses(text: str) -> str:
    """What is left of a message without the clauses that deny something: "medium" of "no, medium"; "" for no such."""
    clauses = _CLAUSE.split(fold(text))
    kept = [each for each in clauses if _DENIED.search(each) is None and _NOT_IT.search(each) is None]
    return " ".join(kept).strip() if len(kept) < len(clauses) else ""


def denies_word(start: int, text: str) -> bool:
    """Whether a no stands right before the word that begins there: "no parking"."""
    return _WITHOUT.search(fold(text[:start])) is not None


def contradicts(text: str) -> bool:
    """Whether a yes is none: "yes, that's not right", "yes but not on Friday"; "yes, not red" is one."""
    said = _HARMLESS.sub(" ", fold(text))
    return (hedges(text) and _DENIED.search(said) is not None) or _NOT_RIGHT.search(said) is not None
