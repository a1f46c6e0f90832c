"""What all signature checks share: finding a header, comparing in constant time, HMAC in the two ways it is written.

Nothing here raises: a strange header is a wrong signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def header(headers: Mapping[str, str], name: str) -> str:
    """One header whatever its case, from aiohttp's mapping or a plain dict; "" when it is missing."""
    found = headers.get(name)
    if found is None:
        found = next((value for key, value in headers.items() if key.lower() == name.lower()), "")
    return found


def same(one: str, other: str) -> bool:
    """Constant-time equality of any two texts; `compare_digest` itself raises on text beyond ASCII."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def hex_hmac(key: str | bytes, message: bytes) -> str:
    return hmac.new(_bytes(key), message, hashlib.sha256).hexdigest()


def base64_hmac(key: str | bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(_bytes(key), message, hashlib.sha256).digest()).decode("ascii")


def fresh(sent_at: str, now: float, tolerance: float) -> bool:
    """Whether a signed time, Unix seconds as text, lies within `tolerance` seconds of `now`, before or after."""
    return sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12 and abs(now - int(sent_at)) <= tolerance


def _bytes(key: str | bytes) -> bytes:
    return key.encode("utf-8") if isinstance(key, str) else key
