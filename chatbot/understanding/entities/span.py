"""How long something takes: "2 weeks", "an hour and a half", "90 min", "1h30".

A month is 30 days and a year 365: how long "a month" is depends on when it begins, and nobody said when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from chatbot.types import Found, Json
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import Page, count, ends_before, holds, lexemes, look, sign, skip
from chatbot.understanding.entities.locales import best, calendars
from chatbot.understanding.words import words_for
from chatbot.understanding.words.calendar import CALENDARS, Calendar, telling
from chatbot.understanding.words.calendar.table import DAY

HOUR, MINUTE = 3600, 60
LONGEST_SPAN = 200 * 366 * DAY
MOST_PARTS = 4
"""Parts of one span: weeks, days, hours, minutes."""


TELLING: Mapping[str, frozenset[str]] = {name: telling(words.units, words.spans) for name, words in CALENDARS.items()}
"""Language -> words without one of which there is no span."""


class Span(NamedTuple):
    """Lexemes [first, last) say how long. `firm`: sure unasked."""

    first: int
    last: int
    seconds: Decimal
    firm: bool


@dataclass(frozen=True, slots=True)
class SpanFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        page = lexemes(text)
        found: list[Found] = []
        for span in best(page, setting, lambda calendar: list(spans(page, calendar))):
            if (span.firm or setting.asked) and 0 < span.seconds <= LONGEST_SPAN:
                start, end = page[span.first].start, page[span.last - 1].end
                raw = text[start:end]
                found.append(Found("duration", span_value(span.seconds), raw, start, end, " ".join(raw.split())))
        return tuple(found)


def span_value(seconds: Decimal) -> Json:
    """One length in four units, so that expressions read well: `stay.days > 3`."""
    return {
        "seconds": whole(seconds),
        "minutes": whole(seconds / MINUTE),
        "hours": whole(seconds / HOUR),
        "days": whole(seconds / DAY),
    }


def whole(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else round(float(value), 6)


def spans(page: Page, calendar: Calendar) -> Iterator[Span]:
    reader = SpanReader(page, calendar)
    at = 0 if holds(page, TELLING[calendar.language], numbers=False) else len(page)
    while at < len(page):
        found = reader.at(at)
        if found is None:
            at += 1
        else:
            yield found
            at = found.last


def spans_from_now(page: Page, setting: Setting) -> list[tuple[int, int, int]]:
    """As in "in half an hour", "2 hours from now": where, and how many seconds from now; hours and less only."""
    for calendar in calendars(setting):
        found: list[tuple[int, int, int]] = []
        for span in spans(page, calendar):
            before = ends_before(calendar.within, page, span.first)
            behind = look(calendar.later, page, span.last)
            if (before or behind) and span.seconds < DAY:
                first = before[1] if before else span.first
                found.append((first, behind[1] if behind else span.last, int(span.seconds)))
        if found:
            return found
    return []


@dataclass(frozen=True, slots=True)
class SpanReader:
    page: Page
    calendar: Calendar

    def at(self, at: int) -> Span | None:
        """The span that begins at this lexeme, with all its parts."""
        lexeme = self.page[at]
        calendar = self.calendar
        if not lexeme.whole and lexeme.text not in calendar.spans.firsts and lexeme.text not in calendar.numbers.firsts:
            return None
        part = self.part(at)
        if part is None:
            return None
        total, last, unit = part.seconds, part.last, self.unit_of(part)
        for _ in range(MOST_PARTS):
            more = self.more(last, unit)
            if more is None:
                break
            total, last, unit = total + more.seconds, more.last, self.unit_of(more)
        past = ends_before(calendar.ago_before, self.page, at) or look(calendar.ago, self.page, last)
        return Span(at, last, total, firm=part.firm and not past)

    def unit_of(self, span: Span) -> Decimal:
        """The unit its last word names; what follows must be smaller."""
        unit = ends_before(self.calendar.units, self.page, span.last)
        return Decimal(unit[0]) if unit else span.seconds

    def more(self, at: int, unit: Decimal) -> Span | None:
        """Another, smaller part: "and 3 days", "30" behind "1h"."""
        glued = at < len(self.page) and self.page[at].number and self.page[at].joined
        if glued and unit == HOUR and look(self.calendar.units, self.page, at + 1) is None:
            minutes = int(self.page[at].text[:4])
            return Span(at, at + 1, Decimal(minutes * MINUTE), firm=True) if minutes < 60 else None
        part = self.part(skip(self.calendar.joins, self.page, at))
        return part if part is not None and self.unit_of(part) < unit else None

    def part(self, at: int) -> Span | None:
        """One number with its unit."""
        named = look(self.calendar.spans, self.page, at)
        if named is not None:
            return Span(at, named[1], Decimal(named[0]), firm=True)
        number = self.amount(at)
        if number is None:
            return None
        amount, behind = number
        half = look(self.calendar.halves, self.page, behind) or look(self.calendar.after_hour, self.page, behind)
        unit = self.unit(behind) or (self.unit(half[1]) if half else None)
        if unit is None:
            return None
        if half is not None and unit[1] > half[1]:
            amount += Decimal("0.5")
        else:
            half = look(self.calendar.halves, self.page, unit[1])
            if half is not None:
                amount, unit = amount + Decimal("0.5"), (unit[0], half[1])
        article = not self.page[at].number and self.page[at].text in words_for(self.calendar.language).stop
        firm = not article or half is not None or ends_before(self.calendar.during, self.page, at) is not None
        return Span(at, unit[1], amount * unit[0], firm)

    def unit(self, at: int) -> tuple[int, int] | None:
        """A unit; one letter is one only where it stands directly behind its number, a lone "m" never."""
        found = look(self.calendar.units, self.page, at)
        if found is None:
            return None
        word = self.page[at].text
        if len(word) > 1:
            return found
        return found if self.page[at].joined and (word != "m" or sign(self.page, at - 2, "hu")) else None

    def amount(self, at: int) -> tuple[Decimal, int] | None:
        """A number, with a decimal part where one is written."""
        found = count(self.page, at, self.calendar.numbers)
        if found is None or (
            at > 0 and self.page[at].joined and self.page[at].number and sign(self.page, at - 1, ".,:/")
        ):
            return None
        value, behind = found
        decimals = behind + 1
        if (
            self.page[at].number
            and sign(self.page, behind, ".,")
            and decimals < len(self.page)
            and self.page[decimals].number
            and self.page[decimals].joined
            and len(self.page[decimals].text) <= 3
        ):
            return Decimal(f"{value}.{self.page[decimals].text}"), decimals + 1
        return Decimal(value), behind
