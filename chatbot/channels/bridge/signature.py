"""Is this the partner? Standard Webhooks: a signature over id, time and raw body, under any secret now in use.

Docs: Standard Webhooks > Signature scheme; Key rotation. The same signs what we send.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Final

from chatbot.channels.signing import base64_hmac, fresh, header, same

TOLERANCE: Final = 300.0
"""Seconds that a signed time may lie away from now."""

_PREFIX: Final = "whsec_"
_VERSION: Final = "v1"


def key_of(secret: str) -> bytes:
    """The bytes of a secret as partners hand it out: base64, mostly behind `whsec_`, some with the version before that.

    ValueError for anything else.
    """
    try:
        bare = secret.strip().removeprefix(f"{_VERSION},").removeprefix(_PREFIX)
        key = base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is no base64: copy the whole secret, beginning with whsec_") from None
    if not key:
        raise ValueError("is empty")
    return key


def signature(key: bytes, message_id: str, sent_at: int, raw: bytes) -> str:
    """The `webhook-signature` of a body; `sent_at` in Unix seconds is its `webhook-timestamp`."""
    return f"{_VERSION},{base64_hmac(key, f'{message_id}.{sent_at}.'.encode() + raw)}"


def signed(
    keys: Sequence[bytes], headers: Mapping[str, str], raw: bytes, now: float, tolerance: float = TOLERANCE
) -> bool:
    """Whether one signature of the header fits under one of `keys`: while a secret is changed there are two of both."""
    message_id, sent_at = header(headers, "webhook-id"), header(headers, "webhook-timestamp")
    if not message_id or not fresh(sent_at, now, tolerance):
        return False
    given = header(headers, "webhook-signature").split(" ")
    content = f"{message_id}.{sent_at}.".encode("utf-8", "replace") + raw
    wanted = [f"{_VERSION},{base64_hmac(key, content)}" for key in keys if key]
    return any(same(one, other) for one in given for other in wanted)
