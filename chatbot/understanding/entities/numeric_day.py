"""Dates in numbers alone: ISO, and day and month in the locale's order."""

from __future__ import annotations

from datetime import date

from chatbot.understanding.entities.dates import Dated, day_of
from chatbot.understanding.entities.lexemes import Page
from chatbot.understanding.entities.locales import YEAR_FIRST, dotted, month_first
from chatbot.understanding.words import language_of

SIGNS = "-/."


def numeric_day(page: Page, at: int, locale: str, today: date, *, asked: bool) -> Dated | None:
    """A date of numbers and signs without blanks that begins here, and is no part of a longer row of numbers."""
    if at > 1 and page[at].joined and page[at - 1].text in "-/.:" and page[at - 1].joined and page[at - 2].number:
        return None
    numbers, signs, last = row(page, at)
    if last < len(page) and page[last].joined and page[last].text.isalpha() and page[last].text != "t":
        return None
    if len(numbers) == 3 and len(set(signs)) == 1:
        return full(numbers, signs[0], at, locale, today)
    if len(numbers) == 2:
        return short(page, at, numbers, signs[0], locale, today, asked=asked)
    return None


def row(page: Page, at: int) -> tuple[list[str], list[str], int]:
    """The numbers from here on with the signs between them, and the lexeme behind."""
    numbers, signs = [page[at].text], []
    last = at + 1
    while (
        last + 1 < len(page)
        and page[last].text in SIGNS
        and page[last].joined
        and page[last + 1].number
        and page[last + 1].joined
        and len(numbers) < 5
    ):
        signs.append(page[last].text)
        numbers.append(page[last + 1].text)
        last += 2
    return numbers, signs, last


def full(numbers: list[str], sign: str, at: int, locale: str, today: date) -> Dated | None:
    """Day, month and year."""
    sizes = [len(number) for number in numbers]
    first, second, third = map(int, numbers)
    if sizes[0] == 4 and max(sizes[1:]) <= 2:
        return Dated(at, at + 5, day_of(in_range(first), second, third, today) if in_range(first) else None)
    if sizes[2] not in (2, 4) or max(sizes[:2]) > 2:
        return None
    if sizes[2] == 2 and language_of(locale) in YEAR_FIRST and language_of(locale) != "hu":
        return Dated(at, at + 5, day_of(century(first), second, third, today))
    year = third if sizes[2] == 4 else century(third)
    value = in_order(in_range(year), first, second, locale, today) if in_range(year) else None
    # "1.2.26" may be a version of something.
    return Dated(at, at + 5, value, sizes[2] == 4 or sign == "/" or dotted(locale))


def short(page: Page, at: int, numbers: list[str], sign: str, locale: str, today: date, *, asked: bool) -> Dated | None:
    """Day and month. "3.5" is a day only where a point ends it, or where one is asked for and days look like that."""
    if max(map(len, numbers)) > 2:
        return None
    last = at + 3
    ended = sign == "." and last < len(page) and page[last].text == "." and page[last].joined and dotted(locale)
    if sign == "." and not ended and not (asked and dotted(locale)):
        return None
    if (sign == "-" and not asked) or numbers == ["24", "7"]:
        return None
    value = in_order(None, int(numbers[0]), int(numbers[1]), locale, today)
    if value is None:
        return None
    return Dated(at, last + ended, value, ended or (sign == "/" and max(map(len, numbers)) == 2))


def in_order(year: int | None, first: int, second: int, locale: str, today: date) -> date | None:
    """Day and month as the locale writes them; the other way round where only that is a day ("31/12")."""
    day, month = (second, first) if month_first(locale) else (first, second)
    return day_of(year, month, day, today) or (day_of(year, day, month, today) if month > 12 else None)


def in_range(year: int) -> int | None:
    return year if 1900 <= year < 2200 else None


def century(year: int) -> int:
    """26 is 2026, 85 is 1985."""
    return year + (2000 if year < 70 else 1900)
