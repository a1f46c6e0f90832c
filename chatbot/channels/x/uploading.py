"""Pictures and films on their way into a message of X: fetched, uploaded, and waited for while X works on them.

A picture goes in one call. A film or a moving picture goes in pieces, and X has to convert it before a message may show
it; what takes longer than a send may last is taken up again by the next try, and not uploaded twice.
Docs: X API v2 > Media > Chunked upload.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chatbot.channels.media import Media, NoMedia, fetch_media
from chatbot.channels.tokens import Rotation
from chatbot.channels.x.sending import Conversion, XApi
from chatbot.errors import PlatformError

_MB: Final = 1024 * 1024
LARGEST: Final[Mapping[str, int]] = {
    "image/jpeg": 5 * _MB, "image/png": 5 * _MB, "image/gif": 15 * _MB, "video/mp4": 25 * _MB,
    "video/quicktime": 25 * _MB,
}  # fmt: skip
"""Bytes by type. X takes longer films; what is uploaded is held in memory here."""

SEGMENT: Final = 4 * _MB
PATIENCE: Final = 20.0
"""Seconds for all of it within one try of a send, which delivery gives half a minute."""

SHORTEST_LOOK: Final = 0.2
REMEMBERED: Final = 1_000
LIFETIME: Final = 900.0
"""Uploads for messages that have not gone out yet, and the seconds after which one is made anew."""


@dataclass(slots=True)
class Uploads:
    """`private`: files at addresses of this network may be fetched."""

    api: XApi
    tokens: Rotation
    private: bool
    _known: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)

    async def upload(self, recipient: str, url: str) -> str:
        """The media id of the file at `url`, for one message to `recipient`. Raises NoMedia, PlatformError.

        An error that is `retryable` may be over with the next try.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._upload((recipient, url))
        except TimeoutError:
            raise PlatformError("X is not done with a film yet", reason="content", retryable=True) from None

    def used(self, recipient: str, url: str) -> None:
        """The message with it has gone out: another one has a file of its own, though it lies at the same address."""
        self._known.pop((recipient, url), None)

    async def _upload(self, key: tuple[str, str]) -> str:
        media_id, conversion = await self._taken_up(key)
        if conversion is None:
            media = await fetch_media(key[1], LARGEST, private=self.private)
            if media.mime in ("image/jpeg", "image/png"):
                return await self.tokens.use(lambda token: self.api.upload(token, media.raw, "dm_image"))
            media_id = await self._in_pieces(media)
            self._remember(key, media_id)
            conversion = await self.tokens.use(lambda token: self.api.finalize(token, media_id))
        while conversion.state in ("pending", "in_progress"):
            await asyncio.sleep(max(conversion.look_again, SHORTEST_LOOK))
            conversion = await self.tokens.use(lambda token: self.api.look(token, media_id))
        if conversion.state == "failed":
            self._known.pop(key, None)
            raise NoMedia(f"X cannot convert it: {conversion.why or 'no explanation'}")
        return media_id

    async def _taken_up(self, key: tuple[str, str]) -> tuple[str, Conversion | None]:
        """What an earlier try has uploaded, and how far X is with it; None where X does not have it any more."""
        media_id, at = self._known.get(key, ("", 0.0))
        if not media_id or time.monotonic() - at > LIFETIME:
            return "", None
        try:
            return media_id, await self.tokens.use(lambda token: self.api.look(token, media_id))
        except PlatformError as error:
            if error.retryable or error.reason not in ("recipient", "content"):
                raise
            self._known.pop(key, None)
            return "", None

    async def _in_pieces(self, media: Media) -> str:
        category = "dm_gif" if media.mime == "image/gif" else "dm_video"
        size = len(media.raw)
        media_id = await self.tokens.use(lambda token: self.api.initialize(token, media.mime, size, category))
        for number, start in enumerate(range(0, size, SEGMENT)):
            piece = media.raw[start : start + SEGMENT]
            await self.tokens.use(
                lambda token, number=number, piece=piece: self.api.append(token, media_id, number, piece)  # type: ignore[misc]
            )
        return media_id

    def _remember(self, key: tuple[str, str], media_id: str) -> None:
        self._known[key] = media_id, time.monotonic()
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
