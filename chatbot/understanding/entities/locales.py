"""What a locale says about a text: its languages, its country, the order of a date's numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import Page
from chatbot.understanding.words import language_of, words_for
from chatbot.understanding.words.calendar import CALENDARS, Calendar

MONTH_FIRST = frozenset({"en", "en-us", "en-ph", "en-pr", "es-us", "es-pr", "es-pa", "en-gu"})
"""A bare "en" counts as American, as in CLDR and in every library people know."""

YEAR_FIRST = frozenset({"ja", "zh", "ko", "hu", "lt", "mn", "fa", "sv"})
DOTTED = frozenset({"de", "tr", "ru", "pl", "cs", "sk", "fi", "nb", "no", "da", "hu", "uk", "hr", "sl", "it", "nl"})
"""Languages in which "5.3." is a day."""

COUNTRIES = {"en": "US", "es": "ES", "de": "DE", "fr": "FR", "it": "IT", "pt": "PT", "nl": "NL", "tr": "TR"}
"""Where a contact is taken to be whose country nobody knows and whose locale names none."""


ORDERS = {
    (own, asked): tuple(CALENDARS[name] for name in dict.fromkeys((own, "en", *(CALENDARS if asked else ()))) if name)
    for own in ("", *CALENDARS)
    for asked in (True, False)
}


def calendars(setting: Setting) -> tuple[Calendar, ...]:
    """The words to read with: the contact's language, then English; every other where this kind was asked for."""
    own = language_of(setting.locale)
    return ORDERS[own if own in CALENDARS else "", setting.asked]


class Told(Protocol):
    """Something several lexemes say."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def firm(self) -> bool: ...


Some = TypeVar("Some", bound=Told)


def best(page: Page, setting: Setting, reads: Callable[[Calendar], list[Some]]) -> list[Some]:
    """What a text says in the language that explains most of it.

    The contact's own and English come first; where a kind was asked for and these leave words unexplained, all others.
    """
    chosen: list[Some] = []
    most = 0
    for number, calendar in enumerate(calendars(setting)):
        if number > (1 if setting.asked else 0) and chosen and explained(page, chosen, setting):
            break
        found = reads(calendar)
        size = sum(one.last - one.first for one in found)
        if size > most:
            chosen, most = found, size
    return chosen


def explained(page: Page, found: Sequence[Told], setting: Setting) -> bool:
    """Whether what was found is sure, and an answer holds nothing else but small words."""
    if not all(one.firm for one in found):
        return False
    inside = {index for one in found for index in range(one.first, one.last)}
    tables = (words_for(setting.locale), words_for("en"))
    return not setting.asked or not any(
        lexeme.text.isalpha() and index not in inside and not any(lexeme.text in words.stop for words in tables)
        for index, lexeme in enumerate(page)
    )


def month_first(locale: str) -> bool:
    return locale.replace("_", "-").lower() in MONTH_FIRST


def dotted(locale: str) -> bool:
    return language_of(locale) in DOTTED


def country_of(setting: Setting) -> str:
    """The contact's country in two capitals, else the locale's, else where its language is mostly at home."""
    country = setting.country.strip().upper()
    if len(country) == 2:
        return country
    _, _, rest = setting.locale.replace("_", "-").partition("-")
    region = next((part for part in rest.split("-") if len(part) == 2 and part.isalpha()), "")
    return region.upper() or COUNTRIES.get(language_of(setting.locale), "")
