"""Pictures and films on their way into a message of X: fetched, uploaded, and waited for while X works on them.

A picture goes in one call. A film or a moving picture goes in pieces, and X has to convert it before a message may show
it; what takes longer than a send may last is taken up by the next try where the last one stopped, and after some tries
goes out as a link.
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

TRIES: Final = 6
"""How often an upload may run out of time: two minutes of work, and a link is better than no message."""


@dataclass(slots=True)
class _Upload:
    """One upload, from its first try until its message has gone out.

    X has `sent` pieces of a file of `size` bytes, or all of it (`whole`). `hopeless`: why it is none and stays none.
    """

    begun: float = field(default_factory=time.monotonic)
    media_id: str = ""
    size: int = 0
    sent: int = 0
    whole: bool = False
    late: int = 0
    hopeless: str = ""

    def give_up(self, why: str) -> NoMedia:
        self.hopeless = why
        return NoMedia(why)

    def forget(self) -> None:
        """X does not have it any more, or not as we thought."""
        self.media_id, self.size, self.sent, self.whole = "", 0, 0, False


@dataclass(slots=True)
class Uploads:
    """`private`: files at addresses of this network may be fetched."""

    api: XApi
    tokens: Rotation
    private: bool
    _known: dict[tuple[str, str], _Upload] = field(default_factory=dict)

    async def upload(self, recipient: str, url: str) -> str:
        """The media id of the file at `url`, for one message to `recipient`. Raises NoMedia, PlatformError.

        An error that is `retryable` may be over with the next try.
        """
        upload = self._taken_up((recipient, url))
        if upload.hopeless:
            raise NoMedia(upload.hopeless)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._upload(url, upload)
        except TimeoutError:
            upload.late += 1
            if upload.late >= TRIES:
                raise upload.give_up(f"X is not done with it after {TRIES} tries") from None
            raise PlatformError("X is not done with a film yet", reason="content", retryable=True) from None

    def used(self, recipient: str, url: str) -> None:
        """The message with it has gone out: another one has a file of its own, though it lies at the same address."""
        self._known.pop((recipient, url), None)

    def _taken_up(self, key: tuple[str, str]) -> _Upload:
        """What an earlier try has begun, else a new one."""
        upload = self._known.get(key)
        if upload is None or time.monotonic() - upload.begun > LIFETIME:
            upload = self._known[key] = _Upload()
            while len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
        return upload

    async def _upload(self, url: str, upload: _Upload) -> str:
        conversion = await self._looked_at(upload) if upload.whole else None
        if conversion is None:
            media = await fetch_media(url, LARGEST, private=self.private)
            if media.mime in ("image/jpeg", "image/png"):
                return await self.tokens.use(lambda token: self.api.upload(token, media.raw, "dm_image"))
            conversion = await self._resumed(media, upload)
        while conversion.state in ("pending", "in_progress"):
            await asyncio.sleep(max(conversion.look_again, SHORTEST_LOOK))
            conversion = await self.tokens.use(lambda token: self.api.look(token, upload.media_id))
        if conversion.state == "failed":
            raise upload.give_up(f"X cannot convert it: {conversion.why or 'no explanation'}")
        return upload.media_id

    async def _looked_at(self, upload: _Upload) -> Conversion | None:
        """How far X is with what it has; None where it does not have it any more."""
        try:
            return await self.tokens.use(lambda token: self.api.look(token, upload.media_id))
        except PlatformError as error:
            if not _is_lost(error):
                raise
            upload.forget()
            return None

    async def _resumed(self, media: Media, upload: _Upload) -> Conversion:
        if upload.size == len(media.raw):
            try:
                return await self._in_pieces(media, upload)
            except PlatformError as error:
                if not _is_lost(error):
                    raise
        upload.forget()
        return await self._in_pieces(media, upload)

    async def _in_pieces(self, media: Media, upload: _Upload) -> Conversion:
        """Send what X does not have yet. A piece whose answer was lost is sent again: it goes by its number."""
        category = "dm_gif" if media.mime == "image/gif" else "dm_video"
        size = len(media.raw)
        if not upload.media_id:
            upload.media_id = await self.tokens.use(
                lambda token: self.api.initialize(token, media.mime, size, category)
            )
            upload.size = size
        for number in range(upload.sent, -(-size // SEGMENT)):
            piece = media.raw[number * SEGMENT : (number + 1) * SEGMENT]
            await self.tokens.use(
                lambda token, number=number, piece=piece: self.api.append(token, upload.media_id, number, piece)  # type: ignore[misc]
            )
            upload.sent = number + 1
        conversion = await self.tokens.use(lambda token: self.api.finalize(token, upload.media_id))
        upload.whole = True  # not before: an upload that was not finalized has no state to look at
        return conversion


def _is_lost(error: PlatformError) -> bool:
    """Whether X does not know what it was asked about."""
    return not error.retryable and error.reason in ("recipient", "content")
