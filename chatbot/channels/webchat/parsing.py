"""What a web chat page posts to the event in it. The session token proves who writes and is never stored."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from chatbot.channels.payload import load_object, text
from chatbot.channels.protocol import ParseError
from chatbot.types import ConversationKey, Inbound, Json

MAX_TEXT: Final = 4000
MAX_PAYLOAD: Final = 1000
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits in base64url
_MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


def parse(raw: bytes, account: str, account_id: str = "") -> tuple[Inbound, ...]:
    """`{"session", "id", "text"}`, or with `payload` and `title` for a pressed button. A page sends no time.

    Raises ParseError saying which field is wrong.
    """
    body = load_object(raw, "a post of the web chat")
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
    kind = "button" if payload else "text"
    # The page chose the id: with the contact in front it can only collide with its own.
    own_id = f"{contact}:{message_id}"
    key = ConversationKey(account, contact)
    return (Inbound(key, "button" if payload else "text", own_id, 0, said, payload, raw_type=kind),)


def contact_of(session: Json) -> str:
    """The contact behind a session token, which itself is never stored; "" for what is no token."""
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        return ""
    return hashlib.sha256(b"webchat session " + session.encode("ascii")).hexdigest()[:32]
