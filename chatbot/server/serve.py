"""Binding, serving and stopping: the public port and the operators' Unix socket of one process."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import resource
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from chatbot.errors import OperatorError
from chatbot.server.guard import HEADER_SECONDS, Watch

_BACKLOG: Final = 512
_KEEP_ALIVE: Final = 75.0  # longer than a proxy in front keeps its own, else it writes to a closed connection

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """`connections_each`: how many connections one address may have; 0 is no limit, as behind a proxy."""

    drain_seconds: float = 10.0
    header_seconds: float = HEADER_SECONDS
    connections_each: int = 0


async def serve(
    app: web.Application,
    operator_app: web.Application | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    socket_path: Path | None = None,
    started: Callable[[str, int], None] | None = None,
    stop: asyncio.Event | None = None,
    limits: Limits = Limits(),
) -> None:
    """Serve until SIGTERM, SIGINT or `stop`, then accept nothing new, finish what runs, and return.

    `started` is told host and port (the real one for port 0). A second signal cuts the draining short. The caller
    holds the database lock: a socket file left at `socket_path` is a dead server's. Raises OperatorError when an
    address cannot be bound.
    """
    stop = stop or asyncio.Event()
    _allow_many_connections()
    watch = Watch(header_seconds=limits.header_seconds, connections_each=limits.connections_each)
    app.middlewares.insert(0, watch.middleware)
    async with contextlib.AsyncExitStack() as stack:
        with contextlib.ExitStack() as bound:
            public = bound.enter_context(contextlib.closing(bind(host, port)))
            private = bind_private(socket_path) if socket_path is not None and operator_app is not None else None
            if operator_app is not None and private is not None:
                await stack.enter_async_context(_listening(operator_app, private, Watch(), limits.drain_seconds))
            await stack.enter_async_context(_listening(app, public, watch, limits.drain_seconds))
            bound.pop_all()
        if socket_path is not None:
            stack.callback(socket_path.unlink, missing_ok=True)
        with _signals(stop):
            if started is not None:
                started(host, public.getsockname()[1])
            await stop.wait()
            _log.debug("stopping", seconds=limits.drain_seconds)


def _allow_many_connections() -> None:
    """As many open files as this user may have: the usual 1,024 are few for pages that stay connected."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536) if hard > 0 else soft, hard))


def bind(host: str, port: int) -> socket.socket:
    """A bound TCP socket. Raises OperatorError that says what to do."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise OperatorError(f"host {host!r} is not an address of this machine ({error.strerror}): see --host") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise OperatorError(_why_not(host, port, error)) from None
    listener.setblocking(False)
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} on {host} is in use: stop what listens there, or choose another: --port, or CHATBOT_PORT"
            )
        case errno.EACCES | errno.EPERM:
            return f"port {port} on {host} is not allowed to you: choose one above 1023 with --port"
        case _:
            return f"cannot listen on {host} port {port}: {error.strerror}; see --host and --port"


def bind_private(path: Path) -> socket.socket:
    """A Unix socket only its owner can open, from its first moment on: the umask closes the gap before a chmod."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(0o600)
    except OSError as error:
        listener.close()
        raise OperatorError(f"cannot make the operators' socket {path}: {error.strerror or error}") from None
    finally:
        os.umask(before)
    listener.setblocking(False)
    return listener


@asynccontextmanager
async def _listening(
    app: web.Application, listener: socket.socket, watch: Watch, drain_seconds: float
) -> AsyncIterator[None]:
    runner = web.AppRunner(
        app,
        access_log=None,  # its lines hold query strings: a session token is one
        auto_decompress=False,  # nobody may send us a bomb
        lingering_time=1.0,
        keepalive_timeout=_KEEP_ALIVE,
        shutdown_timeout=drain_seconds,
    )
    await runner.setup()
    if runner.server is None:  # pragma: no cover - setup() made it
        raise OperatorError("the server could not be set up")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(watch.factory(runner.server), sock=listener, backlog=_BACKLOG)
    try:
        yield
    finally:
        server.close()
        await runner.cleanup()


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """The first signal stops politely; a second one finds the default handlers and ends the process."""
    loop = asyncio.get_running_loop()
    handled = (signal.SIGTERM, signal.SIGINT)

    def ask() -> None:
        stop.set()
        for number in handled:
            loop.remove_signal_handler(number)

    for number in handled:
        loop.add_signal_handler(number, ask)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
