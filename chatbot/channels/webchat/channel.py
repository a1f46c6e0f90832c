"""One web chat account: who a visitor is, what a page may post, and waking the pages that wait.

Sending is no remote call: the outbox row, once it is being sent, is what the page reads from the transcript.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from chatbot.channels.payload import load_object
from chatbot.channels.protocol import ParseError, Unsettled, read_settings
from chatbot.channels.signing import hex_hmac, same
from chatbot.channels.webchat import parsing
from chatbot.channels.webchat.notifier import Notifier
from chatbot.channels.webchat.rendering import WebChatRenderer
from chatbot.channels.webchat.settings import WebChatSettings
from chatbot.types import Attachment, ConversationKey, Inbound, Json

if TYPE_CHECKING:
    import aiohttp


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

    def contact_of(self, session: Json) -> str:
        """Whose token this is; "" for what is no token, and for an identity that is not proven."""
        claimed = parsing.identity(session)
        if claimed is None:
            return parsing.contact_of(session)
        secret = self.settings.identity_secret
        if secret is None:
            return ""
        proof = hex_hmac(secret.get_secret_value(), claimed.user.encode())
        return parsing.contact_of_user(claimed.user) if same(proof, claimed.proof) else ""

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        body = load_object(raw, "a post of the web chat")
        contact = self.contact_of(body.get("session"))
        if not contact:
            raise ParseError("session is missing, not a session token, or not proven")
        return (self.read(contact, body),)

    def read(self, contact: str, body: Mapping[str, Any]) -> Inbound:
        """What a page of this contact says, dated by our clock: a page may not choose its place in the order.

        Raises ParseError.
        """
        return parsing.read(body, self.account, contact, int(time.time() * 1000))

    def attached(self, contact: str, message_id: str, attachment: Attachment) -> Inbound:
        """A file that a visitor sent and that is kept already."""
        now = int(time.time() * 1000)
        key = ConversationKey(self.account, contact)
        return Inbound(key, "attachment", message_id, now, attachments=(attachment,), raw_type="file")

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """The row is visible from now on: wake who waits for it."""
        del body
        self.notifier.ring(recipient)
        return reference

    async def typing(self, recipient: str) -> None:
        """That the bot is at work is in the store: whoever waits looks there."""
        self.notifier.ring(recipient)
