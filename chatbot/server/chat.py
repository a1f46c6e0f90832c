"""The web chat's routes: the page and its script, posting a message, and reading the transcript live or by polling."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import re
import time
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from chatbot.channels.payload import load, mapping
from chatbot.channels.protocol import ParseError
from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.page import PAGE_POLICY, page, page_styles, widget
from chatbot.channels.webchat.parsing import contact_of
from chatbot.channels.webchat.rendering import shown
from chatbot.channels.webchat.transcript import Entry, Transcript
from chatbot.server.accepting import stored
from chatbot.server.bodies import BodyRefused, read_body
from chatbot.server.pacing import Pace
from chatbot.server.ports import Accept

MAX_CHAT_BODY: Final = 32 * 1024
POLL_SECONDS: Final = 2.0
PING_SECONDS: Final = 15.0
STREAMS_EACH: Final = 6
STREAMS: Final = 400
"""Open streams in all; a page beyond them polls. Half the descriptors a process commonly has stay for webhooks."""
_CURSOR: Final = re.compile(r"[0-9]{1,18}")

_log = structlog.get_logger()


class Chat:
    """Handlers by account. Any process can serve a stream: the notifier only hurries what polling would find."""

    def __init__(
        self, channels: Mapping[str, WebChat], accept: Accept, transcript: Transcript, public_url: str = ""
    ) -> None:
        self._channels = channels
        self._accept = accept
        self._transcript = transcript
        self._pace = Pace(rate=1.0, burst=8, clock=time.monotonic)
        self._newcomers = Pace(rate=10.0, burst=100, clock=time.monotonic)
        self._streams = 0
        self._closing = False
        self._public_host = _host(public_url)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.home),
            web.get("/chat/{account}", self.page),
            web.get("/chat/{account}/page.css", self.styles),
            web.get("/chat/{account}/widget.js", self.widget),
            web.get("/chat/{account}/messages", self.read),
            web.post("/chat/{account}/messages", self.write),
            web.options("/chat/{account}/messages", self.preflight),
            web.get("/chat/{account}/stream", self.stream, allow_head=False),
        ]

    async def close(self, _app: web.Application) -> None:
        """End the streams, so that a stopping server does not wait for pages that stay open."""
        self._closing = True
        for channel in self._channels.values():
            channel.notifier.ring_all()

    # --- what the browser loads ---

    async def home(self, _request: web.Request) -> web.Response:
        """The only chat, or a list of them to choose from; relative, as a proxy may put us below a path."""
        if not self._channels:
            raise web.HTTPNotFound(reason="this bot has no web chat; /healthz tells that it runs")
        if len(self._channels) == 1:
            raise web.HTTPFound(f"chat/{next(iter(self._channels))}")
        titles = {name: channel.settings.title for name, channel in self._channels.items()}
        links = "".join(f'<li><a href="chat/{name}">{escape(title)}</a></li>' for name, title in titles.items())
        text = f"<!doctype html><html lang=en><meta charset=utf-8><title>Chats</title><ul>{links}</ul></html>"
        return web.Response(text=text, content_type="text/html")

    async def page(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return web.Response(text=page(channel.account, channel.settings), content_type="text/html", headers=headers)

    async def styles(self, request: web.Request) -> web.Response:
        self._channel(request)
        return web.Response(text=page_styles(), content_type="text/css", headers={"Cache-Control": "max-age=300"})

    async def widget(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        script, tag = widget(channel.account, channel.settings)
        headers = {"ETag": tag, "Cache-Control": "max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(text=script, content_type="text/javascript", charset="utf-8", headers=headers)

    # --- writing ---

    async def write(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        headers = self._cross_origin(request, channel)
        if request.content_type != "application/json":
            return _refuse(channel, 415, "the body must be application/json", headers)
        try:
            raw = await read_body(request, MAX_CHAT_BODY)
            inbounds = channel.parse(raw)
        except BodyRefused as refused:
            return _refuse(channel, refused.status, refused.reason, headers)
        except ParseError as error:
            return _refuse(channel, 400, str(error), headers)
        contact = inbounds[0].key.contact
        wait = 0.0 if self._pace.knows(contact) else self._newcomers.wait(request.remote or "")
        wait = wait or self._pace.wait(contact)
        if wait:
            kind = "That was a lot at once. Please wait a moment before you write again."
            return _refuse(channel, 429, kind, {**headers, "Retry-After": str(math.ceil(wait))})
        return await stored(self._accept(channel.account, inbounds, _without_session(raw)), channel.account, headers)

    async def preflight(self, request: web.Request) -> web.Response:
        headers = self._cross_origin(request, self._channel(request))
        allowed = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "Content-Type"}
        return web.Response(status=204, headers={**headers, **allowed, "Access-Control-Max-Age": "3600"})

    # --- reading ---

    async def read(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        headers = self._cross_origin(request, channel)
        contact, cursor = _reader(request)
        if not contact:
            return _refuse(channel, 400, "session is missing or not a session token", headers)
        entries = await self._entries(channel, contact, cursor)
        body = {"entries": [_entry(contact, entry) for entry in entries]}
        return web.json_response(body, headers=headers)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: `entry` with the cursor as its id, `live` when the history is through, and `typing`.

        Resumes at Last-Event-ID or `after`.
        """
        channel = self._channel(request)
        headers = self._cross_origin(request, channel)
        contact, cursor = _reader(request)
        if not contact:
            return _refuse(channel, 400, "session is missing or not a session token", headers)
        if channel.notifier.open_streams(contact) >= STREAMS_EACH:
            return _refuse(channel, 429, "too many open pages", headers)
        if self._streams >= STREAMS:
            return _refuse(channel, 503, "too many open pages in all: poll instead", {**headers, "Retry-After": "30"})
        response = web.StreamResponse(headers={**headers, "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        self._streams += 1
        try:
            await response.prepare(request)
            # Either the page left, or it comes back to its cursor by itself.
            with contextlib.suppress(ConnectionError, TimeoutError, web.HTTPServiceUnavailable):
                await self._follow(channel, contact, cursor, response)
        finally:
            self._streams -= 1
        return response

    async def _follow(self, channel: WebChat, contact: str, cursor: int, response: web.StreamResponse) -> None:
        await _put(response, "retry: 2000\n\n")
        quiet_since, live = time.monotonic(), False
        with channel.notifier.listening(contact) as bell:
            while not self._closing:
                entries = await self._entries(channel, contact, cursor)
                for entry in entries:
                    cursor = max(cursor, entry.cursor)
                    await _put(response, _event("entry", _entry(contact, entry), entry.cursor))
                if entries:
                    quiet_since = time.monotonic()
                    continue  # a long history comes in parts
                if not live:
                    live = True
                    await _put(response, _event("live", {}))
                if time.monotonic() - quiet_since > PING_SECONDS:
                    await _put(response, ": here\n\n")  # finds out that a page is gone
                    quiet_since = time.monotonic()
                if await bell.wait(POLL_SECONDS):
                    await _put(response, _event("typing", {}))

    async def _entries(self, channel: WebChat, contact: str, cursor: int) -> Sequence[Entry]:
        try:
            return await self._transcript.after(channel.account, contact, cursor)
        # The edge again: a page that cannot read just now tries again by itself.
        except Exception as error:  # noqa: BLE001
            _log.warning("transcript_unreadable", account=channel.account, error=type(error).__name__)
            raise web.HTTPServiceUnavailable from None

    # --- who asks ---

    def _channel(self, request: web.Request) -> WebChat:
        channel = self._channels.get(request.match_info["account"])
        if channel is None:
            raise web.HTTPNotFound(reason="no such account")
        return channel

    def _cross_origin(self, request: web.Request, channel: WebChat) -> dict[str, str]:
        """CORS headers for an allowed origin; other pages are refused even where CORS would let a request through."""
        origin = request.headers.get("Origin")
        # `Origin: null` has no host, and no host of ours is empty.
        if origin is None or _host(origin) in {request.host.lower(), self._public_host} - {""}:
            return {}
        if origin.lower() not in channel.settings.origins:
            _log.warning("chat_refused", account=channel.account, status=403, reason="origin not allowed")
            raise web.HTTPForbidden(reason="this page may not use the chat: add it to `origins`")
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _reader(request: web.Request) -> tuple[str, int]:
    """Contact and cursor of a reading page; a reconnecting EventSource says in a header how far it came."""
    places = (request.headers.get("Last-Event-ID", ""), request.query.get("after", ""))
    cursor = next((int(place) for place in places if place.isascii() and _CURSOR.fullmatch(place)), 0)
    return contact_of(request.query.get("session")), cursor


def _entry(contact: str, entry: Entry) -> dict[str, Any]:
    """What a page may know of a line: its own message ids come back as it chose them, nobody's name or number."""
    own = entry.message_id.removeprefix(f"{contact}:") if entry.author == "customer" else ""
    return {"cursor": entry.cursor, "author": entry.author, "at": entry.at, "id": own, **shown(entry.message)}


def _event(name: str, data: Mapping[str, Any], cursor: int | None = None) -> str:
    place = "" if cursor is None else f"id: {cursor}\n"
    return f"event: {name}\n{place}data: {json.dumps(data)}\n\n"


async def _put(response: web.StreamResponse, text: str) -> None:
    """A page that reads nothing for so long is gone."""
    async with asyncio.timeout(PING_SECONDS):
        await response.write(text.encode())


def _without_session(raw: bytes) -> bytes:
    """What is kept of the body: the token is as good as a password and is never stored."""
    return json.dumps({name: value for name, value in mapping(load(raw)).items() if name != "session"}).encode()


def _refuse(channel: WebChat, status: int, reason: str, headers: Mapping[str, str]) -> web.Response:
    _log.warning("chat_refused", account=channel.account, status=status, reason=reason)
    response = web.json_response({"error": reason}, status=status, headers=headers)
    if status in {408, 413, 415}:
        response.force_close()
    return response
