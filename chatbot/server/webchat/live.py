"""The three ways a conversation reaches a page.

A WebSocket; server-sent events where proxies let none through; long polls where they hold back even those.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from chatbot.channels.payload import load, mapping
from chatbot.channels.protocol import ParseError
from chatbot.server.webchat.following import PING_SECONDS, Following, Frame, Unreadable
from chatbot.server.webchat.visitors import UNKNOWN, Visitor, Visitors, cursor_of
from chatbot.server.webchat.writing import MAX_FRAME, Answer, Writing

STREAMS_EACH: Final = 6
STREAMS: Final = 400
"""Open streams in all; a page beyond them polls. Half the descriptors a process commonly has stay for webhooks."""

HELLO_SECONDS: Final = 10.0
LONGEST_POLL: Final = 25.0
REFUSED: Final = 4403
"""Close code of a WebSocket whose token is not good: coming back with it is no use."""
TOO_MANY: Final = 4429


class Live:
    """Handlers; counts what is open."""

    def __init__(self, visitors: Visitors, following: Following, writing: Writing) -> None:
        self._visitors = visitors
        self._following = following
        self._writing = writing
        self._streams = 0

    # --- a WebSocket ---

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """The page says `{"type": "hello", "session", "after"}`; then frames both ways, each message answered by id."""
        self._visitors.chat(request)
        self._visitors.allow(request)
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS * 2, max_msg_size=MAX_FRAME, compress=False)
        if not socket.can_prepare(request):
            return web.json_response({"error": "a WebSocket was expected"}, status=426)
        if self._streams >= STREAMS:
            return web.json_response({"error": "too many open pages in all: poll instead"}, status=503)
        await socket.prepare(request)
        # Before it says hello a socket counts as well, or waiting for it would cost us more than it costs others.
        with self._counted():
            hello = await self._hello(socket)
            visitor = self._visitors.visitor(request, hello.get("session", ""))
            if visitor is None:
                await socket.close(code=REFUSED, message=b"no good token")
            elif visitor.chat.notifier.open_streams(visitor.contact) >= STREAMS_EACH:
                await socket.close(code=TOO_MANY, message=b"too many open pages")
            else:
                await self._converse(socket, visitor, hello)
        return socket

    async def _hello(self, socket: web.WebSocketResponse) -> Mapping[str, Any]:
        """The page's first words; {} when it says nothing, or nothing that makes sense."""
        try:
            said = await socket.receive(HELLO_SECONDS)
        except TimeoutError:
            return {}
        return _object(said.data) if said.type is WSMsgType.TEXT else {}

    async def _converse(self, socket: web.WebSocketResponse, visitor: Visitor, hello: Mapping[str, Any]) -> None:
        after = hello.get("after")
        cursor = after if isinstance(after, int) and 0 <= after < 1 << 62 else 0
        telling = asyncio.create_task(self._tell(socket, visitor, cursor, typing=hello.get("typing") is True))
        try:
            await self._listen(socket, visitor)
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling

    async def _tell(self, socket: web.WebSocketResponse, visitor: Visitor, cursor: int, *, typing: bool) -> None:
        # Either the page left, or it comes back to its cursor by itself.
        with contextlib.suppress(ConnectionError, TimeoutError, Unreadable):
            async with aclosing(self._frames(visitor, cursor, typing=typing)) as frames:
                async for frame in frames:
                    async with asyncio.timeout(PING_SECONDS):  # a page that takes nothing for so long is gone
                        await socket.send_json(frame)
        await socket.close(code=WSCloseCode.SERVICE_RESTART)

    async def _listen(self, socket: web.WebSocketResponse, visitor: Visitor) -> None:
        async for said in socket:
            body = _object(said.data) if said.type is WSMsgType.TEXT else {}
            answer = await self._writing.take(visitor, body) if body else Answer(400, "a frame is a JSON object")
            if answer.status != 200 or body.get("type", "message") == "message":
                own = body.get("id") if isinstance(body.get("id"), str) else ""
                with contextlib.suppress(ConnectionError):
                    await socket.send_json({"type": "answer", "id": own, "status": answer.status, **answer.frame()})

    # --- server-sent events ---

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Each frame is an event with its JSON as the data; a line's cursor is the event's id.

        Resumes at Last-Event-ID or `after`.
        """
        headers = self._visitors.allow(request)
        visitor = self._visitors.visitor(request)
        if visitor is None:
            return _unknown(headers)
        if refused := self._no_room(visitor, headers):
            return refused
        response = web.StreamResponse(headers={**headers, "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        with self._counted():
            await response.prepare(request)
            with contextlib.suppress(ConnectionError, TimeoutError, Unreadable):
                await self._pour(response, visitor, cursor_of(request), typing="typing" in request.query)
        return response

    async def _pour(self, response: web.StreamResponse, visitor: Visitor, cursor: int, *, typing: bool) -> None:
        await _put(response, "retry: 2000\n\n")
        async with aclosing(self._frames(visitor, cursor, typing=typing)) as frames:
            async for frame in frames:
                await _put(response, _event(frame))

    # --- polls ---

    async def poll(self, request: web.Request) -> web.Response:
        """`{"frames": [...]}`: what is new behind the cursor, at once or as soon as there is something.

        `wait` is for how many seconds, 0 for not at all.
        """
        headers = self._visitors.allow(request)
        visitor = self._visitors.visitor(request)
        wait = _seconds(request.query.get("wait", "0"))
        if visitor is None:
            return _unknown(headers)
        # A poll that waits holds a connection as a stream does; one that does not is always answered.
        if wait and (refused := self._no_room(visitor, headers)):
            return refused
        with self._counted() if wait else contextlib.nullcontext():
            try:
                found = await self._gather(visitor, cursor_of(request), wait, typing="typing" in request.query)
            except Unreadable:
                return web.json_response({"error": "try again in a moment"}, status=503, headers=headers)
        return web.json_response({"frames": found}, headers=headers)

    async def _gather(self, visitor: Visitor, cursor: int, wait: float, *, typing: bool) -> list[Frame]:
        """All there is; while that is nothing, and there is time, the next thing that comes."""
        found: list[Frame] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait or None), aclosing(self._frames(visitor, cursor, typing=typing)) as frames:
                async for frame in frames:
                    found.append(frame)
                    live = any(each["type"] == "live" for each in found)
                    if live and not (wait and len(found) == 1):
                        break
        return found

    # --- all of them ---

    def _frames(self, visitor: Visitor, cursor: int, *, typing: bool) -> AsyncGenerator[Frame]:
        return self._following.frames(visitor, cursor, typing=typing)

    def _no_room(self, visitor: Visitor, headers: Mapping[str, str]) -> web.Response | None:
        if visitor.chat.notifier.open_streams(visitor.contact) >= STREAMS_EACH:
            return web.json_response({"error": "too many open pages"}, status=429, headers=headers)
        if self._streams >= STREAMS:
            error = {"error": "too many open pages in all: poll instead"}
            return web.json_response(error, status=503, headers={**headers, "Retry-After": "30"})
        return None

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1


def _unknown(headers: Mapping[str, str]) -> web.Response:
    return web.json_response({"error": UNKNOWN}, status=400, headers=headers)


def _object(data: str) -> Mapping[str, Any]:
    try:
        return mapping(load(data.encode("utf-8", "replace")))
    except ParseError:
        return {}


def _seconds(text: str) -> float:
    return min(float(text), LONGEST_POLL) if text.isascii() and text.isdigit() and len(text) < 4 else 0.0


def _event(frame: Frame) -> str:
    place = f"id: {frame['cursor']}\n" if "cursor" in frame else ""
    return f"event: {frame['type']}\n{place}data: {json.dumps(frame)}\n\n"


async def _put(response: web.StreamResponse, text: str) -> None:
    """A page that reads nothing for so long is gone."""
    async with asyncio.timeout(PING_SECONDS):
        await response.write(text.encode())
