"""Which class speaks for which channel kind, loaded when first asked for.

A table of names, not of classes: `chatbot --help` must not import aiohttp. Channels of other packages join it by entry
point (docs/how-to/add-a-channel.md); nothing here runs at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from chatbot.channels.protocol import ChannelSettings, Platform
from chatbot.conversation.ports import Renderer
from chatbot.errors import OperatorError
from chatbot.types import Inbound, Json

if TYPE_CHECKING:
    import aiohttp

    from chatbot.channels.tokens import TokenStore


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind's parts live, as "module:name"; the renderer needs no settings and no network.

    `parser` reads bodies without settings, for `chatbot parse`; `settings` is the model of an account in bot.yaml, for
    `chatbot check`, in a module that loads no network. "" when there is none.
    """

    channel: str
    renderer: str
    parser: str = ""
    settings: str = ""


def _own(kind: str, name: str) -> Kind:
    """One of our own packages: the same modules in each."""
    package = f"chatbot.channels.{kind}"
    return Kind(
        f"{package}.channel:{name}",
        f"{package}.rendering:{name}Renderer",
        f"{package}.parsing:parse",
        f"{package}.settings:{name}Settings",
    )


KINDS: Final[Mapping[str, Kind]] = {
    "messenger": _own("messenger", "Messenger"),
    "instagram": _own("instagram", "Instagram"),
    "whatsapp": _own("whatsapp", "WhatsApp"),
    "telegram": _own("telegram", "Telegram"),
    "x": _own("x", "X"),
    "tiktok": _own("tiktok", "TikTok"),
    "bridge": _own("bridge", "Bridge"),
    "webchat": _own("webchat", "WebChat"),
    "console": Kind(
        "chatbot.channels.console:Console", "chatbot.channels.console:ConsoleRenderer",
        settings="chatbot.channels.console:ConsoleSettings",
    ),
}  # fmt: skip

PARSERS: Final = ("messenger", "instagram", "whatsapp", "x", "telegram", "tiktok", "webchat", "bridge")
"""Our kinds whose webhook bodies can be read."""

GROUP: Final = "chatbot.channels"
"""Entry points by which other packages bring channels: the name of each is its kind, its value a `Kind`."""


class Parse(Protocol):
    """A body to its events, without settings; `own_id` is the account's id at the platform, where that is known."""

    def __call__(self, raw: bytes, account: str, own_id: str = "", /) -> tuple[Inbound, ...]: ...


def known_kinds() -> tuple[str, ...]:
    """The names of all kinds, those of other packages included, which are not loaded for it."""
    return tuple(sorted({*KINDS, *entry_points(group=GROUP).names}))


def parser(kind: str) -> Parse:
    """How bodies of a channel kind are read. Raises OperatorError."""
    found = KINDS.get(kind) or _installed(kind)
    if found is None or not found.parser:
        raise OperatorError(f"kind: no webhooks of {kind!r} can be read; there are {', '.join(PARSERS)}")
    return cast("Parse", _load(found.parser))


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
    if tokens is not None:
        from chatbot.channels.tokens import Rotating  # noqa: PLC0415 - with it comes aiohttp, which a check need not load

        if isinstance(channel, Rotating):
            channel.keep_tokens(tokens)
    return channel


def renderer(kind: str) -> Renderer:
    """The pure half of a channel kind, for tests, checks and the simulator. Raises OperatorError."""
    return cast("Renderer", _load(_kind(kind, "kind").renderer)())


def settings_of(kind: str) -> type[ChannelSettings] | None:
    """What an account of a kind may say in bot.yaml; None where nobody tells. Raises OperatorError."""
    found = KINDS.get(kind) or _installed(kind)
    return cast("type[ChannelSettings]", _load(found.settings)) if found is not None and found.settings else None


def _kind(kind: str, where: str) -> Kind:
    found = KINDS.get(kind) or _installed(kind)
    if found is None:
        raise OperatorError(f"{where}: no channel is called {kind!r}; there are {', '.join(known_kinds())}")
    return found


def _installed(kind: str) -> Kind | None:
    """What another package brings; our own kinds cannot be replaced."""
    for entry in entry_points(group=GROUP, name=kind):
        package = entry.dist.name if entry.dist is not None else entry.value
        try:
            found = entry.load()
        except Exception as error:
            raise OperatorError(f"the channel {kind!r} of {package} cannot be loaded: {error}") from error
        if not isinstance(found, Kind):
            raise OperatorError(f"the channel {kind!r} of {package} is no chatbot.channels.registry.Kind")
        return found
    return None


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
