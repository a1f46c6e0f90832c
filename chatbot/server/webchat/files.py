"""Files of visitors: taken by what they are, kept beside the database, and handed out only at signed addresses.

A browser never runs one: each is a download under its true type, in a sandbox, with sniffing off.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlencode

import structlog
from aiohttp import hdrs, web

from chatbot.channels.webchat.channel import WebChat
from chatbot.conversation.faults import reason
from chatbot.conversation.files import MARK, key
from chatbot.policy.file_types import HEAD, FileType, detect
from chatbot.storage.blobs import Blob, Blobs
from chatbot.types import Attachment

_log = structlog.get_logger()

KEPT_LINK: Final = 7 * 86_400
"""Seconds that the link in an event works: systems behind the bot fetch the file within that time."""

SHOWN_LINK: Final = 3600
"""A link on a page lasts from one to two of these: it stays the same for a while, so that browsers keep the picture."""

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, max-age=3600",
    "Accept-Ranges": "bytes",
}
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


class WrongType(Exception):
    """The file is none of the types this account takes."""


class TooLarge(Exception):
    """The file is larger than this account takes."""


class Files:
    """`secret` signs the addresses, `base` is where the world reaches us."""

    def __init__(self, blobs: Blobs, secret: bytes, base: str) -> None:
        self._blobs = blobs
        self._secret = hmac.digest(secret, b"web chat files", "sha256")
        self._base = base.rstrip("/")

    async def keep(self, chat: WebChat, message_id: str, name: str, pieces: AsyncGenerator[bytes]) -> Attachment:
        """Store what comes as the file of one message; the same message again keeps the file it has, and its type.

        Raises WrongType, TooLarge, OSError.
        """
        limits = chat.settings.files
        pieces = _bounded(pieces, limits.max_size)
        head = b""
        while len(head) < HEAD and (piece := await anext(pieces, b"")):
            head += piece
        found = detect(head)
        if found is None or found.group not in limits.types:
            raise WrongType
        place = key(chat.account, message_id.rpartition(":")[0], message_id)
        await self._blobs.put(place, _again(head, pieces))
        blob = await self._blobs.open(place)
        found = (await _type(blob) if blob else None) or found
        kept = Attachment(found.kind, title=_named(name, found), id=MARK + place, mime=found.mime)
        link = self._link(kept, int(time.time()) + KEPT_LINK)
        return replace(kept, url=f"{self._base}/chat/{quote(chat.account)}/{link}")

    def address(self, kept: Attachment) -> str:
        """Where systems behind the bot fetch a file that was kept on another channel."""
        account = kept.id.removeprefix(MARK).partition("/")[0]
        link = self._link(kept, int(time.time()) + KEPT_LINK).removeprefix("files/")
        return f"{self._base}/media/{quote(account)}/{link}"

    def routes(self) -> list[web.RouteDef]:
        """Files of all other channels than the web chat, whose own are below its page."""
        return [web.get("/media/{account}/{folder}/{file}", self.fetch)]

    def linked(self, attachment: Attachment) -> Attachment:
        """The attachment with a link that works now, if its file is one of ours; relative to the chat's own address.

        So it is right under whatever name the page has reached us.
        """
        if not attachment.id.startswith(MARK):
            return attachment
        until = (int(time.time()) // SHOWN_LINK + 2) * SHOWN_LINK
        return replace(attachment, url=self._link(attachment, until))

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        """The file behind a link of ours, whole or a range of it; 404 for every other address.

        503 when it cannot be read now: no file is called gone because its storage is.
        """
        account, folder, file = (request.match_info[part] for part in ("account", "folder", "file"))
        name, until, signature = (request.query.get(part, "") for part in ("name", "until", "signature"))
        place = f"{account}/{folder}/{file}"
        good = hmac.compare_digest(self._sign(place, name, until).encode(), signature.encode("utf-8", "replace"))
        if not good or int(until) < time.time():
            raise web.HTTPNotFound(reason="this link is not good, or no longer")
        try:
            blob = await self._blobs.open(place)
            kind = await _type(blob) if blob else None
        except OSError as error:
            _log.warning("file_not_read", account=account, error=reason(error))
            answer = {"error": "the file cannot be read now"}
            return web.json_response(answer, status=503, headers={"Retry-After": "30"})
        if blob is None or kind is None:
            raise web.HTTPNotFound(reason="this file is no longer here")
        start, stop, status = _range(request, blob.size)
        response = web.StreamResponse(status=status, headers=HEADERS)
        response.content_type = kind.mime
        response.content_length = stop - start
        response.headers[hdrs.CONTENT_DISPOSITION] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        if status == 206:
            response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{blob.size}"
        await response.prepare(request)
        async with aclosing(blob.read(start, stop)) as pieces:
            async for piece in pieces:
                await response.write(piece)
        return response

    def _link(self, attachment: Attachment, until: int) -> str:
        place = attachment.id.removeprefix(MARK)
        path = place.partition("/")[2]
        signature = self._sign(place, attachment.title, str(until))
        query = urlencode({"name": attachment.title, "until": until, "signature": signature})
        return f"files/{path}?{query}"

    def _sign(self, place: str, name: str, until: str) -> str:
        return hmac.new(self._secret, f"{place}\n{name}\n{until}".encode("utf-8", "replace"), "sha256").hexdigest()


async def _type(blob: Blob) -> FileType | None:
    """What the file that is kept is."""
    async with aclosing(blob.read(0, HEAD)) as pieces:
        return detect(b"".join([piece async for piece in pieces]))


async def _bounded(pieces: AsyncGenerator[bytes], most: int) -> AsyncGenerator[bytes]:
    taken = 0
    async for piece in pieces:
        taken += len(piece)
        if taken > most:
            raise TooLarge
        yield piece


async def _again(head: bytes, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    yield head
    async for piece in pieces:
        yield piece


def _range(request: web.Request, size: int) -> tuple[int, int, int]:
    """Start, stop and status; a player asks for parts of a long recording."""
    try:
        start, stop, _ = request.http_range.indices(size)
    except ValueError:
        raise web.HTTPRequestRangeNotSatisfiable from None
    if "Range" not in request.headers:
        return 0, size, 200
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable
    return start, stop, 206


def _named(name: str, kind: FileType) -> str:
    """What a visitor called it, without what other systems trip over, and ending as its type does."""
    stem = _UNFIT.sub(" ", name.encode("utf-8", "replace").decode()).strip(" .")[:100]
    return stem if stem.lower().endswith(f".{kind.extension}") else f"{stem or 'file'}.{kind.extension}"
