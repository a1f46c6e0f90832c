"""A real HTTP server that does what a test tells it, and names that lead to it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Served:
    """`seen` are the requests so far, in order, with their bodies read."""

    port: int = 0
    seen: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def headers(self, number: int = -1) -> dict[str, str]:
        return self.seen[number][2]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Served]:
    served = Served()

    async def answer(request: web.Request) -> web.StreamResponse:
        served.seen.append((request.method, request.raw_path, dict(request.headers), await request.text()))
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.port = runner.addresses[0][1]
    try:
        yield served
    finally:
        await runner.cleanup()


@dataclass
class Names(AbstractResolver):
    """Resolves names as told: each look-up of a name gives the next of its addresses, the last for ever."""

    told: dict[str, list[str]]
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self.told.get(host)
        if not addresses:
            raise OSError(f"no address for {host}")
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [
            ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0)
            for one in address.split()
        ]

    async def close(self) -> None:
        return None
