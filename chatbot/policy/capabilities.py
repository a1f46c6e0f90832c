"""What each channel kind can show, as one table: rendering degrades by it, `check` warns by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from chatbot.types import AttachmentKind

FILES: Final[frozenset[AttachmentKind]] = frozenset({"image", "audio", "voice", "video", "file"})
"""What is behind an address and can be shown or played."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Limits of one channel kind; 0 means the channel has no such thing.

    `text_limit` counts `text_unit`. `options` are quick replies, `buttons` stay with their message; the `_title` and
    `_text` limits (of the text beside them) count characters, `payload` bytes.
    """

    text_limit: int
    text_unit: Literal["characters", "bytes"] = "characters"
    options: int = 0
    option_title: int = 20
    option_text: int = 0
    """The longest text that quick replies stand under; 0 means any text will do."""
    buttons: int = 0
    button_title: int = 20
    button_text: int = 640
    payload: int = 1000
    links: bool = True
    """URL buttons stay buttons; otherwise the link is written out."""
    cards: int = 0
    card_title: int = 80
    card_text: int = 80
    """How many cards stand side by side, and how many characters each takes."""
    media: frozenset[AttachmentKind] = FILES
    """The attachments shown as what they are; of others the words and the address are written out."""
    typing: bool = False
    stop_is_opt_out: bool = False
    """A lone "stop" revokes consent here, as the platform demands; elsewhere it cancels."""


CAPABILITIES: Final[Mapping[str, Capabilities]] = {
    "messenger": Capabilities(2000, options=13, buttons=3, cards=10, typing=True, stop_is_opt_out=True),
    "instagram": Capabilities(
        1000, text_unit="bytes", options=13, buttons=3, cards=10, typing=True, stop_is_opt_out=True
    ),
    # A list has 10 rows, and a link stands alone in a message: with other ways on beside it, it is written out.
    "whatsapp": Capabilities(
        4096, options=10, option_title=24, option_text=1024, payload=200, links=False, stop_is_opt_out=True
    ),
    # The current API shows no ways on at all: they are written out, and answered by number.
    "x": Capabilities(10_000, links=False, media=frozenset({"image", "video"}), stop_is_opt_out=True),
    "telegram": Capabilities(
        4096,
        options=100,
        option_title=64,
        buttons=100,
        button_title=64,
        button_text=4096,
        payload=64,
        typing=True,
    ),
    # A question card: three answers under a title, no links.
    "tiktok": Capabilities(
        6000,
        options=3,
        option_title=40,
        option_text=40,
        payload=40,
        links=False,
        media=frozenset({"image"}),
        typing=True,
    ),
    "webchat": Capabilities(
        8000,
        options=20,
        option_title=80,
        buttons=20,
        button_title=80,
        button_text=8000,
        cards=20,
        card_title=200,
        card_text=1000,
        typing=True,
    ),
    # What stands behind a bridge is the partner's to know; this is what most can show in some way.
    "bridge": Capabilities(4000, options=13, buttons=10, button_text=4000, cards=10, card_title=200, card_text=1000),
    "console": Capabilities(100_000),
}
