"""Words for dates, times and spans: one table a language, data only, joined with the language's number words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from chatbot.understanding.words import WORDS
from chatbot.understanding.words.calendar import de, en, es, fr, it, nl, pt, tr
from chatbot.understanding.words.calendar.table import Calendar, Phrases, telling

__all__ = ["CALENDARS", "Calendar", "Phrases", "telling"]


def merged(*tables: Mapping[str, int]) -> Phrases:
    """Later tables win."""
    return Phrases.of({key: value for table in tables for key, value in table.items()})


def complete(calendar: Calendar) -> Calendar:
    words = WORDS[calendar.language]
    places = {word: value for word, value in words.ordinals.items() if word.isalpha()}
    ordinals = {word: value for word, value in places.items() if value > 0}
    numbers = merged(words.numbers, calendar.counts.meanings)
    return replace(calendar, numbers=numbers, ordinals=merged(ordinals), places=merged(places))


CALENDARS: Mapping[str, Calendar] = MappingProxyType(
    {module.CALENDAR.language: complete(module.CALENDAR) for module in (en, es, de, fr, it, pt, nl, tr)}
)
