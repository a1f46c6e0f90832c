"""What a service sends back, read without trusting it: never more than is allowed, packed or not, and only JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from chatbot.types import Json

MOST_BYTES: Final = 1 << 20
"""The largest answer that is read, unpacked; a larger one counts as invalid."""

ENCODINGS: Final = "gzip"
"""What we can unpack, and therefore ask for."""

LONGEST_WAIT: Final = 24 * 3_600_000


class Invalid(ValueError):
    """The answer is too large, packed in a way we did not ask for, or no JSON."""


async def read_body(response: aiohttp.ClientResponse) -> bytes:
    """The unpacked body to its end; raises Invalid as soon as it is more than is allowed."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise Invalid("packed in a way nobody asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in encoding else None
    parts: list[bytes] = []
    left = MOST_BYTES
    async for packed in response.content.iter_any():
        part = _unpacked(unpacker, packed, left) if unpacker is not None else packed
        left -= len(part)
        if left < 0:
            raise Invalid("too large")
        parts.append(part)
    if unpacker is not None and not unpacker.eof and parts:
        raise Invalid("the packed answer ends too early")
    return b"".join(parts)


def _unpacked(unpacker: zlib._Decompress, packed: bytes, left: int) -> bytes:
    """One byte more than is left at most: enough to know that it is too much."""
    try:
        return unpacker.decompress(packed, left + 1)
    except zlib.error:
        raise Invalid("cannot be unpacked") from None


def parsed(raw: bytes) -> Json:
    """The JSON of a body, None for an empty one; raises Invalid."""
    if not raw.strip():
        return None
    try:
        return json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Invalid("no JSON") from None


def _no_number(word: str) -> Json:
    raise ValueError(word)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> int:
    """Milliseconds the service asks to be left alone; 0 when it says nothing that can be read."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(int(said[:9]) * 1000, LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return 0
    span = until.replace(tzinfo=until.tzinfo or UTC) - (now or datetime.now(UTC))
    return max(0, min(round(span.total_seconds() * 1000), LONGEST_WAIT))
