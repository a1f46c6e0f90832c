"""Date and time together: "tomorrow at 8pm", "2026-01-07 20:00", "in 2 hours"; a time alone is its next occurrence.

A clock that springs forward has hours that do not exist: 02:30 is then 03:30. One that falls back has an hour twice:
the first is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from chatbot.content.filters import clock_text, day_text
from chatbot.types import Found
from chatbot.understanding.entities.clock import Timed, best_times
from chatbot.understanding.entities.dates import Dated
from chatbot.understanding.entities.day import best_days
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import Page, folded, lexemes, look
from chatbot.understanding.entities.locales import calendars
from chatbot.understanding.entities.span import spans_from_now
from chatbot.understanding.words import words_for

ISO = re.compile(
    r"(?<![\w/.-])\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d:?\d\d)(?![\w:-])", re.ASCII
)
WIDEST_GAP = 4
"""Lexemes that may stand between a day and its time."""


class Moment(NamedTuple):
    start: int
    end: int
    value: datetime


@dataclass(frozen=True, slots=True)
class MomentFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        found = list(exact(text, setting)) or list(combined(text, setting))
        if not found and setting.asked:
            found = list(loose(text, setting))
        return tuple(
            Found(
                "datetime", moment.value.isoformat(timespec="seconds"), text[moment.start : moment.end], moment.start,
                moment.end, f"{day_text(moment.value, setting.locale)}, {clock_text(moment.value, setting.locale)}",
            )
            for moment in found
        )  # fmt: skip


def exact(text: str, setting: Setting) -> Iterator[Moment]:
    """ISO with its offset, as machines write it."""
    clean, origin = folded(text)
    for match in ISO.finditer(clean):
        try:
            value = datetime.fromisoformat(match.group().upper()).astimezone(setting.zone)
        except (ValueError, OverflowError):
            continue
        yield Moment(origin[match.start()], origin[match.end()], value)


def combined(text: str, setting: Setting) -> Iterator[Moment]:
    """Days and times that stand together; the only day and the only time of an answer, wherever they stand."""
    page = lexemes(text)
    days = [day for day in best_days(page, setting) if day.firm or setting.asked]
    times = list(best_times(page, setting)) if days else []
    for day in days:
        single = setting.asked and len(days) == len(times) == 1
        timed = next((one for one in times if together(day, one, page, setting) or (single and apart(day, one))), None)
        if timed is None or day.value is None:
            continue
        for one in [one for one in times if one.lead == timed.lead]:  # both of "at 7 or 8"
            times.remove(one)
            first, last = min(day.first, one.first), max(day.last, one.last)
            yield Moment(page[first].start, page[last - 1].end, at_clock(day.value, one, setting))


def apart(day: Dated, timed: Timed) -> bool:
    return day.last <= timed.first or timed.last <= day.first


def together(day: Dated, timed: Timed, page: Page, setting: Setting) -> bool:
    """Whether nothing but small words and signs stands between a day and a time."""
    first, last = (day.last, timed.lead) if day.last <= timed.first else (timed.last, day.first)
    if first > last:  # "tonight at 8": the word for the day is also the part of the day
        return apart(day, timed)
    return last - first <= WIDEST_GAP and all(
        not lexeme.text.isalnum() or lexeme.text == "t" or small(lexeme.text, setting) for lexeme in page[first:last]
    )


def small(word: str, setting: Setting) -> bool:
    """A word without weight between a day and a time: a stop word, or a part of the day."""
    return any(
        word in words_for(calendar.language).stop or word in calendar.at.firsts or word in calendar.parts.firsts
        for calendar in calendars(setting)
    )


def loose(text: str, setting: Setting) -> Iterator[Moment]:
    """What only an answer may mean: a time without a day, a span from now, "now"."""
    page = lexemes(text)
    now = setting.moment.replace(microsecond=0)
    spans = spans_from_now(page, setting)
    for first, last, seconds in spans:
        value = (now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(setting.zone)
        yield Moment(page[first].start, page[last - 1].end, value)
    if spans:
        return
    times = best_times(page, setting)
    for timed in times:
        value = at_clock(now.date(), timed, setting)
        if value <= now:
            value = local(now.date() + timedelta(1), timed.value, setting)
        yield Moment(page[timed.first].start, page[timed.last - 1].end, value)
    for calendar in () if times else calendars(setting)[:2]:
        for at in range(len(page)):
            named = look(calendar.now, page, at)
            if named is not None:
                yield Moment(page[at].start, page[named[1] - 1].end, now)
                return


def at_clock(day: date, timed: Timed, setting: Setting) -> datetime:
    """A day's time; "today at 8", said at ten in the morning, is this evening."""
    value = local(day, timed.value, setting)
    if not timed.sure and value <= setting.moment and day == setting.today:
        evening = local(day, (datetime.combine(day, timed.value) + timedelta(hours=12)).time(), setting)
        return evening if evening > setting.moment else value
    return value


def local(day: date, clock: time, setting: Setting) -> datetime:
    """A wall clock's time as a moment that exists."""
    value = datetime.combine(day, clock, setting.zone)
    return value.astimezone(UTC).astimezone(setting.zone)
