"""One web chat account: settings, what a page may post, and waking the pages that wait.

Sending is no remote call: the outbox row, once it is being sent, is what the page reads from the transcript.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from chatbot.channels.payload import load, text
from chatbot.channels.protocol import ChannelSettings, ParseError, Unsettled, read_settings
from chatbot.channels.webchat.notifier import Notifier
from chatbot.channels.webchat.rendering import WebChatRenderer
from chatbot.types import ConversationKey, Inbound, Json

if TYPE_CHECKING:
    import aiohttp

MAX_TEXT: Final = 4000
MAX_PAYLOAD: Final = 1000
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits in base64url
_MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


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
        """`{"session", "id", "text"}`, or with `payload` and `title` for a pressed button.

        Raises ParseError saying which field is wrong.
        """
        body = load(raw)
        if not isinstance(body, dict):
            raise ParseError("not a JSON object")
        contact = contact_of(body.get("session"))
        if not contact:
            raise ParseError("session is missing or not a session token")
        message_id = body.get("id")
        if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
            raise ParseError("id must be 8 to 64 letters, digits, - or _")
        payload = text(body.get("payload"))
        said = text(body.get("title") if payload else body.get("text")).strip()
        if not said and not payload:
            raise ParseError("there is no text")
        if len(said) > MAX_TEXT or len(payload) > MAX_PAYLOAD:
            raise ParseError(f"the text is longer than {MAX_TEXT} characters")
        return (
            Inbound(
                ConversationKey(self.account, contact),
                "button" if payload else "text",
                # The page chose the id: with the contact in front it can only collide with its own.
                f"{contact}:{message_id}",
                int(time.time() * 1000),  # ours: a page may not choose its place in the order
                said,
                payload,
                raw_type="button" if payload else "text",
            ),
        )

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """The row is visible from now on: wake who waits for it."""
        del body
        self.notifier.ring(recipient)
        return reference

    async def typing(self, recipient: str) -> None:
        self.notifier.ring(recipient, typing=True)


def contact_of(session: Json) -> str:
    """The contact behind a session token, which itself is never stored; "" for what is no token."""
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        return ""
    return hashlib.sha256(b"webchat session " + session.encode("ascii")).hexdigest()[:32]
