"""What each channel kind can show, as one table: rendering degrades by it, `check` warns by it, the docs print it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from chatbot.types import AttachmentKind

FILES: Final[frozenset[AttachmentKind]] = frozenset({"image", "audio", "voice", "video", "file"})
"""What is behind an address and can be shown or played."""
EVERYTHING: Final[frozenset[AttachmentKind]] = FILES | {"location"}

TELEGRAM_EMOJI: Final = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 "
    "🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 "
    "🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡"
).split()  # fmt: skip
"""What a bot may react with. Docs: Telegram Bot API > Available types > ReactionTypeEmoji."""

Links: TypeAlias = Literal["buttons", "alone", "written"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Limits of one channel kind; 0 means the channel has no such thing.

    `text_limit` counts `text_unit`. `options` are quick replies, `rows` those of a list that is opened, `buttons` stay
    with their message. The `_title` and `_text` limits (of the text beside them) count characters, `payload` bytes.
    """

    text_limit: int
    text_unit: Literal["characters", "bytes"] = "characters"
    options: int = 0
    option_title: int = 20
    option_text: int = 0
    """The longest text that options or rows stand under; 0 means any text will do."""
    rows: int = 0
    row_title: int = 0
    row_text: int = 0
    """For what is too much for options: more of them, longer ones, or such with a line of text that says more."""
    buttons: int = 0
    button_title: int = 20
    button_text: int = 640
    ids_differ: bool = False
    """No two ways on may stand for the same."""
    payload: int = 1000
    """Longer ones are kept here, and what is sent names them: `policy.payloads`."""
    links: Links = "buttons"
    """URL buttons stand beside others, or alone under a text, or the link is written out."""
    cards: int = 0
    card_title: int = 80
    card_text: int = 80
    """How many cards stand side by side, and how many characters each takes."""
    cards_alone: int = 10
    """How many become messages of their own where none stand side by side; more of them are one text."""
    media: frozenset[AttachmentKind] = FILES
    """The attachments shown as what they are; of others the words and the address are written out."""
    captioned: frozenset[AttachmentKind] = frozenset()
    caption: int = 0
    """Which of them carry the text, so that both are one message, and how many characters of it."""
    caption_ways: int = 0
    """How many options or buttons may stand under the two."""
    sizes: Mapping[AttachmentKind, int] = field(default_factory=dict)
    """The largest file the platform fetches or takes, in MB of 1024 * 1024 bytes, where it says so."""
    typing: bool = False
    reactions: bool = False
    emoji: tuple[str, ...] = ()
    """Whether we may react to a customer's message, and with which emoji if not with any. Elsewhere nothing is sent."""
    stop_is_opt_out: bool = False
    """A lone "stop" revokes consent here, as the platform demands; elsewhere it cancels."""


CAPABILITIES: Final[Mapping[str, Capabilities]] = {
    "messenger": Capabilities(
        2000,
        options=13,
        buttons=3,
        cards=10,
        sizes={"image": 8, "audio": 25, "voice": 25, "video": 25, "file": 25},
        typing=True,
        reactions=True,
        stop_is_opt_out=True,
    ),
    "instagram": Capabilities(
        1000,
        text_unit="bytes",
        options=13,
        buttons=3,
        cards=10,
        sizes={"image": 8, "audio": 25, "voice": 25, "video": 25, "file": 25},
        typing=True,
        reactions=True,
        emoji=("❤",),
        stop_is_opt_out=True,
    ),
    "whatsapp": Capabilities(
        4096,
        options=3,
        option_title=20,
        option_text=1024,
        rows=10,
        row_title=24,
        row_text=72,
        ids_differ=True,
        button_text=1024,
        payload=200,
        links="alone",
        media=EVERYTHING,
        captioned=frozenset({"image", "video", "file"}),
        caption=1024,
        caption_ways=3,
        sizes={"image": 5, "audio": 16, "voice": 16, "video": 16, "file": 100},
        typing=True,
        reactions=True,
        stop_is_opt_out=True,
    ),
    # The current API shows no ways on at all: they are written out, and answered by number. Every message costs.
    # Words beside a picture leave room for its address: that stands there where X does not take the file.
    "x": Capabilities(
        10_000,
        links="written",
        media=frozenset({"image", "video"}),
        captioned=frozenset({"image", "video"}),
        caption=7_900,
        cards_alone=3,
        sizes={"image": 5, "video": 25},
        stop_is_opt_out=True,
    ),
    # It fetches less from an address than it takes as an upload.
    "telegram": Capabilities(
        4096,
        options=100,
        option_title=64,
        buttons=100,
        button_title=64,
        button_text=4096,
        payload=64,
        media=EVERYTHING,
        captioned=FILES,
        caption=1024,
        caption_ways=100,
        sizes={"image": 5, "audio": 20, "voice": 20, "video": 20, "file": 20},
        typing=True,
        reactions=True,
        emoji=tuple(TELEGRAM_EMOJI),
    ),
    # A question card: three answers under a title, no links. A window has ten messages.
    "tiktok": Capabilities(
        6000,
        options=3,
        option_text=40,
        rows=3,
        row_title=40,
        payload=40,
        links="written",
        cards_alone=3,
        media=frozenset({"image"}),
        sizes={"image": 3},
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
        media=EVERYTHING,
        captioned=EVERYTHING,
        caption=8000,
        caption_ways=20,
        typing=True,
    ),
    # What stands behind a bridge is the partner's to know; this is what most can show in some way.
    "bridge": Capabilities(
        4000,
        options=13,
        buttons=10,
        button_text=4000,
        cards=10,
        card_title=200,
        card_text=1000,
        media=EVERYTHING,
        captioned=EVERYTHING,
        caption=4000,
        caption_ways=13,
    ),
    "console": Capabilities(100_000, links="written"),
}
