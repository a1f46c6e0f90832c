"""The terminal as a channel: plain text, options numbered, nothing remote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, Self

from chatbot.channels.degrading import degrade, describe
from chatbot.channels.payload import load, mapping, milliseconds, text
from chatbot.channels.protocol import ChannelSettings, ParseError, Unsettled, read_settings
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import ConversationKey, Inbound, Json, Message

if TYPE_CHECKING:
    import aiohttp

_CONTACT: Final = "console"


class ConsoleSettings(ChannelSettings):
    kind: Literal["console"] = "console"


class ConsoleRenderer:
    """Bodies are `{"text": ...}`."""

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["console"]

    def render(self, message: Message) -> tuple[Json, ...]:
        return tuple({"text": self._line(part)} for part in degrade(message, self.capabilities))

    @staticmethod
    def _line(part: Message) -> str:
        if part.attachment is None:
            return part.text
        return f"[{part.attachment.kind}] {describe(part.attachment)}"


class Console(ConsoleRenderer):
    """Satisfies `Platform`; what it sends, `print_line` shows."""

    kind: Final = "console"
    unsettled: Unsettled = "resend"
    idempotent: Final = True

    def __init__(self, account: str) -> None:
        self.account = account

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        del session
        read_settings(ConsoleSettings, account, settings)
        return cls(account)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        del query
        return None

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Nobody can post to a terminal."""
        del headers, raw
        return False

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        """`{"id": ..., "text": ..., "timestamp": ...}`: what `chatbot parse console` reads."""
        body = load(raw)
        if not isinstance(body, dict):
            raise ParseError("not an object")
        fields = mapping(body)
        key = ConversationKey(self.account, _CONTACT)
        at = milliseconds(fields.get("timestamp"))
        return (Inbound(key, "text", text(fields.get("id")), at, text(fields.get("text")), raw_type="text"),)

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        del recipient
        print(mapping(body).get("text", ""))  # noqa: T201 - the terminal is this platform's API
        return reference

    async def typing(self, recipient: str) -> None:
        del recipient
