"""Which class speaks for which channel kind, loaded when first asked for.

A table of names, not of classes: `chatbot --help` must not import aiohttp. Channels from outside will join it by
entry point; nothing here runs at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from chatbot.channels.protocol import Platform
from chatbot.channels.tokens import Rotating, TokenStore
from chatbot.conversation.ports import Renderer
from chatbot.errors import OperatorError
from chatbot.types import Inbound, Json

if TYPE_CHECKING:
    import aiohttp


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind's two halves live, as "module:Class"; the renderer needs no settings and no network."""

    channel: str
    renderer: str


KINDS: Final[Mapping[str, Kind]] = {
    "messenger": Kind(
        "chatbot.channels.messenger.channel:Messenger", "chatbot.channels.messenger.rendering:MessengerRenderer"
    ),
    "instagram": Kind(
        "chatbot.channels.instagram.channel:Instagram", "chatbot.channels.instagram.rendering:InstagramRenderer"
    ),
    "whatsapp": Kind(
        "chatbot.channels.whatsapp.channel:WhatsApp", "chatbot.channels.whatsapp.rendering:WhatsAppRenderer"
    ),
    "telegram": Kind(
        "chatbot.channels.telegram.channel:Telegram", "chatbot.channels.telegram.rendering:TelegramRenderer"
    ),
    "x": Kind("chatbot.channels.x.channel:X", "chatbot.channels.x.rendering:XRenderer"),
    "tiktok": Kind("chatbot.channels.tiktok.channel:TikTok", "chatbot.channels.tiktok.rendering:TikTokRenderer"),
    "bridge": Kind("chatbot.channels.bridge.channel:Bridge", "chatbot.channels.bridge.rendering:BridgeRenderer"),
    "webchat": Kind("chatbot.channels.webchat.channel:WebChat", "chatbot.channels.webchat.rendering:WebChatRenderer"),
    "console": Kind("chatbot.channels.console:Console", "chatbot.channels.console:ConsoleRenderer"),
}

PARSERS: Final = ("messenger", "instagram", "whatsapp", "x", "telegram", "tiktok", "webchat", "bridge")
"""Kinds whose webhook bodies can be read: `chatbot.channels.<kind>.parsing` holds each one's `parse`."""


class Parse(Protocol):
    """A body to its events, without settings; `own_id` is the account's id at the platform, where that is known."""

    def __call__(self, raw: bytes, account: str, own_id: str = "", /) -> tuple[Inbound, ...]: ...


def parser(kind: str) -> Parse:
    """How bodies of a channel kind are read. Raises OperatorError."""
    if kind not in PARSERS:
        raise OperatorError(f"kind: no webhooks of {kind!r} can be read; there are {', '.join(PARSERS)}")
    return cast("Parse", _load(f"chatbot.channels.{kind}.parsing:parse"))


def open_channel(
    account: str,
    settings: Mapping[str, Json],
    session: aiohttp.ClientSession | None = None,
    tokens: TokenStore | None = None,
) -> Platform:
    """The channel of one account; `settings` is its mapping in bot.yaml. Raises OperatorError.

    `tokens` keeps those that change as it runs.
    """
    kind = str(settings.get("kind", ""))
    opener = cast("type[Platform]", _load(_kind(kind, f"channels.{account}.kind").channel))
    channel = opener.open(account, settings, session)
    if tokens is not None and isinstance(channel, Rotating):
        channel.keep_tokens(tokens)
    return channel


def renderer(kind: str) -> Renderer:
    """The pure half of a channel kind, for tests, checks and the simulator. Raises OperatorError."""
    return cast("Renderer", _load(_kind(kind, "kind").renderer)())


def _kind(kind: str, where: str) -> Kind:
    found = KINDS.get(kind)
    if found is None:
        raise OperatorError(f"{where}: no channel is called {kind!r}; there are {', '.join(sorted(KINDS))}")
    return found


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
