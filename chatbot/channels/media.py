"""A picture or film behind an address, for platforms that want the file itself: fetched within bounds, or not at all.

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
from chatbot.policy.file_types import detect

TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)


class NoMedia(Exception):
    """There is nothing at this address that can be passed on; says why, without the address."""


@dataclass(frozen=True, slots=True)
class Media:
    mime: str
    raw: bytes = field(repr=False)


async def fetch_media(url: str, largest: Mapping[str, int], *, private: bool) -> Media:
    """The file at `url`, if it is of one of these MIME types and has at most so many bytes. Raises NoMedia.

    `private`: addresses of this machine and its network are good too.
    """
    try:
        address = URL(url)
        if address.scheme not in {"http", "https"}:
            raise NoMedia("no address of the web")
        check_literal(address, private=private)
        async with (
            open_session(None, private=private) as session,
            session.get(address, timeout=TIMEOUT, allow_redirects=False, headers={"Accept": ", ".join(largest)}) as got,
        ):
            if got.status != 200:
                raise NoMedia(f"it was answered with {got.status}")
            raw = await _read(got, max(largest.values()))
    except (aiohttp.ClientError, TimeoutError, ValueError, Refused, OSError) as error:
        raise NoMedia(type(error).__name__) from None
    found = detect(raw)
    if found is None or found.mime not in largest:
        raise NoMedia("it is of no type that the platform takes")
    if len(raw) > largest[found.mime]:
        raise NoMedia(f"it is larger than {largest[found.mime]} bytes")
    return Media(found.mime, raw)


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        raw += chunk
        if len(raw) > limit:
            raise NoMedia(f"it is larger than {limit} bytes")
    return bytes(raw)
