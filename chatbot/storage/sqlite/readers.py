"""Reading beside the writer: a few threads, each with a read-only connection of its own."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Readers:
    """Runs functions of a read-only connection off the loop."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, threads: int = 3) -> None:
        self._connect = connect
        self._mine = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._pool = ThreadPoolExecutor(threads, "store-reader")

    async def run(self, read: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, read)

    def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        conn: sqlite3.Connection | None = getattr(self._mine, "conn", None)
        if conn is None:
            conn = self._mine.conn = self._connect()
            self._open.append(conn)
        return read(conn)

    def stop(self) -> None:
        self._pool.shutdown()
        for conn in self._open:
            conn.close()
