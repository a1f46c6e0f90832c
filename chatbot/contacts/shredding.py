"""Files of contacts that were forgotten are deleted; what these send from then on is kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Final, Generic, Protocol, TypeVar

from chatbot.conversation.store import Unavailable

_log = logging.getLogger(__name__)

EVERY: Final = 60.0
"""Seconds between two looks for files that are to go."""


Blob_co = TypeVar("Blob_co", covariant=True)


class Blobs(Protocol[Blob_co]):
    """Where files are kept; see storage/blobs.py. Raises OSError."""

    async def put(self, key: str, pieces: AsyncIterator[bytes]) -> None: ...

    async def open(self, key: str) -> Blob_co | None: ...

    async def delete(self, key: str) -> None: ...


class Shelf(Protocol):
    """Where it is noted which files are to go."""

    async def erased_files(self) -> Sequence[str]:
        """The folders of contacts that were forgotten, and single files that were taken back."""
        ...

    async def files_erased(self, folder: str) -> None: ...


class Shredder(Generic[Blob_co]):
    """The blobs, with a shredder beside them: nothing is put among files that are to go, or it would go with them."""

    def __init__(self, blobs: Blobs[Blob_co], store: Shelf) -> None:
        self._blobs = blobs
        self._store = store
        self._one = asyncio.Lock()

    async def put(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        try:
            stuck = await self._shred()
        except Unavailable as error:
            raise OSError("the database does not say which files are to go first") from error
        if any(key.startswith(f"{each}/") for each in stuck):
            raise OSError("files that are to go first are still there")
        await self._blobs.put(key, pieces)

    async def open(self, key: str) -> Blob_co | None:
        return await self._blobs.open(key)

    async def delete(self, key: str) -> None:
        await self._blobs.delete(key)

    async def run(self) -> None:
        """As long as the process lives."""
        while True:
            await self.shred()
            await asyncio.sleep(EVERY)

    async def shred(self) -> None:
        try:
            await self._shred()
        except Unavailable as error:
            _log.warning("files of forgotten contacts are still there: %s", type(error).__name__)

    async def _shred(self) -> set[str]:
        """What cannot be deleted is left for the next time, and does not keep the others."""
        stuck: set[str] = set()
        async with self._one:
            while fresh := [each for each in await self._store.erased_files() if each not in stuck]:
                for gone in fresh:
                    try:
                        await self._blobs.delete(gone)
                    except (OSError, ValueError) as error:
                        _log.warning("files of a forgotten contact are still there: %s", type(error).__name__)
                        stuck.add(gone)
                    else:
                        await self._store.files_erased(gone)
        return stuck
