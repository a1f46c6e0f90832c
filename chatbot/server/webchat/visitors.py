"""Who asks: which account, from which page, with whose token, and from where.

The token comes in the Authorization header, or as `session` in the query for what can set no headers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from chatbot.channels.webchat.channel import WebChat
from chatbot.server.edge import Edge
from chatbot.types import Json

UNKNOWN: Final = "session is missing, not a session token, or not proven"
_CURSOR: Final = re.compile(r"[0-9]{1,18}")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Visitor:
    """One contact of one account, at the address its requests come from."""

    chat: WebChat
    contact: str
    address: str


class Visitors:
    """The accounts by name, and whose pages may use them."""

    def __init__(self, channels: Mapping[str, WebChat], edge: Edge) -> None:
        self.channels = channels
        self._edge = edge

    def chat(self, request: web.Request) -> WebChat:
        channel = self.channels.get(request.match_info["account"])
        if channel is None:
            raise web.HTTPNotFound(reason="no such account")
        return channel

    def allow(self, request: web.Request) -> dict[str, str]:
        """CORS headers for an allowed origin; other pages are refused even where CORS would let a request through."""
        origin = request.headers.get("Origin")
        if origin is None or self._edge.is_ours(origin, request):
            return {}
        chat = self.chat(request)
        if origin.lower() not in chat.settings.origins:
            _log.warning("chat_refused", account=chat.account, status=403, reason="origin not allowed")
            raise web.HTTPForbidden(reason="this page may not use the chat: add it to `origins`")
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "Retry-After",
            "Vary": "Origin",
        }

    def visitor(self, request: web.Request, session: Json = None) -> Visitor | None:
        """Whose token `session` is, or the one that came with the request; None without a good one."""
        chat = self.chat(request)
        contact = chat.contact_of(session if session is not None else _token(request))
        return Visitor(chat, contact, self._edge.address(request)) if contact else None


def cursor_of(request: web.Request) -> int:
    """How far a reading page came: a reconnecting one says so in a header."""
    places = (request.headers.get("Last-Event-ID", ""), request.query.get("after", ""))
    return next((int(place) for place in places if place.isascii() and _CURSOR.fullmatch(place)), 0)


def _token(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.query.get("session", "")
