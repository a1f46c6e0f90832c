"""Who may speak, and when that changes: the conversation's life as one literal table.

Two axes: `status` (open, snoozed, resolved) is the conversation's life, `control` (bot, queued, human) says who may
speak. Everything that moves a conversation must stand in TRANSITIONS; the docs' diagram is drawn from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from chatbot.types import Control, Status

Trigger = Literal[
    "inbound", "handoff", "claim", "cancel", "take_over", "echo", "transfer", "release", "resolve", "native_idle"
]
Place = tuple[Status, Control]

TRANSITIONS: Final[Mapping[tuple[Place, Trigger], Place]] = {
    (("open", "bot"), "inbound"): ("open", "bot"),
    (("open", "queued"), "inbound"): ("open", "queued"),
    (("open", "human"), "inbound"): ("open", "human"),
    (("resolved", "bot"), "inbound"): ("open", "bot"),
    (("open", "bot"), "handoff"): ("open", "queued"),
    (("open", "queued"), "claim"): ("open", "human"),
    (("open", "queued"), "cancel"): ("open", "bot"),
    (("open", "bot"), "take_over"): ("open", "human"),
    (("open", "queued"), "take_over"): ("open", "human"),
    (("resolved", "bot"), "take_over"): ("open", "human"),
    (("open", "bot"), "echo"): ("open", "human"),
    (("open", "queued"), "echo"): ("open", "human"),
    (("open", "human"), "echo"): ("open", "human"),
    (("resolved", "bot"), "echo"): ("open", "human"),
    (("open", "human"), "transfer"): ("open", "queued"),
    (("open", "human"), "release"): ("open", "bot"),
    (("open", "queued"), "release"): ("open", "bot"),
    (("open", "human"), "native_idle"): ("open", "bot"),
    (("open", "bot"), "resolve"): ("resolved", "bot"),
    (("open", "queued"), "resolve"): ("resolved", "bot"),
    (("open", "human"), "resolve"): ("resolved", "bot"),
}

COMMANDS_SEEN: Final[Mapping[Control, frozenset[str]]] = {
    "bot": frozenset({"human", "cancel", "opt_out", "opt_in", "delete_data", "restart", "help", "emergency"}),
    "queued": frozenset({"human", "cancel", "opt_out", "opt_in", "delete_data", "restart", "help", "emergency"}),
    "human": frozenset({"opt_out", "opt_in", "delete_data", "emergency"}),
}
"""Which commands the bot still answers, by who is in control."""


def move(status: Status, control: Control, trigger: Trigger) -> Place | None:
    """Where a trigger leads from here; None when it is not possible here."""
    return TRANSITIONS.get(((status, control), trigger))


def epoch_rises(before: Control, after: Control) -> bool:
    """Control epochs rise on entering and on leaving `human`: bot rows planned before then are void."""
    return (before == "human") != (after == "human")
