"""Which emoji a platform takes as a reaction to a message."""

from __future__ import annotations

from typing import Final

from chatbot.policy.capabilities import Capabilities
from chatbot.policy.emoji import is_emoji

_VARIATION: Final = "\N{VARIATION SELECTOR-16}"


def fitting(emoji: str, limits: Capabilities) -> str | None:
    """The emoji as the platform writes it, None if it takes none or not this one; "" takes a reaction back."""
    if not limits.reactions:
        return None
    if not emoji:
        return ""
    if not limits.emoji:
        return emoji if is_emoji(emoji) else None
    return next((each for each in limits.emoji if _plain(each) == _plain(emoji)), None)


def _plain(emoji: str) -> str:
    """Without the sign that asks for colors: keyboards write it, platforms leave it out."""
    return emoji.replace(_VARIATION, "")
