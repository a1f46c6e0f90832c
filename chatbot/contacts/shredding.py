"""Files of contacts that were forgotten are deleted; what these send from then on is kept."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Final, Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

from chatbot.conversation.faults import reason, told
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Unavailable

_log = logging.getLogger(__name__)

EVERY: Final = 60_000
"""Milliseconds between two looks for files that are to go; whoever puts a file has somebody look at once."""

AT_ONCE: Final = 4
"""Deletions at one time: a folder whose deletion takes long holds up few others."""

PATIENCE: Final = 20.0
"""Seconds that a file waits for those under way to the same folder, which go with it."""


Blob_co = TypeVar("Blob_co", covariant=True)


class Blobs(Protocol[Blob_co]):
    """Where files are kept; see storage/blobs.py. Raises OSError, and ends in good time: it has limits of its own."""

    async def put(self, key: str, pieces: AsyncIterator[bytes]) -> None: ...

    async def open(self, key: str) -> Blob_co | None: ...

    async def delete(self, key: str) -> None: ...


class Shelf(Protocol):
    """Where it is noted which files are to go."""

    async def erased_files(self, after: str = "") -> Sequence[str]:
        """The folders of contacts that were forgotten, and single files that were taken back.

        A page of them, in order, from behind `after` on.
        """
        ...

    async def erased_among(self, names: Sequence[str]) -> Sequence[str]:
        """Which of these are to go."""
        ...

    async def files_erased(self, folder: str) -> None: ...


class Shredder(Generic[Blob_co]):
    """The blobs, with a shredder beside them: nothing is put among files that are to go, or it would go with them.

    Nor is anything deleted where a file is just being put: the note that a folder is to go would be crossed out, and
    the file that came meanwhile stay. Who puts a file waits for its own folder, never for anybody else's.
    """

    def __init__(self, blobs: Blobs[Blob_co], store: Shelf) -> None:
        self._blobs = blobs
        self._store = store
        self._coming: Counter[str] = Counter()
        self._ended = asyncio.Event()
        self._going: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._news = Bell()

    async def put(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        self._news.ring()
        while True:
            self._coming[key] += 1
            try:
                # Only now, so that a deletion either sees that something is coming here, or is seen.
                if not (marked := await self._marked(key)):
                    return await self._blobs.put(key, pieces)
            except Unavailable as error:
                raise OSError("the database does not say which files are to go first") from error
            finally:
                self._coming[key] -= 1
                self._coming += Counter()  # forgets what is no longer coming
                self._ended.set()
                self._ended = asyncio.Event()
            await self._make_room(marked)

    async def open(self, key: str) -> Blob_co | None:
        return await self._blobs.open(key)

    async def delete(self, key: str) -> None:
        await self._blobs.delete(key)

    async def run(self) -> None:
        """As long as the process lives."""
        while True:
            try:
                await self.shred()
            except Exception as error:  # noqa: BLE001  # one that nobody expected must not end all erasing
                _log.error("files of forgotten contacts are still there: %s", told(error))
            await self._news.wait(EVERY)

    async def shred(self) -> None:
        """Delete all that is to go. What cannot be deleted is left for the next time, and does not keep the others."""
        free = asyncio.Semaphore(AT_ONCE)

        async def erase(name: str) -> None:
            async with free:
                try:
                    await self._erase(name)
                except Unavailable as error:
                    _log.warning("files of forgotten contacts are noted as still there: %s", error)

        last = ""
        try:
            while page := await self._store.erased_files(last):
                last = page[-1]
                async with asyncio.TaskGroup() as group:
                    for name in page:
                        group.create_task(erase(name))
        except Unavailable as error:
            _log.warning("files of forgotten contacts are still there: %s", error)

    async def _marked(self, key: str) -> Sequence[str]:
        """What stands at or above a key and is to go."""
        parts = key.split("/")
        return await self._store.erased_among(["/".join(parts[:end]) for end in range(1, len(parts) + 1)])

    async def _make_room(self, marked: Sequence[str]) -> None:
        """Until these are gone, with what was on its way there before."""
        try:
            async with asyncio.timeout(PATIENCE):
                for each in marked:
                    while not await self._erase(each):
                        if not self._is_coming_to(each):
                            raise OSError("files that are to go first are still there")
                        await self._ended.wait()
        except Unavailable as error:
            raise OSError("the database does not take down which files are gone") from error
        except TimeoutError:
            raise OSError("files that are to go first are still coming") from None

    def _is_coming_to(self, name: str) -> bool:
        return any(key == name or key.startswith(f"{name}/") for key in self._coming)

    async def _erase(self, name: str) -> bool:
        """Whether nothing is left of it. Raises Unavailable: then it is deleted, and will be once more."""
        async with self._going.setdefault(name, asyncio.Lock()):
            if not await self._store.erased_among([name]):
                return True  # somebody was quicker, and what is there now came later
            if self._is_coming_to(name):
                return False
            try:
                await self._blobs.delete(name)
            except (OSError, ValueError) as error:
                _log.warning("files of a forgotten contact are still there: %s", reason(error))
                return False
            await self._store.files_erased(name)
            return True
