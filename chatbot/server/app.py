"""The public aiohttp application, put together from what runtime.py passes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from chatbot.channels.protocol import Platform
from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.transcript import Transcript
from chatbot.server.bodies import MAX_BODY
from chatbot.server.edge import Edge
from chatbot.server.ports import Accept, DeadLetter, Door, Ready
from chatbot.server.webchat.files import Files
from chatbot.server.webchat.routes import Chat
from chatbot.server.webhooks import Webhooks

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_log = structlog.get_logger()


def create_app(
    *,
    channels: Mapping[str, Platform],
    accept: Accept,
    dead_letter: DeadLetter,
    transcript: Transcript,
    ready: Ready,
    doors: Sequence[Door] = (),
    files: Files | None = None,
    edge: Edge | None = None,
) -> web.Application:
    """Routes: /, /webhooks/<account>, /chat/<account> ..., /healthz, /readyz, and those of `doors`.

    `channels` is by account name.

    Without `files` visitors send none.

    A web chat account has its page and no webhook; all others have a webhook and no page.
    """
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_edge])
    app.on_response_prepare.append(_secure)
    pages = {account: channel for account, channel in channels.items() if isinstance(channel, WebChat)}
    called = {account: channel for account, channel in channels.items() if account not in pages}
    chat = Chat(pages, accept, transcript, files, edge)
    app.router.add_routes(Webhooks(called, accept, dead_letter).routes())
    app.router.add_routes(chat.routes())
    for door in doors:
        app.router.add_routes(door.routes())
    app.router.add_routes([web.get("/healthz", _alive), web.get("/readyz", _readiness(ready))])
    app.on_shutdown.append(chat.close)
    return app


@web.middleware
async def _edge(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors leave as JSON, and none of them tells what is behind the door."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.json_response({"error": error.reason}, status=error.status, headers=headers)


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


def _readiness(ready: Ready) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        reason = await ready()
        if reason:
            _log.warning("not_ready", reason=reason)
            return web.json_response({"status": "not ready", "reason": reason}, status=503)
        return web.json_response({"status": "ready"})

    return answer
