"""Dates: numbers in the locale's order, names of days and months, relative words.

What names no year or week means the next one and never the past, unless the words say so ("last friday", "3 days ago").
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from chatbot.content.filters import day_text
from chatbot.types import Found
from chatbot.understanding.entities.dates import FURTHEST, YEARS, Dated, add_months, day_of, last_of
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import Page, count, ends_before, holds, lexemes, look, sign, skip
from chatbot.understanding.entities.locales import best
from chatbot.understanding.entities.numeric_day import numeric_day
from chatbot.understanding.words import words_for
from chatbot.understanding.words.calendar import CALENDARS, Calendar, telling
from chatbot.understanding.words.calendar.table import BARE, DAY, MONTH, WEEK, YEAR


@dataclass(frozen=True, slots=True)
class DayFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        page = lexemes(text)
        found = [dated for dated in best_days(page, setting) if dated.firm or setting.asked]
        return tuple(
            Found("date", day.value.isoformat(), text[start:end], start, end, day_text(day.value, setting.locale))
            for day in found
            if day.value is not None
            for start, end in [(page[day.first].start, page[day.last - 1].end)]
        )


@lru_cache(maxsize=16)
def best_days(page: Page, setting: Setting) -> tuple[Dated, ...]:
    """The days of a text in the language that explains most of it."""
    today = setting.today
    return tuple(best(page, setting, lambda calendar: list(days(page, calendar, setting, today))))


def days(page: Page, calendar: Calendar, setting: Setting, today: date) -> Iterator[Dated]:
    """Every day of a text in one language, the longest first where two begin together."""
    reader = DayReader(page, calendar, setting, today)
    openings = OPENINGS[calendar.language]
    at = 0 if holds(page, TELLING[calendar.language]) else len(page)
    while at < len(page):
        found = reader.at(at) if page[at].whole or page[at].text in openings else None
        if found is None:
            at += 1
            continue
        if found.value is not None:
            yield found
        at = found.last


@dataclass(frozen=True, slots=True)
class DayReader:
    page: Page
    calendar: Calendar
    setting: Setting
    today: date

    def at(self, at: int) -> Dated | None:
        """The longest day that begins at this lexeme."""
        lexeme = self.page[at]
        if lexeme.number:
            if not lexeme.whole:
                return None
            found = [
                numeric_day(self.page, at, self.setting.locale, self.today, asked=self.setting.asked),
                self.day_month(at), self.nth_weekday(at), self.counted(at), self.ordinal(at),
            ]  # fmt: skip
        else:
            found = [reads(self, at) for reads in OPENINGS[self.calendar.language].get(lexeme.text, ())]
        return max((one for one in found if one is not None), key=lambda one: one.last, default=None)

    # --- one form each -------------------------------------------------------------------------------------------

    def named(self, at: int) -> Dated | None:
        """As in "today", "day after tomorrow", "tomorrow week"."""
        found = look(self.calendar.days, self.page, at)
        if found is None:
            return None
        weeks = look(self.calendar.weeks_on, self.page, found[1]) or (0, found[1])
        return Dated(at, weeks[1], None if found[0] == BARE else self.today + timedelta(found[0] + 7 * weeks[0]))

    def weekday(self, at: int) -> Dated | None:
        """As in "friday", "next friday", "friday next week", "friday, 9 January"."""
        begin = at
        coming = look(self.calendar.coming, self.page, at)
        week = look(self.calendar.next_week, self.page, at)
        before = week or coming
        if before is not None:
            at = skip(self.calendar.articles, self.page, before[1])
        long = look(self.calendar.weekdays, self.page, at)
        name = long or look(self.calendar.short_weekdays, self.page, at)
        if name is None:
            return None
        part = look(self.calendar.parts, self.page, name[1])
        firm = long is not None or before is not None or part is not None  # "sat night", but "I sat"
        behind = self.page_comma(name[1])
        exact = self.exact(behind) or self.numbered(behind, name[0])
        if exact is not None and before is None:
            return Dated(begin, exact.last, exact.value)
        week = week or look(self.calendar.next_week, self.page, name[1])
        later = look(self.calendar.weeks_on, self.page, name[1]) if before is None else None
        if later is not None:  # "friday week"
            return Dated(begin, later[1], self.near(name[0], 2) + timedelta(7 * later[0]))
        which = look(self.calendar.which_month, self.page, name[1]) if before is None else None
        if which is not None:  # "a friday next month" is several days
            return Dated(begin, which[1], None)
        after = None if before else look(self.calendar.coming, self.page, name[1])
        last = max(name[1], *(one[1] for one in (week, after) if one is not None), name[1])
        if week is not None:
            monday = self.today - timedelta(self.today.weekday())
            return Dated(begin, last, monday + timedelta(7 * week[0] + name[0]))
        sense = (coming or after or (2, 0))[0]
        span = self.counted(name[1]) if before is None and look(self.calendar.within, self.page, name[1]) else None
        if span is not None and span.value is not None and (span.value - self.today).days % 7 == 0:
            return Dated(begin, span.last, self.near(name[0], 2) + (span.value - self.today))
        return Dated(begin, last, self.near(name[0], sense), firm or after is not None)

    def page_comma(self, at: int) -> int:
        at += sign(self.page, at, ",.")
        return skip(self.calendar.day_word, self.page, skip(self.calendar.articles, self.page, at))

    def exact(self, at: int) -> Dated | None:
        """A day of the month behind the name of a weekday."""
        if at >= len(self.page):
            return None
        found = [self.day_month(at), self.month_day(at)]
        if self.page[at].whole:
            found += [
                numeric_day(self.page, at, self.setting.locale, self.today, asked=self.setting.asked),
                self.ordinal(at),
            ]
        return max((one for one in found if one is not None), key=lambda one: one.last, default=None)

    def numbered(self, at: int, weekday: int) -> Dated | None:
        """As in "martes 13", where the 13th is a Tuesday."""
        day = self.day_number(at, words=False)
        if day is None or self.clock_follows(day[1]) or self.word_follows(day[1]):
            return None
        value = self.next_day(day[0])
        return Dated(at, day[1], value) if value is not None and value.weekday() == weekday else None

    def near(self, weekday: int, sense: int) -> date:
        """`sense` 0 may be today, 1 and 2 (unsaid) are behind it, -1 before it."""
        ahead = (weekday - self.today.weekday()) % 7
        if sense == -1:
            return self.today - timedelta((-ahead) % 7 or 7)
        return self.today + timedelta(ahead if sense == 0 else ahead or 7)

    def day_month(self, at: int) -> Dated | None:
        """As in "5 May", "the 5th of May 2026", "primero de mayo", "5. März"."""
        first = skip(self.calendar.articles, self.page, at)
        day = self.day_number(first)
        if day is None:
            return None
        behind = day[1] + sign(self.page, day[1], ".-/")
        which = look(self.calendar.which_month, self.page, behind)
        if which is not None:
            return Dated(first, which[1], self.in_month(which[0], day[0]))
        at = skip(self.calendar.of, self.page, behind)
        month = look(self.calendar.months, self.page, at)
        if month is None:
            return None
        year, last = self.year(month[1] + sign(self.page, month[1], "-/"))
        if year is None:
            year, last = self.year(month[1] + sign(self.page, month[1], "."))
        return Dated(first, month[1] if year is None else last, day_of(year, month[0], day[0], self.today))

    def month_first(self, at: int) -> Dated | None:
        """As in "next month the 5th", "gelecek ayın 5'i"."""
        which = look(self.calendar.which_month, self.page, at)
        day = self.day_number(skip(self.calendar.articles, self.page, which[1]), words=False) if which else None
        if which is None or day is None or self.clock_follows(day[1]):
            return None
        return Dated(at, day[1], self.in_month(which[0], day[0]), firm=not self.word_follows(day[1]))

    def in_month(self, months: int, day: int) -> date | None:
        """A day of the month that lies so many months ahead."""
        month = add_months(self.today.replace(day=1), months)
        return day_of(month.year, month.month, day, self.today) if month else None

    def nth_weekday(self, at: int) -> Dated | None:
        """As in "the first monday of february", "last friday of the month", "şubatın ilk pazartesi günü"."""
        first = skip(self.calendar.articles, self.page, at)
        month = look(self.calendar.months, self.page, first)  # Turkish names it first
        nth = self.nth(month[1] if month else first)
        name = look(self.calendar.weekdays, self.page, nth[1]) if nth else None
        if nth is None or name is None:
            return None
        if month is not None:
            return Dated(first, name[1], self.nth_of(nth[0], name[0], month[0], None))
        which = look(self.calendar.which_month, self.page, name[1])
        if which is not None:
            start = add_months(self.today.replace(day=1), which[0])
            value = nth_day(nth[0], name[0], start) if start else None
            # What is over, and not said to be, may be meant for the next month: nothing is surer.
            return Dated(first, which[1], value if value and (which[0] or value >= self.today) else None)
        behind = max(skip(table, self.page, name[1]) for table in (self.calendar.of, self.calendar.within))
        month = look(self.calendar.months, self.page, behind)
        if month is None:  # "The second monday" of which month? "Last friday" is over.
            return Dated(first, name[1], None) if nth[0] > 0 else None
        year, last = self.year(month[1])
        return Dated(first, last if year else month[1], self.nth_of(nth[0], name[0], month[0], year))

    def nth(self, at: int) -> tuple[int, int] | None:
        """Which one of a month: "first", "2nd", -1 for "last"."""
        found = look(self.calendar.places, self.page, at)
        if found is not None:
            return found
        day = self.day_number(at, words=False)
        return day if day is not None and day[1] == at + 2 and day[0] <= 5 else None

    def nth_of(self, nth: int, weekday: int, month: int, year: int | None) -> date | None:
        """The first, second, last ... weekday of a month; without a year the next one from today on."""
        if year is not None:
            return nth_day(nth, weekday, date(year, month, 1))
        for ahead in (0, 1):
            found = nth_day(nth, weekday, date(self.today.year + ahead, month, 1))
            if found is not None and found >= self.today:
                return found
        return None

    def month_day(self, at: int) -> Dated | None:
        """As in "May 5", "January 9th, 2026"."""
        month = look(self.calendar.months, self.page, at)
        if month is None:
            return None
        behind = skip(self.calendar.articles, self.page, month[1] + sign(self.page, month[1], ".-"))
        day = self.day_number(behind, words=False)
        if day is None or self.clock_follows(day[1]):
            return None
        year, last = self.year(day[1])
        said = len(self.page[at].text) > 3 or self.page[day[1] - 1].text in self.calendar.suffixes or year is not None
        firm = said or not self.word_follows(last)
        return Dated(at, day[1] if year is None else last, day_of(year, month[0], day[0], self.today), firm)

    def ordinal(self, at: int) -> Dated | None:
        """As in "the 5th", "el día 5", "am 5."; surer when no word follows that it could count."""
        lead, begin = at, skip(self.calendar.day_word, self.page, at)
        firm = begin > at
        at = begin if firm else skip(self.calendar.articles, self.page, at)
        article = at > begin or firm or ends_before(self.calendar.articles, self.page, at) is not None
        day = self.day_number(at, words=article)
        if day is None or not article or self.clock_follows(day[1]):
            return None
        suffix = self.page[day[1] - 1].text in self.calendar.suffixes and day[1] - at == 2
        point = self.calendar.language in ("de", "tr") and sign(self.page, day[1], ".") and self.page[day[1]].joined
        firm = (firm or suffix or point) and not self.word_follows(day[1] + point)
        which = look(self.calendar.which_month, self.page, day[1] + point)
        if which is not None:
            return Dated(lead, which[1], self.in_month(which[0], day[0]))
        # The word before it belongs to it: "le 9" is a day, and no 9.
        return Dated(lead, day[1], self.next_day(day[0]), firm)

    def counted(self, at: int) -> Dated | None:
        """As in "in 3 days", "3 days ago", "hace 3 días", "a week from now"."""
        within = look(self.calendar.within, self.page, at)
        ago = look(self.calendar.ago_before, self.page, at)
        number = count(self.page, (within or ago or (0, at))[1], self.calendar.numbers)
        unit = look(self.calendar.units, self.page, number[1]) if number else None
        if number is None or unit is None or unit[0] < DAY:
            return None
        if within or ago:
            return self.shifted(at, unit[1], number[0], unit[0], past=within is None)
        base = look(self.calendar.after_day, self.page, unit[1]) if self.setting.asked else None
        if base is None and self.setting.asked and unit[0] == WEEK and look(self.calendar.weekdays, self.page, unit[1]):
            base = 0, unit[1]  # "a week friday"
        start = self.at(base[1]) if base and base[1] < len(self.page) and not self.page[base[1]].number else None
        if start is not None and start.value is not None:
            return self.shifted(at, start.last, number[0], unit[0], past=False, base=start.value)
        later, past = look(self.calendar.later, self.page, unit[1]), look(self.calendar.ago, self.page, unit[1])
        behind = later or past
        return self.shifted(at, behind[1], number[0], unit[0], past=later is None) if behind else None

    def shifted(self, first: int, last: int, amount: int, unit: int, *, past: bool, base: date | None = None) -> Dated:
        amount, base = -amount if past else amount, base or self.today
        if unit in (MONTH, YEAR):
            value = add_months(base, amount * (12 if unit == YEAR else 1))
        else:
            step = amount * (unit // DAY if unit != WEEK else 7)
            value = base + timedelta(step) if abs(step) <= FURTHEST else None
        return Dated(first, last, value)

    def end(self, at: int) -> Dated | None:
        """As in "end of the month", "end of January"."""
        found = look(self.calendar.ends, self.page, at)
        if found is not None:
            if found[0] == 12:
                return Dated(at, found[1], date(self.today.year, 12, 31))
            return Dated(at, found[1], last_of(add_months(self.today.replace(day=1), found[0])))
        found = look(self.calendar.end_of, self.page, at)
        month = look(self.calendar.months, self.page, skip(self.calendar.of, self.page, found[1])) if found else None
        if month is None:
            return None
        said, last = self.year(month[1])
        year = said or self.today.year + (month[0] < self.today.month)
        return Dated(at, last if said else month[1], last_of(date(year, month[0], 1)))

    # --- their parts -----------------------------------------------------------------------------------------------

    def day_number(self, at: int, *, words: bool = True) -> tuple[int, int] | None:
        """A day of the month: "5", "5th", "fifth", "cinco"."""
        if at >= len(self.page):
            return None
        if self.page[at].number:
            if not self.page[at].whole or len(self.page[at].text) > 2 or self.part_of_number(at):
                return None
            day, at = int(self.page[at].text), at + 1
            if at < len(self.page) and self.page[at].joined and self.page[at].text in self.calendar.suffixes:
                at += 1
        else:
            found = look(self.calendar.ordinals, self.page, at)
            found = found or (look(self.calendar.numbers, self.page, at) if words else None)
            if found is None:
                return None
            day, at = found
        return (day, at) if 1 <= day <= 31 else None

    def part_of_number(self, at: int) -> bool:
        """Whether a number goes on before or behind a sign: "1.5", "12:30"."""
        before = at > 1 and self.page[at].joined and sign(self.page, at - 1, ".,:/") and self.page[at - 2].number
        if before and self.page[at - 1].joined:
            return True
        behind = sign(self.page, at + 1, ",:/") or (sign(self.page, at + 1, ".") and not sign(self.page, at + 2, "."))
        return behind and at + 2 < len(self.page) and self.page[at + 2].number and self.page[at + 2].joined

    def year(self, at: int) -> tuple[int | None, int]:
        """A year of four digits, behind a comma or "of"."""
        at = skip(self.calendar.of, self.page, at + sign(self.page, at, ","))
        if at < len(self.page) and self.page[at].number and len(self.page[at].text) == 4:
            year = int(self.page[at].text)
            if year in YEARS and not (sign(self.page, at + 1, ":") and self.page[at + 1].joined):
                return year, at + 1
        return None, at

    def clock_follows(self, at: int) -> bool:
        """Whether the number before this lexeme is an hour: "May 5pm", "12:30"."""
        if at >= len(self.page):
            return False
        if sign(self.page, at, ":") and self.page[at].joined:
            return True
        words = (self.calendar.parts, self.calendar.clock_words, self.calendar.units)
        return self.page[at].joined and any(look(table, self.page, at) for table in words)

    def word_follows(self, at: int) -> bool:
        """Whether a word of content follows, so that a number before it counts something: "the 5th order"."""
        if at >= len(self.page) or not self.page[at].text.isalpha():
            return False
        words = words_for(self.calendar.language)
        return self.page[at].text not in words.stop and self.page[at].text not in words.filler

    def next_day(self, day: int) -> date | None:
        """The next month's day of that number, from today on."""
        month = self.today.replace(day=1)
        for ahead in range(3):
            start = add_months(month, ahead)
            if start is not None and day <= monthrange(start.year, start.month)[1]:
                found = start.replace(day=day)
                if found >= self.today:
                    return found
        return None


def nth_day(nth: int, weekday: int, month: date) -> date | None:
    """The first, second ... weekday of the month that begins on this day, -1 the last; None where it has fewer."""
    if nth < 0:
        end = month.replace(day=monthrange(month.year, month.month)[1])
        return end - timedelta((end.weekday() - weekday) % 7)
    found = month + timedelta((weekday - month.weekday()) % 7 + 7 * (nth - 1))
    return found if found.month == month.month else None


READERS: tuple[tuple[str, Callable[[DayReader, int], Dated | None]], ...] = (
    ("days", DayReader.named),
    ("weekdays", DayReader.weekday),
    ("short_weekdays", DayReader.weekday),
    ("coming", DayReader.weekday),
    ("next_week", DayReader.weekday),
    ("months", DayReader.month_day),
    ("months", DayReader.nth_weekday),
    ("places", DayReader.nth_weekday),
    ("articles", DayReader.nth_weekday),
    ("which_month", DayReader.month_first),
    ("numbers", DayReader.day_month),
    ("ordinals", DayReader.day_month),
    ("numbers", DayReader.counted),
    ("within", DayReader.counted),
    ("ago_before", DayReader.counted),
    ("articles", DayReader.day_month),
    ("articles", DayReader.ordinal),
    ("day_word", DayReader.ordinal),
    ("ends", DayReader.end),
    ("end_of", DayReader.end),
)
"""Which table's words a form may begin with."""

OPENINGS: Mapping[str, Mapping[str, tuple[Callable[[DayReader, int], Dated | None], ...]]] = {
    name: {
        word: tuple(reads for table, reads in READERS if word in getattr(calendar, table).firsts)
        for word in {word for table, _ in READERS for word in getattr(calendar, table).firsts}
    }
    for name, calendar in CALENDARS.items()
}
"""Language -> word -> the forms that may begin with it."""

TELLING: Mapping[str, frozenset[str]] = {
    name: telling(
        words.months, words.weekdays, words.short_weekdays, words.days, words.ends, words.units, words.ordinals
    )
    for name, words in CALENDARS.items()
}
"""Language -> words without one of which, or a number, there is no day."""
