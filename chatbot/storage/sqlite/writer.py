"""The one thread that owns the one connection that writes - and checkpoints, which is why there is only one.

Every write is a unit: a function of the connection. Units that queued while the last commit ran make the next
transaction together, each in a savepoint of its own, so a unit that raises is undone alone. Nobody waits for a batch
to fill. Whatever happens to a batch, the thread lives on.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from chatbot.conversation.store import Overloaded, Unavailable

T = TypeVar("T")
Unit = Callable[[sqlite3.Connection], Any]
Ended = tuple["asyncio.Future[Any]", Any, BaseException | None]

_log = logging.getLogger(__name__)

_PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary result codes that say something about the machine at the moment, not about the unit."""


class Writer:
    """Runs units in order; `run` returns a future that is done when the unit is on disk."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, limit: int = 10_000) -> None:
        self._connect = connect
        self._limit = limit
        self._queue: list[tuple[Unit, asyncio.Future[Any]]] = []
        self._awake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def run(self, unit: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._awake:
            if self._closing:
                raise Unavailable("the store is closed")
            if len(self._queue) >= self._limit:
                raise Overloaded(f"{self._limit} writes are waiting for the disk")
            self._queue.append((unit, future))
            self._awake.notify()
        return future

    def stop(self) -> None:
        """Finish what is queued and end the thread; blocks until the last commit."""
        with self._awake:
            self._closing = True
            self._awake.notify()
        self._thread.join()

    def _work(self) -> None:
        conn = self._connect()
        try:
            while batch := self._next():
                tell(write(conn, batch))
        finally:
            conn.close()

    def _next(self) -> list[tuple[Unit, asyncio.Future[Any]]]:
        with self._awake:
            while not self._queue and not self._closing:
                self._awake.wait()
            batch, self._queue = self._queue, []
        return batch


def write(conn: sqlite3.Connection, batch: Sequence[tuple[Unit, asyncio.Future[Any]]]) -> list[Ended]:
    """One transaction for the whole batch. If it is lost, every unit of it hears so."""
    ended: list[Ended] = []
    try:
        conn.execute("BEGIN IMMEDIATE")
        for unit, future in batch:
            ended.append((future, *_alone(conn, unit)))
        conn.execute("COMMIT")
    except Exception as error:  # noqa: BLE001  # the thread must outlive whatever a unit or the disk does
        _undo(conn)
        lost = _plain(error)
        ended = [(future, None, lost) for _, future in batch]
    return ended


def _alone(conn: sqlite3.Connection, unit: Unit) -> tuple[Any, BaseException | None]:
    conn.execute("SAVEPOINT unit")
    try:
        value = unit(conn)
    except Exception as error:
        # A full disk or an I/O error may have ended the whole transaction already: then there is no savepoint left
        # to go back to, and what other units of this batch wrote is gone as well.
        if not conn.in_transaction:
            raise
        conn.execute("ROLLBACK TO unit")
        conn.execute("RELEASE unit")
        return None, _plain(error)
    conn.execute("RELEASE unit")
    return value, None


def _undo(conn: sqlite3.Connection) -> None:
    try:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
    except sqlite3.Error:
        _log.exception("a transaction could not be rolled back")


def _plain(error: Exception) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, sqlite3.OperationalError) and code is not None and code & 0xFF in _PASSING:
        return Unavailable(f"the database cannot be written now: {error}")
    return error


def tell(ended: Sequence[Ended]) -> None:
    """Hand results to the loops that wait for them, one wake-up a loop."""
    loops: dict[asyncio.AbstractEventLoop, list[Ended]] = {}
    for one in ended:
        loops.setdefault(one[0].get_loop(), []).append(one)
    for loop, ours in loops.items():
        try:
            loop.call_soon_threadsafe(_settle, ours)
        except RuntimeError:  # the loop is closed: nobody waits any more
            _log.warning("%d writes ended after their loop", len(ours))


def _settle(ended: Sequence[Ended]) -> None:
    for future, value, error in ended:
        if future.done():  # its waiter was cancelled; the write stands all the same
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)
