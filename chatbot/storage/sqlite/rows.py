"""Many rows in few statements: each statement hands the interpreter lock back once, not once a row.

A batch is cut into powers of two so that the statements repeat and SQLite's driver finds them prepared.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeAlias

Row: TypeAlias = tuple[Any, ...]
_LARGEST: Final = 64


def chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in runs of 64, 32, 16, ... 1."""
    at, size = 0, _LARGEST
    while at < len(rows):
        while size > len(rows) - at:
            size //= 2
        yield rows[at : at + size]
        at += size


@lru_cache(maxsize=256)
def _insert(into: str, width: int, count: int) -> str:
    return f"INSERT INTO {into} VALUES {values(width, count)}"


def values(width: int, count: int) -> str:
    one = "(" + ",".join("?" * width) + ")"
    return ",".join([one] * count)


def insert(conn: sqlite3.Connection, into: str, rows: Sequence[Row]) -> None:
    """Insert all rows; `into` is the table with its columns."""
    for part in chunks(rows):
        conn.execute(_insert(into, len(part[0]), len(part)), list(chain.from_iterable(part)))


def each(conn: sqlite3.Connection, statement: Callable[[int], str], rows: Sequence[Row]) -> Iterator[sqlite3.Cursor]:
    """Run `statement(number of rows)` over the rows, a chunk at a time."""
    for part in chunks(rows):
        yield conn.execute(statement(len(part)), list(chain.from_iterable(part)))


def run(conn: sqlite3.Connection, statement: Callable[[int], str], rows: Sequence[Row]) -> int:
    """Run `statement(number of rows)` over all rows; how many it changed."""
    return sum(cursor.rowcount for cursor in each(conn, statement, rows))


def alone(conn: sqlite3.Connection, work: Callable[[], object]) -> Exception | None:
    """Do it whole or not at all, and say what was wrong with it; raises when the database itself is in trouble."""
    conn.execute("SAVEPOINT alone")
    try:
        work()
    except Exception as error:
        if isinstance(error, sqlite3.OperationalError) or not conn.in_transaction:
            raise
        conn.execute("ROLLBACK TO alone")
        conn.execute("RELEASE alone")
        return error
    conn.execute("RELEASE alone")
    return None


def next_id(conn: sqlite3.Connection, table: str) -> int:
    """The first free id; ids are only ever given out inside the writer's transaction."""
    row = conn.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
    return int(row[0])
