"""Phone numbers, as the contact's country writes them; the value is E.164."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from chatbot.types import Found
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import folded
from chatbot.understanding.entities.locales import country_of

CANDIDATE = re.compile(r"(?<![\w@#.,+-])(?:\+|\((?=[+\d]))?\(?\d(?:[ ().\-/\u00a0]{0,3}\d){5,16}(?![\w@]|[-.,/]\d)")
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
GROUPS = re.compile(r"[ \u00a0]{1,3}")
FEWEST_DIGITS = 7
MOST_CANDIDATES = 20
"""Candidates of one message that are looked at: one costs as much as a whole short message otherwise."""


@dataclass(frozen=True, slots=True)
class PhoneFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        clean, origin = folded(text)
        found: list[Found] = []
        for number, match in enumerate(CANDIDATE.finditer(clean)):
            if number == MOST_CANDIDATES:
                break
            for start, end in pieces(match.group()):
                begin, stop = match.start() + start, match.start() + end
                read = number_of(clean[begin:stop], country_of(setting), strict=not setting.asked)
                here, there = origin[begin], origin[stop]
                if read is not None and here < there:
                    found.append(Found("phone", read[0], text[here:there], here, there, read[1]))
                    break
        return tuple(found)


def pieces(candidate: str) -> list[tuple[int, int]]:
    """The candidate, then what is left of it without its first or its last group: "4 612 345 678"."""
    blanks = [match.span() for match in GROUPS.finditer(candidate)]
    whole = [(0, len(candidate))]
    if blanks:
        whole += [(blanks[0][1], len(candidate)), (0, blanks[-1][0])]
    return whole


def number_of(digits: str, country: str, *, strict: bool) -> tuple[str, str] | None:
    """E.164 and the international spelling. `strict`: the number is one somebody may have, not only of their form."""
    phones = library()
    if sum(map(str.isdigit, digits)) < FEWEST_DIGITS or DATE.fullmatch(digits):
        return None
    try:
        number = phones.parse(digits, country or None)
    except phones.NumberParseException:
        return None
    abroad = "+" + digits.lstrip(" (")[2:]
    if digits.lstrip(" (").startswith("00") and number_of(abroad, country, strict=True):  # dialled as in most countries
        return number_of(abroad, country, strict=True)
    possible = phones.is_possible_number_with_reason(number) == phones.ValidationResult.IS_POSSIBLE
    if not possible or (strict and not phones.is_valid_number(number)):
        return None
    return (
        phones.format_number(number, phones.PhoneNumberFormat.E164),
        phones.format_number(number, phones.PhoneNumberFormat.INTERNATIONAL),
    )


@cache
def library() -> ModuleType:
    """Loaded by the first phone number: its tables are a twentieth of a second that `chatbot --help` need not pay."""
    import phonenumbers  # noqa: PLC0415 - see above

    return phonenumbers
