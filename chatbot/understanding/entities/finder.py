"""What every kind of value offers: find its values in a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatbot.types import Found


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a text was written: the contact's locale, zone and country, the event's time (ms).

    `asked`: this very kind was asked for, so that what is only likely elsewhere ("at 8") is meant; `spelled`: there may
    be numbers in words.
    """

    locale: str = "en"
    now: int = 0
    timezone: str = "UTC"
    country: str = ""
    asked: bool = True
    spelled: bool = True

    @property
    def zone(self) -> ZoneInfo:
        """The contact's time zone; UTC where the name is none."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    @property
    def moment(self) -> datetime:
        """The event's time on the contact's clock."""
        return datetime.fromtimestamp(self.now / 1000, UTC).astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.moment.date()


class Finder(Protocol):
    """Values in the order of the text, repeated ones included; positions are those of `text` as given."""

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]: ...
