"""Files that customers sent, as their platforms give them out: in pieces, without redirects, from nowhere private.

An address that came with a message is asked like any stranger's: never one of this machine or its network.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from types import MappingProxyType
from typing import Final

import aiohttp
from yarl import URL

from chatbot.connecting import Refused, check_literal, open_session
from chatbot.errors import PlatformError

TIMEOUT: Final = aiohttp.ClientTimeout(total=60, connect=5)
_PIECE: Final = 65_536


def nothing(why: str) -> PlatformError:
    """There is no such file, or it cannot be had; said without its address."""
    return PlatformError(f"a file cannot be fetched: {why}", reason="content")


async def anywhere(url: str) -> AsyncGenerator[bytes]:
    """The file at a public address. Raises PlatformError."""
    try:
        address = URL(url)
        if address.scheme not in {"http", "https"}:
            raise nothing("no address of the web")
        check_literal(address, private=False)
    except (ValueError, Refused):
        raise nothing("no address where files are") from None
    async with open_session(None, private=False) as session:
        async for piece in stream(session, url):
            yield piece


async def handed_out(
    session: aiohttp.ClientSession | None, api_url: str, url: str, headers: Mapping[str, str]
) -> AsyncGenerator[bytes]:
    """The file at an address that goes with our token: at the platform's API itself, or public and by https.

    Raises PlatformError.
    """
    try:
        address, api = URL(url), URL(api_url)
        if address.absolute and address.origin() == api.origin():
            async for piece in stream(session, url, headers):
                yield piece
            return
        if address.scheme != "https":
            raise nothing("its address is not safe for a token")
        check_literal(address, private=False)
    except (ValueError, Refused):
        raise nothing("no address where files are") from None
    async with open_session(None, private=False) as checked:
        async for piece in stream(checked, url, headers):
            yield piece


async def stream(
    session: aiohttp.ClientSession | None, url: str, headers: Mapping[str, str] = MappingProxyType({})
) -> AsyncGenerator[bytes]:
    """The file at an address the platform's API gave us. Raises PlatformError."""
    if session is None:
        raise nothing("there is no session")
    try:
        async with session.get(url, headers=headers, timeout=TIMEOUT, allow_redirects=False) as response:
            if response.status != 200:
                raise nothing(f"it was answered with {response.status}")
            async for piece in response.content.iter_chunked(_PIECE):
                yield piece
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise nothing(type(error).__name__) from None
