"""What Graph tells of a customer, in our words.

Docs: Messenger Platform > User profile API; Instagram Platform > User profile API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatbot.channels.payload import number, text
from chatbot.types import Json

_NAMES: Final = (("name", "name"), ("first_name", "first_name"), ("last_name", "last_name"), ("username", "username"),
                 ("profile_pic", "picture"), ("locale", "locale"))  # fmt: skip


def profile_of(fields: Mapping[str, Any]) -> dict[str, Json]:
    """Only what is there. A time zone comes as hours from UTC, which is a zone without summer time."""
    known: dict[str, Json] = {ours: text(fields.get(theirs)) for theirs, ours in _NAMES}
    if not known["name"]:
        known["name"] = " ".join(filter(None, (text(fields.get("first_name")), text(fields.get("last_name")))))
    hours = number(fields.get("timezone"))
    if hours is not None and hours == int(hours) and -12 <= hours <= 14:
        known["timezone"] = f"Etc/GMT{-int(hours):+d}" if hours else "UTC"
    return {name: value for name, value in known.items() if value}
