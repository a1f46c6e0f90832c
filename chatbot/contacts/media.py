"""Files that customers send, fetched before the platform forgets them and kept beside the database.

A file that has only a handle at its platform, or an address that is of no use to others, is fetched before its message
is taken up, so that a flow has an address to use; for others nobody waits. What a file is, its first bytes say: what is
not among the types we know is not kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, Protocol, runtime_checkable

from chatbot.contacts.shredding import Blobs
from chatbot.conversation.faults import reason, told
from chatbot.conversation.files import MARK, key
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Clock, Unavailable, Work
from chatbot.errors import PlatformError
from chatbot.policy.file_types import HEAD, detect
from chatbot.types import Attachment, AttachmentKind, Inbound

_log = logging.getLogger(__name__)

BUDGET: Final = 5_000
"""Milliseconds after its arrival that a message waits for a file which has no address yet."""

LARGEST: Final = 25 * 1024 * 1024
AT_ONCE: Final = 4
MOST_HELD: Final = 16
"""Messages that wait at one time: a crowd that sends pictures must not hold up whoever only writes."""

REMEMBERED: Final = 10_000
LONGEST: Final = 60.0
"""Seconds for one file."""

_FILES: Final[frozenset[AttachmentKind]] = frozenset({"image", "audio", "voice", "video", "file", "sticker", "story"})


@runtime_checkable
class MediaSource(Protocol):
    """A channel whose platform gives out what customers send."""

    def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        """The file that came with a message, in pieces. Raises PlatformError."""
        ...


@runtime_checkable
class Guarding(Protocol):
    """A source whose addresses work for nobody but us: a flow is better given ours."""

    @property
    def guards_media(self) -> bool: ...


class Shelf(Protocol):
    """Where it is noted which files there are."""

    async def attach(self, conversation: int, row: int, inbound: Inbound) -> bool:
        """What came as row `row` of the inbox has these attachments now.

        False when nobody has it any more: it was taken back, or its contact forgotten.
        """
        ...


class TooLarge(Exception):
    """A file is larger than what is kept."""


class Media:
    """Every account's; `on_kept` is rung when a message that waits can be taken up, `link` makes a file's address."""

    def __init__(
        self, store: Shelf, blobs: Blobs[object], channels: Mapping[str, object], clock: Clock, *, budget: int = BUDGET
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._sources = {name: each for name, each in channels.items() if isinstance(each, MediaSource)}
        self._guarded = {name for name, each in channels.items() if isinstance(each, Guarding) and each.guards_media}
        self._clock = clock
        self._budget = budget
        self._tried: OrderedDict[int, None] = OrderedDict()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._held: set[int] = set()
        self._free = asyncio.Semaphore(AT_ONCE)
        self.on_kept = Bell()
        self.link: Callable[[Attachment], str] = lambda _: ""

    def hold(self, work: Work) -> int | None:
        """Until when (ms since 1970 UTC) a message should wait for its files; None when it need not."""
        inbound = work.arrival.inbound
        account = work.record.key.account
        if inbound is None or account not in self._sources:
            return None
        wanted = [each for each in inbound.attachments if _is_wanted(each)]
        if not wanted:
            return None
        if work.row not in self._tasks and work.row not in self._tried:
            self._tried[work.row] = None
            if len(self._tried) > REMEMBERED:
                self._tried.popitem(last=False)
            self._tasks[work.row] = asyncio.create_task(self._keep_all(work, inbound))
            useless = account in self._guarded or any(not each.url for each in wanted)
            if len(self._held) < MOST_HELD and useless:
                self._held.add(work.row)
        until, now = work.arrival.at + self._budget, self._clock()
        return until if work.row in self._held and work.arrival.at <= now < until else None

    async def _keep_all(self, work: Work, inbound: Inbound) -> None:
        try:
            async with self._free:
                found = [await self._kept(inbound, place, each) for place, each in enumerate(inbound.attachments)]
            kept = replace(inbound, attachments=tuple(found))
            if kept != inbound and not await self._noted(work, kept):
                await self._drop(each for each in found if each not in inbound.attachments)
        except Exception as error:  # noqa: BLE001  # a file must not cost anybody their answer
            _log.error("a file cannot be kept: conversation=%d: %s", work.record.id, told(error))
        finally:
            del self._tasks[work.row]
            self._held.discard(work.row)
            self.on_kept.ring()

    async def _noted(self, work: Work, kept: Inbound) -> bool:
        try:
            return await self._store.attach(work.record.id, work.row, kept)
        except Unavailable as error:
            _log.warning("a file cannot be noted, and is not kept: conversation=%d: %s", work.record.id, error)
            return False

    async def _kept(self, inbound: Inbound, place: int, attachment: Attachment) -> Attachment:
        """The attachment as it is kept; as it came where it cannot be."""
        if not _is_wanted(attachment):
            return attachment
        account = inbound.key.account
        pieces = self._sources[account].media(attachment, inbound)
        try:
            async with asyncio.timeout(LONGEST):
                head = await _head(pieces)
                found = detect(head)
                if found is None:
                    _log.info("a file of no known type is not kept: account=%s", account)
                    return attachment
                blob = key(account, inbound.key.contact, f"{inbound.message_id}:{place}")
                await self._blobs.put(blob, _bounded(head, pieces))
        except OSError as error:  # a time limit that was over is one, too
            _log.warning("a file is not kept: account=%s: %s", account, reason(error))
            return attachment
        except (PlatformError, TooLarge) as error:
            _log.info("a file is not kept: account=%s: %s", account, reason(error))
            return attachment
        finally:
            await pieces.aclose()
        title = attachment.title or f"{attachment.kind}.{found.extension}"
        kept = replace(attachment, id=MARK + blob, mime=found.mime, title=title)
        return replace(kept, url=self.link(kept))

    async def _drop(self, files: Iterable[Attachment]) -> None:
        """Nothing notes these files: whoever sent them was forgotten meanwhile, or took them back.

        The store knows that they are to go; what cannot be deleted now, the shredder deletes later.
        """
        for each in files:
            try:
                await self._blobs.delete(each.id.removeprefix(MARK))
            except OSError as error:
                _log.warning("a file nobody has any more is still there: %s", reason(error))

    async def close(self) -> None:
        """Fetch nothing any more."""
        tasks = [*self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_wanted(attachment: Attachment) -> bool:
    there = attachment.url.startswith("http") or attachment.id
    return attachment.kind in _FILES and bool(there) and not attachment.id.startswith(MARK)


async def _head(pieces: AsyncGenerator[bytes]) -> bytes:
    head = b""
    while len(head) < HEAD and (piece := await anext(pieces, b"")):
        head += piece
    return head


async def _bounded(head: bytes, pieces: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    taken = len(head)
    yield head
    async for piece in pieces:
        taken += len(piece)
        if taken > LARGEST:
            raise TooLarge
        yield piece
