"""Moments as authors and services write them: a time of day, a day, or both."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

MORNING: Final = time(9)
"""When a day without a time begins: nobody wants a reminder at midnight."""

_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?", re.ASCII)


def is_moment(text: str) -> bool:
    """Whether `read_moment` can read this text."""
    return read_moment(text, datetime(2000, 1, 1, tzinfo=None)) is not None  # noqa: DTZ001 - only whether it reads


def read_moment(text: str, now: datetime) -> datetime | None:
    """The moment a text names, on the clock of `now`: `18:00` (the next one), `2026-12-24` (at nine), or both.

    A text with an offset (`...+01:00`, `...Z`) is on its own clock. None for anything else.
    """
    text = text.strip()
    try:
        if _CLOCK.fullmatch(text):
            hour, minute, *second = (int(part) for part in text.split(":"))
            today = now.replace(hour=hour, minute=minute, second=second[0] if second else 0, microsecond=0)
            return today if today > now else today + timedelta(days=1)
        if len(text) == len("2026-12-24"):
            return datetime.combine(date.fromisoformat(text), MORNING, now.tzinfo)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)
