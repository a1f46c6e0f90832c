"""A picture behind an address, for platforms that want the file itself: fetched within bounds, or not at all.

An author wrote the address, and what customers say may be part of it: private addresses are refused, redirects are
not followed, and the type is read from the bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from yarl import URL

from chatbot.connecting import Refused, check_literal, open_session

TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
_MAGIC: Final[Mapping[bytes, str]] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


class NoMedia(Exception):
    """There is nothing at this address that can be passed on; says why, without the address."""


@dataclass(frozen=True, slots=True)
class Media:
    mime: str
    raw: bytes = field(repr=False)


async def fetch_image(url: str, *, limit: int, types: frozenset[str], private: bool) -> Media:
    """The image at `url`, of at most `limit` bytes and one of `types`. Raises NoMedia.

    `private`: addresses of this machine and its network are good too.
    """
    try:
        address = URL(url)
        if address.scheme not in {"http", "https"}:
            raise NoMedia("no address of the web")
        check_literal(address, private=private)
        async with (
            open_session(None, private=private) as session,
            session.get(address, timeout=TIMEOUT, allow_redirects=False, headers={"Accept": "image/*"}) as response,
        ):
            if response.status != 200:
                raise NoMedia(f"it was answered with {response.status}")
            raw = await _read(response, limit)
    except (aiohttp.ClientError, TimeoutError, ValueError, Refused, OSError) as error:
        raise NoMedia(type(error).__name__) from None
    mime = next((kind for magic, kind in _MAGIC.items() if raw.startswith(magic)), "")
    if mime not in types:
        raise NoMedia("it is none of the images that the platform takes")
    return Media(mime, raw)


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        raw += chunk
        if len(raw) > limit:
            raise NoMedia(f"it is larger than {limit} bytes")
    return bytes(raw)
