"""Is this TikTok? `Tiktok-Signature: t=<Unix seconds>,s=<hex>` over time and raw body under the app secret.

Docs: TikTok for Developers > Webhooks > Verification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chatbot.channels.signing import fresh, header, hex_hmac, same

HEADER: Final = "Tiktok-Signature"
TOLERANCE: Final = 300.0
"""Seconds; TikTok's own sample allows 5, which a clock that is slightly off does not survive."""


def signed(secret: str, headers: Mapping[str, str], raw: bytes, now: float, tolerance: float = TOLERANCE) -> bool:
    """`now` in Unix seconds; an old signature is a replay and refused."""
    pairs = [part.strip().partition("=") for part in header(headers, HEADER).split(",")]
    fields = {name: value for name, _, value in pairs}
    sent_at, given = fields.get("t", ""), fields.get("s", "")
    if not secret or not fresh(sent_at, now, tolerance):
        return False
    return same(given.lower(), hex_hmac(secret, sent_at.encode("ascii") + b"." + raw))
