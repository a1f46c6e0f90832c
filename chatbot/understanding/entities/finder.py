"""What every kind of value offers: find its values in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chatbot.types import Found


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a text was written: the contact's locale, the event's time (ms)."""

    locale: str = "en"
    now: int = 0


class Finder(Protocol):
    """Values in the order of the text, repeated ones included; positions are those of `text` as given."""

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]: ...
