"""One web chat account: settings, what a page may post, and waking the pages that wait.

Sending is no remote call: the outbox row, once it is being sent, is what the page reads from the transcript.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from chatbot.channels.protocol import ChannelSettings, Unsettled, read_settings
from chatbot.channels.webchat import parsing
from chatbot.channels.webchat.notifier import Notifier
from chatbot.channels.webchat.rendering import WebChatRenderer
from chatbot.types import Inbound, Json

if TYPE_CHECKING:
    import aiohttp


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError("must be an origin such as https://shop.example")
    return f"{parts.scheme}://{parts.netloc}".lower()


class WebChatSettings(ChannelSettings):
    """`channels.<account>` in bot.yaml. `origins`: pages elsewhere that may embed the widget."""

    kind: Literal["webchat"] = "webchat"
    api_url: str = ""
    """Every channel takes it; here there is no remote platform to call."""
    origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = ()
    title: Annotated[str, Field(max_length=80)] = "Chat"
    welcome: Annotated[str, Field(max_length=300)] = "Hello! How can we help you today?"
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f5eff"


class WebChat(WebChatRenderer):
    """Satisfies `Platform`, plus what the server's chat routes ask."""

    kind: Final = "webchat"
    unsettled: Unsettled = "resend"
    idempotent: Final = True

    def __init__(self, account: str, settings: WebChatSettings) -> None:
        self.account = account
        self.settings = settings
        self.notifier = Notifier()

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        del session
        return cls(account, read_settings(WebChatSettings, account, settings))

    def handshake(self, query: Mapping[str, str]) -> str | None:
        del query
        return None

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """The page posts to /chat, where its session token is what counts; there is no signed webhook."""
        del headers, raw
        return False

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        """What the page posts, dated by our clock: a page may not choose its place in the order."""
        return tuple(replace(each, timestamp=int(time.time() * 1000)) for each in parsing.parse(raw, self.account))

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """The row is visible from now on: wake who waits for it."""
        del body
        self.notifier.ring(recipient)
        return reference

    async def typing(self, recipient: str) -> None:
        self.notifier.ring(recipient, typing=True)
