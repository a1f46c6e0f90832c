"""The web chat's routes: the page and its script, what visitors write, and the files they send."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from html import escape
from typing import Any, Final

import structlog
from aiohttp import web

from chatbot.channels.payload import load_object, text
from chatbot.channels.protocol import ParseError
from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.page import PAGE_POLICY, page, page_styles, widget
from chatbot.channels.webchat.parsing import own_id
from chatbot.channels.webchat.transcript import Transcript
from chatbot.conversation.faults import reason
from chatbot.server.bodies import BodyRefused, read_body
from chatbot.server.edge import Edge
from chatbot.server.ports import Accept
from chatbot.server.webchat.files import Files, TooLarge, WrongType
from chatbot.server.webchat.following import Following
from chatbot.server.webchat.live import Live
from chatbot.server.webchat.visitors import UNKNOWN, Visitor, Visitors
from chatbot.server.webchat.writing import BUSY, MAX_FRAME, Answer, Writing

PIECE_SECONDS: Final = 15.0
"""How long an upload may stand still."""
UPLOAD_SECONDS: Final = 180.0
UPLOADS: Final = 16
"""Uploads at a time; one more is asked to come again."""
UPLOADS_EACH: Final = 4
"""Of these from one address, so that nobody holds them all."""

_log = structlog.get_logger()


class Chat:
    """Handlers by account. Any process can serve any page."""

    def __init__(
        self,
        channels: Mapping[str, WebChat],
        accept: Accept,
        transcript: Transcript,
        files: Files | None = None,
        edge: Edge | None = None,
    ) -> None:
        self._visitors = Visitors(channels, edge or Edge())
        self._channels = channels
        self._files = files
        self._writing = Writing(accept, transcript)
        self._following = Following(transcript, files.linked if files else lambda attachment: attachment)
        self._live = Live(self._visitors, self._following, self._writing)
        self._uploads = asyncio.Semaphore(UPLOADS)
        self._uploading: Counter[str] = Counter()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.home),
            web.get("/chat/{account}", self.page),
            web.get("/chat/{account}/page.css", self.styles),
            web.get("/chat/{account}/widget.js", self.widget),
            web.get("/chat/{account}/widget.{version:[0-9a-f]{32}}.js", self.widget),
            web.get("/chat/{account}/messages", self._live.poll, allow_head=False),
            web.get("/chat/{account}/stream", self._live.stream, allow_head=False),
            web.get("/chat/{account}/socket", self._live.socket, allow_head=False),
            web.post("/chat/{account}/messages", self.write),
            web.options("/chat/{account}/{what:messages|stream|files}", self.preflight),
            *self._file_routes(),
        ]

    def _file_routes(self) -> list[web.RouteDef]:
        if self._files is None:
            return []
        return [
            web.post("/chat/{account}/files", self.upload),
            web.get("/chat/{account}/files/{folder}/{file}", self._files.fetch),
        ]

    async def close(self, _app: web.Application) -> None:
        """End the streams, so that a stopping server does not wait for pages that stay open."""
        self._following.closing = True
        for channel in self._channels.values():
            channel.notifier.ring_all()

    # --- what the browser loads ---

    async def home(self, _request: web.Request) -> web.Response:
        """The only chat, or a list of them to choose from; relative, as a proxy may put us below a path."""
        if not self._channels:
            raise web.HTTPNotFound(reason="this bot has no web chat; /healthz tells that it runs")
        if len(self._channels) == 1:
            raise web.HTTPFound(f"chat/{next(iter(self._channels))}")
        titles = {name: channel.settings.name() for name, channel in self._channels.items()}
        links = "".join(f'<li><a href="chat/{name}">{escape(title)}</a></li>' for name, title in titles.items())
        found = f"<!doctype html><html lang=en><meta charset=utf-8><title>Chats</title><ul>{links}</ul></html>"
        return web.Response(text=found, content_type="text/html")

    async def page(self, request: web.Request) -> web.Response:
        chat = self._visitors.chat(request)
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return web.Response(text=page(chat.account, chat.settings), content_type="text/html", headers=headers)

    async def styles(self, request: web.Request) -> web.Response:
        self._visitors.chat(request)
        return web.Response(text=page_styles(), content_type="text/css", headers={"Cache-Control": "max-age=300"})

    async def widget(self, request: web.Request) -> web.Response:
        """The script; under its own version it never changes. Any page may load it, with `integrity` too."""
        chat = self._visitors.chat(request)
        script = widget(chat.account, chat.settings)
        fixed = request.match_info.get("version") == script.version
        headers = {
            "ETag": f'"{script.version}"',
            "Cache-Control": "public, max-age=31536000, immutable" if fixed else "public, max-age=300",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        response = web.Response(text=script.text, content_type="text/javascript", charset="utf-8", headers=headers)
        response.enable_compression()
        return response

    # --- writing ---

    async def write(self, request: web.Request) -> web.Response:
        """A message, or a hint: what the WebSocket takes, one at a time."""
        chat = self._visitors.chat(request)
        headers = self._visitors.allow(request)
        if request.content_type != "application/json":
            return _told(chat, Answer(415, "the body must be application/json"), headers)
        try:
            body = load_object(await read_body(request, MAX_FRAME), "a post of the web chat")
        except BodyRefused as refused:
            return _told(chat, Answer(refused.status, refused.reason), headers)
        except ParseError as error:
            return _told(chat, Answer(400, str(error)), headers)
        visitor = self._visitors.visitor(request, body.get("session"))
        if visitor is None:
            return _told(chat, Answer(400, UNKNOWN), headers)
        return _told(chat, await self._writing.take(visitor, body), headers)

    async def preflight(self, request: web.Request) -> web.Response:
        headers = self._visitors.allow(request)
        allowed = {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
        }
        return web.Response(status=204, headers={**headers, **allowed, "Access-Control-Max-Age": "3600"})

    # --- files ---

    async def upload(self, request: web.Request) -> web.Response:
        """The body is the file, `name` what it is called, `id` the message's: stored, and a message with it."""
        chat = self._visitors.chat(request)
        headers = self._visitors.allow(request)
        visitor = self._visitors.visitor(request)
        if visitor is None:
            return _told(chat, Answer(400, UNKNOWN), headers)
        most = chat.settings.files.max_size
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
            return _told(chat, Answer(415, "compressed bodies are not accepted here"), headers)
        if request.content_length is not None and request.content_length > most:
            return _told(chat, _too_large(most), headers)
        if self._uploads.locked() or self._uploading[visitor.address] >= UPLOADS_EACH:
            return _told(chat, Answer(503, BUSY, 5), headers)
        pace = self._writing.may_send_file(visitor)
        if pace.status != 200:
            return _told(chat, pace, headers)
        self._uploading[visitor.address] += 1
        try:
            async with self._uploads:
                return _told(chat, await self._take_file(request, visitor), headers)
        finally:
            self._uploading[visitor.address] -= 1
            self._uploading += Counter()  # forgets who has none under way

    async def _take_file(self, request: web.Request, visitor: Visitor) -> Answer:
        assert self._files is not None
        settings = visitor.chat.settings.files
        name = text(request.query.get("name", ""))
        try:
            message_id = own_id(visitor.contact, request.query.get("id"))
            async with asyncio.timeout(UPLOAD_SECONDS):
                attachment = await self._files.keep(visitor.chat, message_id, name, _pieces(request))
        except ParseError as error:
            return Answer(400, str(error))
        except WrongType:
            return Answer(415, f"Files of this type cannot be sent here. Possible are: {', '.join(settings.types)}.")
        except TooLarge:
            return _too_large(settings.max_size)
        except (TimeoutError, web.RequestPayloadError, ConnectionError):
            return Answer(408, "the file did not arrive in time, or broke off")
        except OSError as error:
            _log.warning("file_not_kept", account=visitor.chat.account, error=reason(error))
            return Answer(503, BUSY, 30)
        inbound = visitor.chat.attached(visitor.contact, message_id, attachment)
        return await self._writing.keep(visitor, inbound, {"id": request.query["id"], "file": attachment.id})


async def _pieces(request: web.Request) -> AsyncGenerator[bytes]:
    """What comes, as long as it keeps coming."""
    while True:
        async with asyncio.timeout(PIECE_SECONDS):
            piece = await request.content.readany()
        if not piece:
            return
        yield piece


def _too_large(most: int) -> Answer:
    return Answer(413, f"This file is too large: at most {most / 1_000_000:g} MB can be sent here.")


def _told(chat: WebChat, answer: Answer, headers: Mapping[str, str]) -> web.Response:
    body: dict[str, Any] = answer.frame()
    if answer.status == 200:
        return web.json_response(body, headers=headers)
    _log.warning("chat_refused", account=chat.account, status=answer.status, reason=answer.error)
    wait = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
    response = web.json_response(body, status=answer.status, headers={**headers, **wait})
    if answer.status in {408, 413, 415}:
        response.force_close()  # what is left of the body is not worth reading
    return response
