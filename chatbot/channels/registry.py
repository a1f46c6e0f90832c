"""Which class speaks for which channel kind, loaded when first asked for.

A table of names, not of classes: `chatbot --help` must not import aiohttp. Channels from outside will join it by
entry point; nothing here runs at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from chatbot.channels.protocol import Platform
from chatbot.conversation.ports import Renderer
from chatbot.errors import OperatorError
from chatbot.types import Json

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
    "webchat": Kind("chatbot.channels.webchat.channel:WebChat", "chatbot.channels.webchat.rendering:WebChatRenderer"),
    "console": Kind("chatbot.channels.console:Console", "chatbot.channels.console:ConsoleRenderer"),
}


def open_channel(account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None = None) -> Platform:
    """The channel of one account; `settings` is its mapping in bot.yaml. Raises OperatorError."""
    kind = str(settings.get("kind", ""))
    opener = cast("type[Platform]", _load(_kind(kind, f"channels.{account}.kind").channel))
    return opener.open(account, settings, session)


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
