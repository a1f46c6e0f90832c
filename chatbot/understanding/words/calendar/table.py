"""The shape of one language's words for dates, times and spans, and how a table of phrases is looked up.

A phrase is kept as the lexer of entities/lexemes.py leaves it: folded words with blanks between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chatbot.understanding.fold import fold

PIECE = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")


def spoken(entry: str) -> str:
    """An entry of a table as it is looked up: `_` stands for a blank, points are pieces of their own."""
    return " ".join(PIECE.findall(fold(entry).replace("_", " ")))


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases and what each of them means. `firsts`: the words they begin with, and how many the longest then has."""

    meanings: Mapping[str, int]
    firsts: Mapping[str, int]
    longest: int

    @classmethod
    def of(cls, meanings: Mapping[str, int]) -> Phrases:
        firsts: dict[str, int] = {}
        for phrase in meanings:
            first = phrase.partition(" ")[0]
            firsts[first] = max(firsts.get(first, 0), phrase.count(" ") + 1)
        return cls(meanings, firsts, max(firsts.values(), default=0))


def phrases(text: str, endings: Iterable[str] = ()) -> Phrases:
    """A table from `phrase=value` entries; an entry without a value means 1. `endings` are understood on each entry."""
    meanings: dict[str, int] = {}
    for entry in text.split():
        phrase, _, value = entry.partition("=")
        for ending in ("", *endings):
            meanings.setdefault(spoken(phrase + ending), int(value or 1))
    return Phrases.of(meanings)


def telling(*tables: Phrases) -> frozenset[str]:
    """The longest word of each phrase: a text that has none of them has none of the phrases."""
    return frozenset(max(phrase.split(), key=len) for table in tables for phrase in table.meanings)


NO_PHRASES = phrases("")
DAY, WEEK, MONTH, YEAR = 86_400, 604_800, 2_592_000, 31_536_000
"""Seconds of the units; a month alone is 30 days and a year 365, where they are spans and not steps on a calendar."""

MORNING, AFTERNOON, EVENING, NIGHT = 1, 2, 3, 4
BARE = -1000
"""A relative word that is no day: "por la mañana" is no tomorrow."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a language says about days, clocks and spans. Minutes are signed: "quarter to" is -15.

    `days`: words for a day -> days from today. `coming`: before or after a weekday -> 1 the next, 0 this, -1 the last.
    `next_week`: -> weeks from now. `weeks_on`: behind a weekday -> weeks later ("friday week"). `which_month`: "of next
    month" -> months from now. `within`, `later`, `ago_before`, `ago`: "in" 3 days, 3 days "from now", "hace"
    3 días, 3 days "ago". `after_day`: a week "from" friday. `ends`: "end of month" -> months from now, 12 the
    year; `end_of`: before a month's name.
    `articles`, `of`: what may stand before a day, and between day and month. `day_word`: "día" 5. `suffixes`: 5"th".
    `at`: words that make a number an hour; `at_firm`: those that mean nothing else. `clock_words`: 8 "o'clock", firm;
    `hour_words`: 8 "h", which may be a span. `clocks`: "noon" -> minutes of the day. `before_hour`: "half past" 8;
    `after_hour`: 8 "y media"; `minute_hour`: ten "past" 8; `hour_minute`: 8 "y" diez (2 is firm).
    `either`: between two hours of which one is meant.
    `parts`: "in the evening" -> MORNING ..., 0 for none. `units`: -> seconds. `spans`: "half an hour" -> seconds.
    `halves`: "and a half". `during`: words before a span. `joins`: between two parts of a span. `now`: this moment.
    `counts`: number words beyond the word list's. `ordinals`, `places`: "third" -> 3; in `places` "last" is -1.
    """

    language: str
    months: Phrases
    weekdays: Phrases
    short_weekdays: Phrases = NO_PHRASES
    days: Phrases = NO_PHRASES
    coming: Phrases = NO_PHRASES
    next_week: Phrases = NO_PHRASES
    weeks_on: Phrases = NO_PHRASES
    which_month: Phrases = NO_PHRASES
    within: Phrases = NO_PHRASES
    later: Phrases = NO_PHRASES
    after_day: Phrases = NO_PHRASES
    ago_before: Phrases = NO_PHRASES
    ago: Phrases = NO_PHRASES
    ends: Phrases = NO_PHRASES
    end_of: Phrases = NO_PHRASES
    articles: Phrases = NO_PHRASES
    of: Phrases = NO_PHRASES
    day_word: Phrases = NO_PHRASES
    suffixes: frozenset[str] = frozenset()
    at: Phrases = NO_PHRASES
    at_firm: Phrases = NO_PHRASES
    clock_words: Phrases = NO_PHRASES
    hour_words: Phrases = NO_PHRASES
    clocks: Phrases = NO_PHRASES
    before_hour: Phrases = NO_PHRASES
    after_hour: Phrases = NO_PHRASES
    minute_hour: Phrases = NO_PHRASES
    hour_minute: Phrases = NO_PHRASES
    either: Phrases = NO_PHRASES
    parts: Phrases = NO_PHRASES
    units: Phrases = NO_PHRASES
    spans: Phrases = NO_PHRASES
    halves: Phrases = NO_PHRASES
    during: Phrases = NO_PHRASES
    joins: Phrases = NO_PHRASES
    now: Phrases = NO_PHRASES
    counts: Phrases = NO_PHRASES
    numbers: Phrases = NO_PHRASES
    ordinals: Phrases = NO_PHRASES
    places: Phrases = NO_PHRASES
