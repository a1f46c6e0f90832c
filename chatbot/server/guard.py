"""A watch over each TCP connection: aiohttp waits for slow headers for a minute and for slow bodies for ever.

Wraps aiohttp's protocol through the public Protocol interface only. Bodies have their own limit in bodies.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final, cast

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

HEADER_SECONDS: Final = 10.0

_log = structlog.get_logger()


class Watch:
    """All open connections of one listener: how many each address has, and which still owe us a request's head."""

    def __init__(self, *, header_seconds: float = HEADER_SECONDS, connections_each: int = 0) -> None:
        self.header_seconds = header_seconds
        self.connections_each = connections_each
        """How many connections one address may have; 0 is no limit, as behind a proxy."""
        self.addresses: Counter[str] = Counter()
        self._guards: dict[asyncio.BaseTransport, _Guard] = {}

    def factory(self, inner: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """A protocol factory for `loop.create_server`, around aiohttp's."""
        return lambda: _Guard(self, inner())

    def add(self, transport: asyncio.BaseTransport, guard: _Guard) -> None:
        self._guards[transport] = guard

    def remove(self, transport: asyncio.BaseTransport) -> None:
        self._guards.pop(transport, None)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A request's head has arrived; until it is answered the clock of its connection stands still."""
        transport = request.transport
        guard = self._guards.get(transport) if transport is not None else None
        if guard is None:
            return await handler(request)
        guard.begin()
        try:
            return await handler(request)
        finally:
            guard.end()


class _Guard(asyncio.Protocol):
    def __init__(self, watch: Watch, inner: asyncio.Protocol) -> None:
        self._watch = watch
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._busy = False
        self._address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._watch.addresses[self._address] += 1
        self._watch.add(transport, self)
        self._inner.connection_made(transport)
        if 0 < self._watch.connections_each < self._watch.addresses[self._address]:
            _log.warning("connection_refused", address=self._address, reason="too many connections")
            self._transport.abort()
        else:
            self._start()

    def data_received(self, data: bytes) -> None:
        if not self._busy and self._timer is None:
            self._start()  # the next request of a kept connection has begun to arrive
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        self._stop()
        if self._transport is not None:
            self._watch.remove(self._transport)
        self._watch.addresses[self._address] -= 1
        if self._watch.addresses[self._address] <= 0:
            del self._watch.addresses[self._address]
        self._inner.connection_lost(error)

    def begin(self) -> None:
        self._busy = True
        self._stop()

    def end(self) -> None:
        self._busy = False

    def _start(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._watch.header_seconds, self._late)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        if self._transport is not None:
            _log.info("connection_closed", address=self._address, reason="no complete request head in time")
            self._transport.abort()
