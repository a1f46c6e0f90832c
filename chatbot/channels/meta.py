"""Is this Meta? What Messenger, Instagram and WhatsApp share: signatures, the verify-token handshake, the envelope.

Signatures and tokens in constant time and without exceptions.

Docs: Graph API > Webhooks > Getting started ("Verification requests", "Event notifications").
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chatbot.channels.payload import identifier, load, mapping, text
from chatbot.channels.protocol import ParseError
from chatbot.channels.signing import base64_hmac, header, hex_hmac, same
from chatbot.types import Json

HEADER: Final = "X-Hub-Signature-256"
_URL_SAFE: Final = str.maketrans("+/", "-_")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def signed(secret: str, headers: Mapping[str, str], raw: bytes) -> bool:
    """Whether `X-Hub-Signature-256: sha256=<hex>` is the HMAC of the raw body under the app secret."""
    scheme, _, digits = header(headers, HEADER).partition("=")
    given = f"{scheme}={digits.lower()}"  # hex means the same in either case
    if same(given, _signature(secret, raw)):
        return True
    escaped = _escaped(raw)
    return escaped is not None and same(given, _signature(secret, escaped))


def _signature(secret: str, raw: bytes) -> str:
    return "sha256=" + hex_hmac(secret, raw)


def _escaped(raw: bytes) -> bytes | None:
    r"""The body as Meta signs it, if a proxy on the way decoded its `\uXXXX` escapes; None if it has no other form."""
    if raw.isascii():
        return None
    try:
        return _NOT_ASCII.sub(_escape, raw.decode("utf-8")).encode("ascii")
    except UnicodeError:
        return None


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def bodies(raw: bytes) -> Sequence[Mapping[str, Any]]:
    """The webhooks in a body, each with an `entry` list: one, or several in a list as Meta's examples show it.

    Raises ParseError for anything else.
    """
    body = load(raw)
    found = [_enveloped(each) for each in (body if isinstance(body, list) and body else [body])]
    if not all(isinstance(each.get("entry"), list) for each in found):
        raise ParseError("not a webhook of Meta: no object with an `entry` list")
    return found


def _enveloped(body: Json) -> Mapping[str, Any]:
    """A webhook as it is; an entry, change or event alone, as examples and relays have it, within what is around it."""
    fields = mapping(body)
    if "entry" in fields:
        return fields
    if "field" in fields and "value" in fields:
        return {"entry": [{"changes": [fields]}]}
    if any(name in fields for name in ("messaging", "standby", "changes")):
        return {"entry": [fields]}
    return {"entry": [{"messaging": [fields]}]} if "sender" in fields and "recipient" in fields else fields


def signed_subject(secret: str, signed_request: str) -> str:
    """The user a data deletion request is about, by the app's id for them; "" when Meta did not sign it.

    Docs: App Development > Data Deletion Request Callback.
    """
    signature, _, body = signed_request.strip().partition(".")
    expected = base64_hmac(secret, body.encode("utf-8", "replace")).translate(_URL_SAFE).rstrip("=")
    if not body or not same(signature.rstrip("="), expected):
        return ""
    try:
        raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        fields = mapping(load(raw))
    except (ValueError, ParseError):
        return ""
    return identifier(fields.get("user_id")) if text(fields.get("algorithm")).upper() == "HMAC-SHA256" else ""


def handshake(verify_token: str, query: Mapping[str, str]) -> str | None:
    """The challenge to echo when Meta subscribes this address and knows our verify token; None refuses."""
    if query.get("hub.mode") != "subscribe" or not same(query.get("hub.verify_token", ""), verify_token):
        return None
    return query.get("hub.challenge")
