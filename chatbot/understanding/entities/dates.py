"""Days of the calendar: what exists, what comes next, what lies months away."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date
from typing import NamedTuple

YEARS = range(1900, 2200)
FURTHEST = 200 * 366
"""Days from now that "in ... days" may reach."""


class Dated(NamedTuple):
    """Lexemes [first, last) are a day; None: they look like one and are none ("31 April"). `firm`: sure unasked."""

    first: int
    last: int
    value: date | None
    firm: bool = True


def day_of(year: int | None, month: int, day: int, today: date) -> date | None:
    """A day of the calendar, None where there is none; without a year the next one from today on."""
    if year is not None:
        return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000, month)[1]:
        return None
    year = today.year + ((month, day) < (today.month, today.day))
    while (month, day) == (2, 29) and not isleap(year):
        year += 1
    return date(year, month, day)


def add_months(day: date, months: int) -> date | None:
    """The same day of another month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year not in YEARS:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_of(month: date | None) -> date | None:
    return month.replace(day=monthrange(month.year, month.month)[1]) if month else None
