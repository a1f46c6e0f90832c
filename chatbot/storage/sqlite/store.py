"""The store port on SQLite: opening a file, and one method an operation.

Statements live in the modules beside this one; here is only which thread runs them.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Literal, TypeVar

from chatbot.conversation.episodes import DeskMove, Episode, Reply, Seat, Spoken, Trouble
from chatbot.conversation.ledgers import Deletion, Unused
from chatbot.conversation.store import (
    Accepted,
    Ask,
    CallEnd,
    ChatLine,
    Claim,
    Letter,
    Load,
    Outcome,
    Placed,
    Post,
    Report,
    Slots,
    Version,
    Work,
)
from chatbot.errors import OperatorError
from chatbot.storage import migrate
from chatbot.storage.sqlite import (
    accepting,
    calling,
    claiming,
    committing,
    contacts,
    deciding,
    desk,
    erasing,
    keeping,
    sending,
    starting,
    transcript,
    unused,
)
from chatbot.storage.sqlite.lock import FileLock
from chatbot.storage.sqlite.readers import Readers
from chatbot.storage.sqlite.under_way import UnderWay
from chatbot.storage.sqlite.writer import Writer
from chatbot.types import ConversationKey, Inbound, Json

T = TypeVar("T")
Durability = Literal["full", "fast"]


class SqliteStore:
    """Opened by `open`; owns the file until `close`."""

    def __init__(self, writer: Writer, readers: Readers, lock: FileLock, under_way: UnderWay, *, remember: int) -> None:
        self._writer = writer
        self._readers = readers
        self._lock = lock
        self._under_way = under_way
        self._known: OrderedDict[ConversationKey, int] = OrderedDict()
        self._remember = remember
        self._started = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        durability: Durability = "full",
        queue: int = 10_000,
        remember: int = 100_000,
        max_pages: int | None = None,
    ) -> SqliteStore:
        """Lock, migrate and open. `max_pages` bounds the file; `remember` is how many senders are kept in memory."""
        path = path.resolve()  # one file has one lock, whatever names lead to it
        lock = FileLock.take(path)
        try:
            migrate.upgrade(path)
            writer = Writer(lambda: _connect_writer(path, durability, max_pages), limit=queue)
            _connect_writer(path, durability, max_pages).close()  # fails here, where somebody listens
            under_way = UnderWay.open(path)
        except (sqlite3.Error, OSError) as error:
            lock.release()
            raise OperatorError(f"{path} cannot be opened as a database: {error}") from error
        except BaseException:
            lock.release()
            raise
        writer.start()
        return cls(writer, Readers(lambda: _connect_reader(path)), lock, under_way, remember=remember)

    async def start(self, now: int, grace: int) -> bool:
        self._started = True
        mark = self._under_way.take()
        return await self._writer.run(lambda conn: starting.start(conn, now, grace, mark))

    async def accept(self, letters: Sequence[Letter], now: int) -> Accepted:
        known = {key: self._known[key] for key in {letter.inbound.key for letter in letters} if key in self._known}
        stored = await self._writer.run(lambda conn: accepting.accept(conn, letters, known, now))
        self._known.update(stored.met)
        for key in known:
            self._known.move_to_end(key)
        while len(self._known) > self._remember:
            self._known.popitem(last=False)
        return stored.counts

    async def dead_letter(self, account: str, raw: bytes, reason: str, now: int) -> None:
        await self._writer.run(lambda conn: keeping.dead_letter(conn, account, raw, reason, now))

    def claim(self, now: int, limit: int) -> AbstractAsyncContextManager[Claim]:
        return self._claim(now, limit)

    @asynccontextmanager
    async def _claim(self, now: int, limit: int) -> AsyncIterator[Claim]:
        works, waiting, wake_at = await self._readers.run(lambda conn: claiming.claim(conn, now, limit))
        yield SqliteClaim(self._writer, works, waiting, wake_at)

    def under_way(self, work: Work) -> AbstractContextManager[None]:
        return self._under_way(work)

    async def count_attempts(self, works: Sequence[Work]) -> None:
        await self._writer.run(lambda conn: keeping.count_attempts(conn, works))

    async def exchange(self, reports: Sequence[Report], ask: Ask, now: int) -> Post:
        return await self._writer.run(lambda conn: sending.exchange(conn, reports, ask, now))

    async def exchange_calls(self, ends: Sequence[CallEnd], slots: Slots, now: int) -> Placed:
        return await self._writer.run(lambda conn: calling.exchange(conn, ends, slots, now))

    async def introduce(self, conversation: int, profile: Mapping[str, Json]) -> None:
        await self._writer.run(lambda conn: contacts.introduce(conn, conversation, profile))

    async def knows(self, key: ConversationKey) -> bool:
        return await self._readers.run(lambda conn: contacts.knows(conn, key))

    async def link(self, one: ConversationKey, other: ConversationKey) -> bool:
        return await self._writer.run(lambda conn: contacts.link(conn, one, other))

    async def erase(self, account: str, externals: Sequence[str], now: int) -> int:
        return await self._writer.run(lambda conn: erasing.erase(conn, account, externals, now))

    async def attach(self, conversation: int, row: int, inbound: Inbound) -> bool:
        return await self._writer.run(lambda conn: contacts.attach(conn, conversation, row, inbound))

    async def erased_files(self, after: str = "") -> Sequence[str]:
        return await self._readers.run(lambda conn: erasing.files(conn, after))

    async def erased_among(self, names: Sequence[str]) -> Sequence[str]:
        return await self._readers.run(lambda conn: erasing.files_among(conn, names))

    async def files_erased(self, folder: str) -> None:
        await self._writer.run(lambda conn: erasing.files_gone(conn, folder))

    async def ask_deletion(self, wish: Deletion) -> bool:
        return await self._writer.run(lambda conn: erasing.ask(conn, wish))

    async def deletion(self, code: str) -> Deletion | None:
        return await self._readers.run(lambda conn: erasing.deletion(conn, code))

    async def unfinished_deletions(self) -> Sequence[Deletion]:
        return await self._readers.run(erasing.unfinished)

    async def deletion_done(self, code: str, now: int) -> None:
        await self._writer.run(lambda conn: erasing.done(conn, code, now))

    async def warn(self, text: str, now: int) -> None:
        await self._writer.run(lambda conn: deciding.alert(conn, None, "contacts", text, now))

    async def move(self, move: DeskMove, now: int) -> bool:
        return await self._writer.run(lambda conn: desk.move(conn, move, now))

    async def reply(self, reply: Reply, now: int) -> bool:
        return await self._writer.run(lambda conn: desk.reply(conn, reply, now))

    async def seat(self, conversation: int) -> Seat | None:
        return await self._readers.run(lambda conn: desk.seat(conn, conversation))

    async def episodes(self, *, open_only: bool, limit: int) -> Sequence[Episode]:
        return await self._readers.run(lambda conn: desk.episodes(conn, limit, open_only=open_only))

    async def episode(self, handoff: int) -> Episode | None:
        return await self._readers.run(lambda conn: desk.episode(conn, handoff))

    async def transcript(self, conversation: int, limit: int) -> Sequence[Spoken]:
        return await self._readers.run(lambda conn: desk.transcript(conn, conversation, limit))

    async def lines_after(self, account: str, contact: str, cursor: int, limit: int) -> Sequence[ChatLine]:
        return await self._readers.run(lambda conn: transcript.lines_after(conn, account, contact, cursor, limit))

    async def at_work(self, account: str, contact: str) -> bool:
        return await self._readers.run(lambda conn: transcript.at_work(conn, account, contact))

    async def troubles(self, limit: int) -> Sequence[Trouble]:
        return await self._readers.run(lambda conn: desk.troubles(conn, limit))

    async def unused(self) -> Sequence[Unused]:
        return await self._readers.run(unused.counts)

    async def activate(self, program: str, bundle: bytes, now: int) -> None:
        await self._writer.run(lambda conn: keeping.activate(conn, program, bundle, now))

    async def bundle(self, program: str) -> bytes | None:
        return await self._readers.run(lambda conn: keeping.bundle(conn, program))

    async def active_program(self) -> str | None:
        return await self._readers.run(keeping.active_program)

    async def versions(self) -> Sequence[Version]:
        return await self._readers.run(keeping.versions)

    async def replaced(self) -> Mapping[str, int]:
        return await self._readers.run(keeping.replaced)

    async def sealed(self, account: str) -> bytes | None:
        """What was put away for an account; only its owner can open it."""
        return await self._readers.run(lambda conn: keeping.sealed(conn, account))

    async def keep_sealed(self, account: str, sealed: bytes, now: int) -> None:
        await self._writer.run(lambda conn: keeping.keep_sealed(conn, account, sealed, now))

    async def load(self, now: int) -> Load:
        return await self._readers.run(lambda conn: starting.load(conn, now))

    async def prune(self, now: int, keep: int) -> bool:
        return await self._writer.run(lambda conn: starting.prune(conn, now, keep))

    async def close(self, *, clean: bool) -> None:
        if clean and self._started:  # whoever only looked in does not vouch for the one before
            await self._writer.run(starting.stop_clean)
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        self._readers.stop()
        self._writer.stop()
        self._under_way.close()
        self._lock.release()


class SqliteClaim:
    """What one pass of the turn worker took up. One process owns the file, so nothing needs to be locked."""

    def __init__(self, writer: Writer, works: Sequence[Work], waiting: Mapping[str, int], wake_at: int | None) -> None:
        self._writer = writer
        self.works = works
        self.waiting = waiting
        self.wake_at = wake_at

    async def commit(self, outcomes: Sequence[Outcome], now: int) -> Sequence[BaseException | bool]:
        """All at once; if one of them is out of date or wrong, each as a unit of its own."""
        if not outcomes:
            return []
        together = await self._try(outcomes, now)
        if len(outcomes) == 1 or together is True:
            return [together] * len(outcomes)
        return await asyncio.gather(*(self._try([outcome], now) for outcome in outcomes))

    async def _try(self, outcomes: Sequence[Outcome], now: int) -> BaseException | bool:
        try:
            await self._writer.run(lambda conn: committing.commit(conn, outcomes, now))
        except committing.Fenced:
            return False
        except Exception as error:  # noqa: BLE001  # whatever a turn's rows did to SQLite is that turn's verdict
            return error
        return True


def _connect_writer(path: Path, durability: Durability, max_pages: int | None) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None, cached_statements=512, check_same_thread=False)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute(f"PRAGMA synchronous = {'FULL' if durability == 'full' else 'NORMAL'}")
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA wal_autocheckpoint = 2000")
    conn.execute("PRAGMA journal_size_limit = 67108864")
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute("PRAGMA cache_size = -65536")
    if max_pages is not None:
        conn.execute(f"PRAGMA max_page_count = {int(max_pages)}")
    return conn


def _connect_reader(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=256, check_same_thread=False)
