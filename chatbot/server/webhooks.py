"""`/webhooks/<account>`: verify the raw bytes, parse, store, and only then say 200.

Each way out is a decision about redelivery: 403 and 404 are not for us, 4xx cannot become right by repetition,
503 asks for the same body again, 200 is a promise that it will be handled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from aiohttp import web

from chatbot.channels.protocol import Acknowledging, ParseError, Platform
from chatbot.server.accepting import stored
from chatbot.server.bodies import BodyRefused, read_body
from chatbot.server.fanout import fanned_out
from chatbot.server.ports import Accept, DeadLetter
from chatbot.types import Inbound

MAX_EVENTS: Final = 1000

_log = structlog.get_logger()


class Webhooks:
    """The two handlers of every platform that calls us."""

    def __init__(self, channels: Mapping[str, Platform], accept: Accept, dead_letter: DeadLetter) -> None:
        self._channels = channels
        self._accept = accept
        self._dead_letter = dead_letter

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/webhooks/{account}", self.handshake, allow_head=False),
            web.post("/webhooks/{account}", self.receive),
        ]

    async def handshake(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        channel = self._channels.get(account)
        if channel is None:
            return _refuse(account, 404, "no such account")
        answer = channel.handshake(request.query)
        if answer is None:
            return _refuse(account, 403, "handshake refused: the verify token differs, or this is no handshake")
        # Meta wants its word back as text, LinkedIn an object.
        return web.Response(text=answer, content_type="application/json" if answer[:1] == "{" else "text/plain")

    async def receive(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        channel = self._channels.get(account)
        if channel is None:
            return _refuse(account, 404, "no such account")
        try:
            raw = await read_body(request)
        except BodyRefused as refused:
            return _refuse(account, refused.status, refused.reason)
        if not channel.verify(request.headers, raw):
            return _refuse(account, 403, "signature missing or wrong")
        inbounds, problem = _parsed(channel, raw)
        if problem:
            _log.warning("webhook_dead_lettered", account=account, reason=problem, size=len(raw))
            return await stored(self._dead_letter(account, raw, problem), account)
        if not inbounds:
            return web.json_response({"ok": True})
        response = await self._keep(fanned_out(self._channels, account, request.headers, raw, inbounds), raw)
        if response.status == 200 and isinstance(channel, Acknowledging):
            return web.json_response(channel.acknowledgment(inbounds))
        return response

    async def _keep(self, shares: Mapping[str, Sequence[Inbound]], raw: bytes) -> web.Response:
        """200 when every account has its events; else all come again, and those that are stored change nothing."""
        storing = [stored(self._accept(name, inbounds, raw), name) for name, inbounds in shares.items()]
        return max(await asyncio.gather(*storing), key=lambda response: response.status)


def _parsed(channel: Platform, raw: bytes) -> tuple[tuple[Inbound, ...], str]:
    """The events, or why a signed body cannot be handled."""
    try:
        inbounds = channel.parse(raw)
    except ParseError as error:
        return (), str(error)
    # The edge again: a parser's bug must not make a platform repeat the same body for days.
    except Exception as error:  # noqa: BLE001
        return (), f"the parser failed with {type(error).__name__}"
    if len(inbounds) > MAX_EVENTS:
        return (), f"{len(inbounds)} events, more than {MAX_EVENTS}"
    return inbounds, ""


def _refuse(account: str, status: int, reason: str) -> web.Response:
    _log.warning("webhook_refused", account=account[:64], status=status, reason=reason)
    response = web.json_response({"error": reason}, status=status)
    if status in {408, 413, 415}:
        response.force_close()  # what is left of the body is not worth reading
    return response
