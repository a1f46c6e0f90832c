"""Media of a fake X: pictures in one call, films and moving pictures in pieces, and patience until they are converted.

Written from X's documents (X API v2 > Media > Chunked upload), not from our channel.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from chatbot.testing.fake_platform import FakePlatform, Refusal
from chatbot.types import Json

_MB: Final = 1024 * 1024
IMAGE: Final = 5 * _MB
SEGMENT: Final = 5 * _MB
CATEGORIES: Final[Mapping[str, tuple[frozenset[str], int]]] = {
    "dm_gif": (frozenset({"image/gif"}), 15 * _MB),
    "dm_video": (frozenset({"video/mp4", "video/quicktime"}), 512 * _MB),
}
"""Of what goes in pieces: the types of each category, and the most bytes."""


@dataclass(slots=True)
class Upload:
    """One upload in pieces; `looks` are how often its state must be asked for until it is converted, None before."""

    total: int
    pieces: list[bytes] = field(default_factory=list)
    looks: int | None = None


class XUploads:
    """`ready` is what messages may show. `takes_looks`: how long films are converted; `cannot_convert`: in vain.

    `seconds_a_piece`: how slow it is to take one; one that comes again takes the place of the first.
    """

    def __init__(
        self, platform: FakePlatform, check_token: Callable[[web.Request], None], refusal: Callable[[int, str], Refusal]
    ) -> None:
        self.ready: dict[str, bytes] = {}
        self.allowed = True  # whether the token was given the scope media.write
        self.takes_looks = 0
        self.cannot_convert = False
        self.seconds_a_piece = 0.0
        self.begun: dict[str, Upload] = {}
        self._platform = platform
        self._check_token = check_token
        self._refusal = refusal

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/2/media/upload", self._answering(self._picture)),
            web.get("/2/media/upload", self._answering(self._status)),
            web.post("/2/media/upload/initialize", self._answering(self._initialize)),
            web.post("/2/media/upload/{id}/append", self._answering(self._append)),
            web.post("/2/media/upload/{id}/finalize", self._answering(self._finalize)),
        ]

    def _answering(self, take: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def checked(request: web.Request) -> Json:
            self._check_token(request)
            if not self.allowed:
                raise self._refusal(403, "Your client app is not configured with the appropriate scopes.")
            return await take(request)

        async def answered(request: web.Request) -> web.Response:
            return await self._platform.answer(request, checked)

        return answered

    async def _picture(self, request: web.Request) -> Json:
        call = await _read(request)
        if call.get("media_category") != "dm_image":
            raise self._refusal(400, "media_category is invalid for a one-shot upload")
        try:
            raw = base64.b64decode(call.get("media", ""), validate=True)
        except (binascii.Error, ValueError):
            raise self._refusal(400, "media is no base64") from None
        if not 0 < len(raw) <= IMAGE:
            raise self._refusal(400, "media is too large")
        media_id = self._number()
        self.ready[media_id] = raw
        return {"data": {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": 86_400}}

    async def _initialize(self, request: web.Request) -> Json:
        call = await _read(request)
        types, most = CATEGORIES.get(str(call.get("media_category")), (frozenset(), 0))
        size = call.get("total_bytes")
        if call.get("media_type") not in types or not isinstance(size, int) or not 0 < size <= most:
            raise self._refusal(400, "media_type, media_category or total_bytes is invalid")
        media_id = self._number()
        self.begun[media_id] = Upload(size)
        return {"data": {"id": media_id, "media_key": f"7_{media_id}", "expires_after_secs": 86_400}}

    async def _append(self, request: web.Request) -> Json:
        upload = self._known(request.match_info["id"])
        form = await request.post()
        piece, number = form.get("media"), str(form.get("segment_index"))
        places = [str(each) for each in range(len(upload.pieces) + 1)]
        if not isinstance(piece, web.FileField) or number not in places:
            raise self._refusal(400, "segment_index is invalid")
        with piece.file as file:
            raw = file.read()
        if not 0 < len(raw) <= SEGMENT:
            raise self._refusal(400, "the segment is too large")
        await asyncio.sleep(self.seconds_a_piece)
        upload.pieces[int(number) : int(number) + 1] = [raw]
        return {"data": {"expires_at": 0}}

    async def _finalize(self, request: web.Request) -> Json:
        media_id = request.match_info["id"]
        upload = self._known(media_id)
        if sum(map(len, upload.pieces)) != upload.total:
            raise self._refusal(400, "Segments do not add up to the provided total file size.")
        upload.looks = self.takes_looks
        return self._state(media_id, upload)

    async def _status(self, request: web.Request) -> Json:
        if request.query.get("command") != "STATUS":
            raise self._refusal(400, "command is invalid")
        media_id = request.query.get("media_id", "")
        upload = self._known(media_id)
        if upload.looks is None:
            raise self._refusal(400, "the upload is not finalized")
        upload.looks -= 1
        return self._state(media_id, upload)

    def _state(self, media_id: str, upload: Upload) -> Json:
        if (upload.looks or 0) > 0:
            info: dict[str, Json] = {"state": "in_progress", "check_after_secs": 1, "progress_percent": 8}
        elif self.cannot_convert:
            info = {"state": "failed", "error": {"code": 1, "name": "InvalidMedia", "message": "Unsupported codec"}}
        else:
            self.ready[media_id] = b"".join(upload.pieces)
            info = {"state": "succeeded", "progress_percent": 100}
        return {"data": {"id": media_id, "size": upload.total, "processing_info": info}}

    def _known(self, media_id: str) -> Upload:
        if media_id not in self.begun:
            raise self._refusal(404, "media_id is not known")
        return self.begun[media_id]

    def _number(self) -> str:
        return str(1_880_000_000_000_000_000 + self._platform.number())


async def _read(request: web.Request) -> Mapping[str, Any]:
    try:
        call = await request.json()
    except ValueError:
        return {}
    return call if isinstance(call, dict) else {}
