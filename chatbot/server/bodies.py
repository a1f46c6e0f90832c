"""Reading a request's body without trusting it: bounded size, bounded time, no decompression."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

MAX_BODY: Final = 1 << 20
READ_SECONDS: Final = 10.0


class BodyRefused(Exception):
    """A body we do not read: the HTTP status and one sentence why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read_body(request: web.Request, limit: int = MAX_BODY) -> bytes:
    """The raw bytes. Raises BodyRefused: 413 (by the declared length, before reading), 415, 408."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise BodyRefused(415, "compressed bodies are not accepted here")
    if request.content_length is not None and request.content_length > limit:
        raise BodyRefused(413, f"the body is larger than {limit} bytes")
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await _read(request, limit)
    except TimeoutError:
        raise BodyRefused(408, f"the body did not arrive within {READ_SECONDS:g} seconds") from None
    except (web.RequestPayloadError, ConnectionError):
        raise BodyRefused(400, "the body broke off") from None


async def _read(request: web.Request, limit: int) -> bytes:
    pieces = bytearray()
    async for piece in request.content.iter_any():
        pieces += piece
        if len(pieces) > limit:
            raise BodyRefused(413, f"the body is larger than {limit} bytes")
    return bytes(pieces)
