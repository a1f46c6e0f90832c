"""Where a connection may go: every address is checked when a name is resolved, and exactly that one is connected to.

A name that points to a private address, and one that did not when it was first asked, are both refused here: the
connector takes the addresses from this resolver and never asks anybody else. For services and for media, whose
addresses authors write and customers may have a part in.
"""

from __future__ import annotations

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from chatbot.policy.addresses import is_allowed


class Refused(OSError):
    """An address, or a redirect, that a service may not have."""


class CheckedResolver(AbstractResolver):
    """Gives only those addresses of a name that a service may be at; raises Refused when there is none."""

    def __init__(self, inner: AbstractResolver, *, private: bool) -> None:
        self._inner = inner
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        allowed = [each for each in found if is_allowed(each["host"], private=self._private)]
        if found and not allowed:
            raise Refused("the name stands for an address that a service may not have")
        return allowed

    async def close(self) -> None:
        await self._inner.close()


def check_literal(url: URL, *, private: bool) -> None:
    """An address that is written out is resolved by nobody; raises Refused."""
    host = url.host or ""
    literal = ":" in host or host.replace(".", "").isdigit()
    if not host or (literal and not is_allowed(host, private=private)):
        raise Refused("the address is one that a service may not have")


def open_session(resolver: AbstractResolver | None, *, private: bool) -> aiohttp.ClientSession:
    """A session that connects only where it may; it keeps no cookies, follows nothing and unpacks nothing by itself."""
    connector = aiohttp.TCPConnector(
        resolver=CheckedResolver(resolver or aiohttp.ThreadedResolver(), private=private), limit=0
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),  # what a service remembers of one customer is not the next one's
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),  # the caller's limit holds for redirects and tokens too
        trust_env=False,
    )
