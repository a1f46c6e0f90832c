"""Times of day: digits, words, noon, and the part of the day that tells 8 from 20.

An hour that nothing marks as one ("8", "at 8") is a time only where a time was asked for, or beside a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from typing import NamedTuple

from chatbot.content.filters import clock_text
from chatbot.types import Found
from chatbot.understanding.entities.day import best_days
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import Page, count, ends_before, holds, lexemes, look, sign, skip
from chatbot.understanding.entities.locales import best
from chatbot.understanding.entities.span import spans_from_now
from chatbot.understanding.words import words_for
from chatbot.understanding.words.calendar import CALENDARS, Calendar, telling
from chatbot.understanding.words.calendar.table import AFTERNOON, EVENING, MORNING, NIGHT

DAY_MINUTES = 1440


class Timed(NamedTuple):
    """Lexemes [first, last) are a time of day; `lead` is where the words before it begin ("at").

    `firm`: sure unasked. `sure`: the half of the day was said, or is plain from the hour. `part`: what part of the day
    was said, 0 for none. Two of which one is meant ("7 or 8") have one `lead`.
    """

    first: int
    last: int
    minutes: int
    firm: bool
    sure: bool
    lead: int
    seconds: int = 0
    part: int = 0

    @property
    def value(self) -> time:
        return time(self.minutes // 60, self.minutes % 60, self.seconds)


@dataclass(frozen=True, slots=True)
class TimeFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        page = lexemes(text)
        times: Sequence[Timed] = best_times(page, setting)
        if not setting.asked and any(not timed.firm for timed in times):
            times = beside_days(times, page, setting)
        found = [timed_found(timed, page, text, setting) for timed in times]
        if not found and setting.asked:
            found = from_now(text, page, setting)
        return tuple(found)


def timed_found(timed: Timed, page: Page, text: str, setting: Setting) -> Found:
    start, end = page[timed.first].start, page[timed.last - 1].end
    return Found("time", written(timed.value), text[start:end], start, end, clock_text(timed.value, setting.locale))


def written(value: time) -> str:
    return value.isoformat("seconds" if value.second else "minutes")


def from_now(text: str, page: Page, setting: Setting) -> list[Found]:
    """As in "in half an hour", as a time of day."""
    found: list[Found] = []
    for first, last, seconds in spans_from_now(page, setting):
        when = (setting.moment + timedelta(seconds=seconds)).time().replace(second=0, microsecond=0)
        start, end = page[first].start, page[last - 1].end
        found.append(Found("time", written(when), text[start:end], start, end, clock_text(when, setting.locale)))
    return found


def beside_days(times: Sequence[Timed], page: Page, setting: Setting) -> list[Timed]:
    """The firm ones, and those that stand beside a day ("tomorrow at 8")."""
    days = best_days(page, setting)
    begins, ends = {day.first for day in days}, {day.last for day in days}
    leads = {
        timed.lead
        for timed in times
        if timed.firm or (timed.lead < timed.first and (timed.lead in ends or timed.last in begins))
    }
    return [timed for timed in times if timed.lead in leads]


@lru_cache(maxsize=16)
def best_times(page: Page, setting: Setting) -> tuple[Timed, ...]:
    """The times of a text in the language that explains most of it."""
    found = best(page, setting, lambda calendar: times(page, calendar))
    # "at 8:30, table 5": a bare number is no second time.
    return tuple([timed for timed in found if timed.firm] or found)


def times(page: Page, calendar: Calendar) -> list[Timed]:
    reader = ClockReader(page, calendar)
    found: list[Timed] = []
    at = 0 if holds(page, TELLING[calendar.language]) else len(page)
    while at < len(page):
        timed = reader.at(at)
        if timed is None:
            at += 1
        else:
            found.append(timed)
            at = timed.last
    return reader.with_others(found) if found else found


OPENINGS: Mapping[str, frozenset[str]] = {
    name: frozenset(
        word
        for table in (words.at, words.at_firm, words.clocks, words.before_hour, words.parts, words.numbers)
        for word in table.firsts
    )
    for name, words in CALENDARS.items()
}
"""Language -> words a time may begin with."""

TELLING: Mapping[str, frozenset[str]] = {
    name: telling(words.clocks, words.numbers) - {"a", "an"} for name, words in CALENDARS.items()
}
"""Language -> words without one of which, or a number, there is no time."""


@dataclass(frozen=True, slots=True)
class ClockReader:
    page: Page
    calendar: Calendar

    def at(self, at: int) -> Timed | None:
        """The time that begins at this lexeme, with the words that lead to it."""
        lexeme = self.page[at]
        if not lexeme.whole and lexeme.text not in OPENINGS[self.calendar.language]:
            return None
        part = self.part(at) if lexeme.text not in ("am", "pm", "a", "p") else None
        begin, lead = at, at
        if part is not None and part[0]:
            lead = at
            at = part[1] + sign(self.page, part[1], ",")
        firmly = look(self.calendar.at_firm, self.page, at)
        loosely = look(self.calendar.at, self.page, at)
        begin = (firmly or loosely or (0, at))[1]
        if part is None and begin == at:
            lead = at
        marked = firmly is not None or (part is not None and part[0] > 0 and self.ends_there(begin))
        found = self.clock(begin, marked=marked) or (self.clock(at, marked=False) if begin > at else None)
        found = found or (self.clock(lead, marked=False) if at > lead else None)
        if found is None:
            return None
        return self.half_of_day(found._replace(lead=lead), part[0] if part else 0)

    def part(self, at: int) -> tuple[int, int] | None:
        """The part of the day said here; the "am" of "3 am Freitag" leads to a day, and is none."""
        found = look(self.calendar.parts, self.page, at)
        german = found is not None and self.page[at].text == "am" and found[1] == at + 1
        return None if german and look(CALENDARS["de"].weekdays, self.page, at + 1) else found

    def ends_there(self, at: int) -> bool:
        """Whether a number is not followed by what it may count: "this evening 8", but "this evening 8 people"."""
        return at + 1 >= len(self.page) or self.page[at + 1].joined or not self.page[at + 1].text.isalpha()

    def clock(self, at: int, *, marked: bool) -> Timed | None:
        """A time without the words before it. `marked`: the word before it makes any number an hour."""
        if at >= len(self.page):
            return None
        named = look(self.calendar.clocks, self.page, at)
        if named is not None:
            added = look(self.calendar.after_hour, self.page, named[1]) or (0, named[1])
            minutes = (named[0] + added[0]) % DAY_MINUTES  # "midi et demi"
            return Timed(at, added[1], minutes, firm=True, sure=True, lead=at)
        before = look(self.calendar.before_hour, self.page, at)
        if before is not None:
            hour = self.hour(before[1])
            return self.timed(at, hour[1], hour[0] * 60 + before[0], firm=True) if hour else None
        return self.digits(at) or self.spoken(at, marked=marked)

    def digits(self, at: int) -> Timed | None:
        """As in "20:00", "8.30 pm", "20h30"."""
        page = self.page
        if not page[at].whole or len(page[at].text) > 2 or self.tail_of_number(at):
            return None
        minutes = at + 2
        if minutes >= len(page) or not page[minutes].number or not page[minutes].joined or not page[at + 1].joined:
            return None
        if len(page[minutes].text) != 2 or int(page[minutes].text) > 59:
            return None
        colon = page[at + 1].text == ":"
        hours = page[at + 1].text in ("h", "u")
        if not (colon or hours or page[at + 1].text == "."):
            return None
        last, seconds = minutes + 1, 0
        if colon and sign(page, last, ":") and last + 1 < len(page) and page[last + 1].number:
            seconds, last = min(int(page[last + 1].text[:2]), 59), last + 2
        elif sign(page, last, ".:/") and page[last].joined and last + 1 < len(page) and page[last + 1].number:
            return None
        word = look(self.calendar.clock_words, page, last) or look(self.calendar.hour_words, page, last)
        firm = colon or hours or word is not None or bool((self.part(last) or (0, 0))[0])
        return self.timed(
            at, word[1] if word else last, self.minute_of(at) + int(page[minutes].text), firm=firm, seconds=seconds
        )

    def minute_of(self, at: int) -> int:
        return int(self.page[at].text) * 60

    def tail_of_number(self, at: int) -> bool:
        return at > 1 and self.page[at].joined and self.page[at - 1].text in ".,:/-" and self.page[at - 2].number

    def spoken(self, at: int, *, marked: bool) -> Timed | None:
        """As in "8 o'clock", "ten past 8", "las ocho y media", "8"."""
        number = count(self.page, at, self.calendar.numbers)
        signed = at > 0 and self.page[at].joined and self.page[at - 1].text in "-+"
        if number is None or signed or self.tail_of_number(at):
            return None
        between = look(self.calendar.minute_hour, self.page, number[1])
        if between is not None and number[0] < 60:
            hour = self.hour(between[1])
            if hour is not None:
                minutes = hour[0] * 60 + (number[0] if between[0] > 0 else -number[0])
                return self.timed(at, hour[1], minutes, firm=abs(between[0]) == 2 or marked)
        if number[0] > 23:
            half = number[1] < len(self.page) and self.page[number[1]].joined
            half = half and bool((self.part(number[1]) or (0, 0))[0])
            if half and 100 <= number[0] < 1300 and number[0] % 100 < 60:  # "730pm"
                return self.timed(at, number[1], number[0] // 100 * 60 + number[0] % 100, firm=True)
            return None
        return self.after_hour(at, number, marked=marked)

    def after_hour(self, at: int, number: tuple[int, int], *, marked: bool) -> Timed | None:
        """An hour, and what stands behind it."""
        hour, last = number[0] * 60, number[1]
        word = look(self.calendar.clock_words, self.page, last)
        loose = look(self.calendar.hour_words, self.page, last)
        behind = (word or loose or (0, last))[1]
        for start in dict.fromkeys((last, behind)):
            added = look(self.calendar.after_hour, self.page, start)
            if added is not None:
                spoken = marked or loose is None or ends_before(self.calendar.at, self.page, at) is not None
                return self.timed(at, added[1], hour + added[0], firm=spoken)
        link = look(self.calendar.hour_minute, self.page, last)
        minutes = count(self.page, link[1], self.calendar.numbers) if link else None
        if link is not None and minutes is not None and 0 < minutes[0] < 60:
            firm = marked or abs(link[0]) == 2
            return self.timed(at, minutes[1], hour + (minutes[0] if link[0] > 0 else -minutes[0]), firm=firm)
        minutes = look(self.calendar.numbers, self.page, last) if not self.page[at].number else None
        if minutes is not None and 10 <= minutes[0] < 60 and minutes[0] % 5 == 0:  # "seven thirty"
            return self.timed(at, minutes[1], hour + minutes[0], firm=marked)
        # "7 u 8" are two hours in Spanish.
        loose_sign = behind < len(self.page) and len(self.page[last].text) == len(self.page[behind].text) == 1
        minutes = count(self.page, behind, self.calendar.numbers) if word and not loose_sign else None
        if minutes is not None and 0 < minutes[0] < 60 and look(self.calendar.units, self.page, minutes[1]) is None:
            return self.timed(at, minutes[1], hour + minutes[0], firm=True)
        return self.plain_hour(at, number, behind, firm=word is not None or marked)

    def plain_hour(self, at: int, number: tuple[int, int], last: int, *, firm: bool) -> Timed | None:
        """As in "8 o'clock", "20h", "8 in the evening", "at 8": an hour without minutes, and no span."""
        behind = number[1]
        loose = look(self.calendar.hour_words, self.page, behind)
        if loose is None and not firm and look(self.calendar.units, self.page, behind) is not None:
            return None
        if (loose is not None and not firm and self.is_span(at)) or self.goes_on(behind):
            return None
        half = self.part(last)
        glued = loose is not None and self.page[at].number and self.page[behind].joined and len(
            self.page[behind].text
        ) <= 3  # fmt: skip
        firm = firm or glued or (half is not None and half[0] > 0)
        day = last < len(self.page) and self.page[last].text == "am" and self.part(last) is None  # "8 am Freitag"
        return self.timed(at, last, number[0] * 60, firm=firm) if firm or day or self.bare(at, last) else None

    def is_span(self, at: int) -> bool:
        """Whether "2h" or "8 heures" here is how long: "in 2h", "pendant 8 heures"."""
        tables = (self.calendar.during, self.calendar.within, self.calendar.ago_before)
        return any(ends_before(table, self.page, at) for table in tables) and ends_before(
            self.calendar.at, self.page, at
        ) is None  # fmt: skip

    def goes_on(self, at: int) -> bool:
        """Whether a number goes on behind a sign, or is glued to a word: "8.5", "8/10", "8x", "8%"."""
        if at >= len(self.page) or not self.page[at].joined:
            return False
        if self.page[at].text in ".,/:-" and at + 1 < len(self.page):
            return self.page[at + 1].number and self.page[at + 1].joined
        word = self.page[at].text
        known = any(
            look(table, self.page, at)
            for table in (self.calendar.parts, self.calendar.clock_words, self.calendar.hour_words)
        )
        return (word.isalpha() and not known and word not in self.calendar.suffixes) or word in "%$€£"

    def bare(self, at: int, last: int) -> bool:
        """Whether a number alone may be an hour: after "at", or the whole message, another hour beside it allowed."""
        if ends_before(self.calendar.at, self.page, at) is not None:
            return True
        before, behind = ends_before(self.calendar.either, self.page, at), look(self.calendar.either, self.page, last)
        first = self.hour_before(before[1]) if before else None
        second = self.hour_behind(behind[1]) if behind else None
        at, last = first.first if first else at, second.last if second else last
        return all(not lexeme.text.isalnum() for lexeme in (*self.page[:at], *self.page[last:]))

    def with_others(self, found: Sequence[Timed]) -> list[Timed]:
        """With both times of "at 7 or 8" and "7 or 8pm"; the half of the day said with the one holds for the other."""
        made: list[Timed] = []
        for place, timed in enumerate(found):
            link = ends_before(self.calendar.either, self.page, timed.lead)
            if link is not None:
                begun = bool(made) and made[-1].last >= link[1]
                first = made.pop() if begun else self.hour_before(link[1])
                made += pair(first, timed) if first else [timed]
            else:
                made.append(timed)
            link = look(self.calendar.either, self.page, timed.last)
            is_next = place + 1 < len(found) and link is not None and found[place + 1].first <= link[1] + 2
            second = self.hour_behind(link[1]) if link is not None and not is_next else None
            if second is not None:
                made += pair(made.pop(), second)
        return made

    def hour_before(self, at: int) -> Timed | None:
        """The bare hour that ends before this lexeme."""
        digits = at > 0 and self.page[at - 1].whole
        said = ends_before(self.calendar.numbers, self.page, at)
        first = at - 1 if digits else said[1] if said else at
        number = count(self.page, first, self.calendar.numbers)
        if number is None or number[1] != at or number[0] > 24 or self.tail_of_number(first):
            return None
        return self.timed(first, at, number[0] * 60, firm=False)

    def hour_behind(self, at: int) -> Timed | None:
        """The bare hour that begins here, where it counts nothing."""
        number = count(self.page, at, self.calendar.numbers)
        if number is None or number[0] > 24 or self.goes_on(number[1]):
            return None
        last = skip(self.calendar.hour_words, self.page, number[1])
        words = words_for(self.calendar.language)
        if last < len(self.page) and self.page[last].text.isalnum():
            small = self.page[last].text in words.stop or self.page[last].text in words.filler
            if not small and not look(self.calendar.days, self.page, last):
                return None
        return self.timed(at, last, number[0] * 60, firm=False)

    def hour(self, at: int) -> tuple[int, int] | None:
        at = skip(self.calendar.at_firm, self.page, at)
        found = count(self.page, at, self.calendar.numbers)
        if found is None:
            named = look(self.calendar.clocks, self.page, at)
            return (named[0] // 60, named[1]) if named else None
        return (found[0], skip(self.calendar.clock_words, self.page, found[1])) if found[0] <= 24 else None

    def timed(self, first: int, last: int, minutes: int, *, firm: bool, seconds: int = 0) -> Timed | None:
        if minutes >= DAY_MINUTES + 60 or (minutes >= DAY_MINUTES and minutes % 60):
            return None
        minutes %= DAY_MINUTES
        plain = minutes >= 13 * 60 or minutes < 60 or self.page[first].text.startswith("0")
        return Timed(first, last, minutes, firm, plain, first, seconds)

    def half_of_day(self, timed: Timed, before: int) -> Timed:
        """With the part of the day that stands before or behind it, or behind a day that follows."""
        if look(self.calendar.clocks, self.page, timed.first):
            return timed
        behind = self.part(timed.last)
        if behind is not None:
            return part_applied(timed, *behind)
        day = look(self.calendar.days, self.page, timed.last)
        later = self.part(day[1]) if day else None
        part = later[0] if later else before or self.part_before(timed)
        return part_applied(timed, part, timed.last) if part else timed

    def part_before(self, timed: Timed) -> int:
        """The part of the day that ends where the time begins: "tomorrow evening at 8"."""
        at = timed.first
        for table in (self.calendar.at_firm, self.calendar.at):
            lead = ends_before(table, self.page, at)
            if lead is not None:
                at = lead[1]
                break
        at -= sign(self.page, at - 1, ",")
        part = ends_before(self.calendar.parts, self.page, at)
        return part[0] if part else 0


def part_applied(timed: Timed, part: int, last: int) -> Timed:
    """8 in the evening is 20; 12 at night is 0."""
    if not part:  # "8 sharp"
        return timed._replace(last=last, firm=True)
    hour, rest = divmod(timed.minutes, 60)
    if (part == MORNING and hour == 12) or (part == NIGHT and hour == 12):
        hour = 0
    elif (part in (AFTERNOON, EVENING) and hour < 12) or (part == NIGHT and 5 <= hour < 12):
        hour += 12
    return timed._replace(minutes=hour * 60 + rest, last=last, firm=True, sure=True, part=part)


def pair(first: Timed, second: Timed) -> list[Timed]:
    """Two times of which one is meant, each in the half of the day that the other one tells."""
    firm = first.firm or second.firm
    one, other = beside(first, second), beside(second, first)
    return [one._replace(firm=firm), other._replace(firm=firm, lead=one.lead)]


def beside(timed: Timed, other: Timed) -> Timed:
    """A time in the half of the day that is nearer to another: 7 of "7 or 8pm" is 19:00, 11 of "11 or 1pm" 11."""
    if timed.sure or not other.part:
        return timed
    away = (timed.minutes - other.minutes) % DAY_MINUTES
    is_far = DAY_MINUTES / 4 < away < DAY_MINUTES * 3 / 4
    minutes = (timed.minutes + is_far * DAY_MINUTES // 2) % DAY_MINUTES
    return timed._replace(minutes=minutes, sure=True, part=other.part)
