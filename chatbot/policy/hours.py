"""Business hours: whether a moment lies within them, on the clock of their own time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[int, int]
"""Minutes after midnight: from the first, up to but without the second. 24:00 is 1440."""

_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`week` has seven entries, Monday first; `holidays` are dates (ISO) on which nothing is open."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[str]

    def is_open(self, at: int) -> bool:
        """Whether they are open now (ms since 1970 UTC). A span past midnight belongs to the day it began."""
        here = datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone)
        minute = here.hour * 60 + here.minute
        yesterday = here.date() - timedelta(days=1)
        today = [] if here.date().isoformat() in self.holidays else self.week[here.weekday()]
        before = [] if yesterday.isoformat() in self.holidays else self.week[yesterday.weekday()]
        return any(start <= minute < (end if end > start else 1440) for start, end in today) or any(
            end <= start and minute < end for start, end in before
        )


def opening_hours(timezone: str, week: Mapping[str, Sequence[str]], holidays: Sequence[str]) -> OpeningHours:
    """From what an author writes: {"mon-fri": ["09:00-13:30", "15:00-19:00"], "sat": [...]}.

    Raises ValueError that says which part is wrong and how it should look.
    """
    try:
        zone = ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {timezone!r}; they look like Europe/Madrid") from None
    days: list[tuple[Span, ...]] = [()] * 7
    for name, spans in week.items():
        for day in _days(name):
            days[day] += tuple(_span(span) for span in spans)
    for holiday in holidays:
        try:
            datetime.strptime(holiday, "%Y-%m-%d")  # noqa: DTZ007 - a date of the calendar, not a moment
        except ValueError:
            raise ValueError(f"{holiday!r} is not a date; write it like 2026-12-25") from None
    return OpeningHours(zone, tuple(days), frozenset(holidays))


def _days(name: str) -> range | list[int]:
    first, _, last = name.strip().lower().partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError(f"{name!r} is not a day or a span of days; write mon, or mon-fri")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a span of hours; write 09:00-17:30")
    start, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    if start >= 1440 or end > 1440 or int(found[2]) > 59 or int(found[4]) > 59 or start == end:
        raise ValueError(f"{text!r} is not a span of hours of one day; write 09:00-17:30")
    return start, end
