"""Which platforms want a customer's opt-in on record before they hear from us unasked, as one table. Pure.

Unasked is what no longer answers the customer: what is said after the window has closed, or, where a platform has
none, a day after they last wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class OptIn:
    """`wanted`: without one nothing goes out unasked. `source` is where that is written, or why it need not be."""

    wanted: bool
    source: str


OPT_INS: Final[Mapping[str, OptIn]] = {
    "messenger": OptIn(False, "the window rules: nothing goes out unasked at all"),
    "instagram": OptIn(False, "the window rules: nothing goes out unasked at all"),
    "tiktok": OptIn(False, "the window rules: nothing goes out unasked at all"),
    "whatsapp": OptIn(True, "WhatsApp Business Messaging Policy: https://business.whatsapp.com/policy"),
    "x": OptIn(True, "X automation rules: https://help.x.com/en/rules-and-policies/x-automation"),
    "telegram": OptIn(False, "who pressed Start has opted in, and no bot can write to others: Telegram Bot FAQ"),
    "webchat": OptIn(False, "our own page: nothing is shown but to who opens the chat again"),
    "console": OptIn(False, "no platform"),
}
"""By kind of channel. What is not here - a bridge, a channel of your own - is taken to want one."""

_OTHERS: Final = OptIn(True, "its rules are not known here, so the strict ones hold")


def opt_in_rule(channel: str) -> OptIn:
    return OPT_INS.get(channel, _OTHERS)
