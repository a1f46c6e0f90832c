"""What a web chat page says to the event in it. The session token proves who writes and is never stored.

A token is 256 random bits, or an identity: a user id of the page's own site and the HMAC its server made of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chatbot.channels.payload import load_object, mapping, text
from chatbot.channels.protocol import ParseError
from chatbot.types import ConversationKey, Inbound, Json

MAX_TEXT: Final = 4000
MAX_PAYLOAD: Final = 1000
MAX_USER: Final = 190
USER: Final = "user:"
"""Begins the contact of a user who is proven; no random session leads to one: theirs are hexadecimal."""

_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits in base64url
_IDENTITY: Final = re.compile(r"u\.([A-Za-z0-9_-]{1,1024})\.([0-9a-fA-F]{64})")
_FORMS: Final = {
    "name": re.compile(r"[^\x00-\x1f\x7f]{1,100}"),
    "email": re.compile(r"[^\s@]{1,64}@[^\s@]{1,189}"),
    "locale": re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}"),
}
_MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a page says its visitor is, and the HMAC-SHA256 in hex that must prove it."""

    user: str
    proof: str


def parse(raw: bytes, account: str, account_id: str = "") -> tuple[Inbound, ...]:
    """`{"session", "id", "text"}`, or with `payload` and `title` for a pressed button; `type` may be typing or read.

    No identity is proven here, and a page sends no time. Raises ParseError saying which field is wrong.
    """
    body = load_object(raw, "a post of the web chat")
    contact = claimed_contact(body.get("session"))
    if not contact:
        raise ParseError("session is missing or not a session token")
    return (read(body, account, contact, 0),)


def read(body: Mapping[str, Any], account: str, contact: str, at: int) -> Inbound:
    """The event in what a page of this contact says, dated by our clock. Raises ParseError."""
    key = ConversationKey(account, contact)
    match body.get("type", "message"):
        case "typing":
            return Inbound(key, "typing", f"typing:{at}", at, raw_type="typing")
        case "read":
            return Inbound(key, "read", f"read:{at}", at, raw_type="read")
        case "message":
            return _message(body, key, at)
        case _:
            raise ParseError("type must be message, typing or read")


def _message(body: Mapping[str, Any], key: ConversationKey, at: int) -> Inbound:
    message_id = own_id(key.contact, body.get("id"))
    payload = text(body.get("payload"))
    said = text(body.get("title") if payload else body.get("text")).strip()
    if not said and not payload:
        raise ParseError("there is no text")
    if len(said) > MAX_TEXT or len(payload) > MAX_PAYLOAD:
        raise ParseError(f"the text is longer than {MAX_TEXT} characters")
    kind = "button" if payload else "text"
    profile = _profile(mapping(body.get("profile")), proven=key.contact.startswith(USER))
    return Inbound(key, "button" if payload else "text", message_id, at, said, payload, raw_type=kind, profile=profile)


def _profile(said: Mapping[str, Any], *, proven: bool) -> dict[str, str]:
    """What a page tells of its visitor; of one who has proven nothing only the language, or anybody could be anyone."""
    known = {name: text(said.get(name)).strip() for name in ("name", "email", "locale")}
    good = {name: value for name, value in known.items() if _FORMS[name].fullmatch(value)}
    return good if proven else {name: value for name, value in good.items() if name == "locale"}


def own_id(contact: str, message_id: Json) -> str:
    """The id of a message: the page chose it, and with the contact in front it can only collide with its own.

    Raises ParseError.
    """
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        raise ParseError("id must be 8 to 64 letters, digits, - or _")
    return f"{contact}:{message_id}"


def claimed_contact(session: Json) -> str:
    """The contact behind a token, as far as it can be told without the identity secret; "" for what is no token."""
    claimed = identity(session)
    return contact_of_user(claimed.user) if claimed else contact_of(session)


def contact_of(session: Json) -> str:
    """The contact behind a random session token, which itself is never stored; "" for what is none."""
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        return ""
    return hashlib.sha256(b"webchat session " + session.encode("ascii")).hexdigest()[:32]


def contact_of_user(user: str) -> str:
    return USER + user


def identity(session: Json) -> Identity | None:
    """`u.<user id in base64url>.<proof>`; None for what is no identity."""
    found = _IDENTITY.fullmatch(session) if isinstance(session, str) else None
    if found is None:
        return None
    coded = found.group(1)
    try:
        user = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    fits = user == user.strip() and 0 < len(user) <= MAX_USER and user.isprintable()
    return Identity(user, found.group(2).lower()) if fits else None
