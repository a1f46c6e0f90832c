"""The words of the language: check, `chatbot rule` and understanding's own test hold to them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Final

from chatbot.policy.capabilities import CAPABILITIES

SLOT_TYPES: Final = (
    "text", "number", "integer", "money", "date", "time", "datetime", "duration", "email", "phone", "url", "yes_no",
    "choice", "rating", "location", "attachment", "image", "file", "audio", "video",
)  # fmt: skip
"""The built-in types: exactly those that understanding reads (`BUILT_IN`), which a test holds."""

CHANNELS: Final = tuple(CAPABILITIES)


@cache
def installed_channels() -> frozenset[str]:
    """Kinds that other packages bring; worth a look only for a kind that is none of ours."""
    return frozenset(entry_points(group="chatbot.channels").names)


ROOTS: Final = ("contact", "conversation", "channel", "message", "now", "callback")
CONTACT: Final = (
    "id", "name", "first_name", "last_name", "username", "picture", "locale", "timezone", "country", "email", "phone",
    "tags", "blocked",
    "consent",
)  # fmt: skip
READ_ONLY: Final = ("id", "tags", "blocked", "consent")
"""Fields of a contact that no `set` changes."""
SYSTEM_FLOWS: Final = tuple(
    f"system.{name}" for name in (
        "greeting", "cancel", "clarify", "resume", "fallback", "error", "silent", "closed", "updated", "handoff",
        "not_sent", "opt_out", "opt_in", "delete_data", "emergency", "csat", "restart", "help",
    )
)  # fmt: skip
SYSTEM_EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "system.cancel": ("flow", "queued"),
    "system.clarify": ("options",),
    "system.closed": ("queue", "place", "waiting", "full", "reason"),
    "system.csat": (),
    "system.delete_data": ("held",),
    "system.emergency": (),
    "system.error": ("flow",),
    "system.fallback": ("rung", "options"),
    "system.greeting": ("options", "again"),
    "system.handoff": ("queue", "place", "waiting", "full", "reason", "again", "better"),
    "system.not_sent": ("reason", "flow"),
    "system.opt_out": ("action",),
    "system.resume": ("title", "next", "intent"),
    "system.silent": ("flow",),
    "system.updated": (),
}
"""What the engine tells each of these flows as `event.*`; a test holds the page of system flows to it."""
