"""Events of types that nobody here knows, in SQL: counted, and the last of each type kept as they came."""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from chatbot.conversation.ledgers import Unused
from chatbot.conversation.store import Letter

NEWEST: Final = 20
"""Bodies of each type that are kept."""
LARGEST: Final = 64 * 1024
"""Bytes of a body that is kept: one that is cut short tells little."""


def keep(conn: sqlite3.Connection, letter: Letter, now: int) -> None:
    """One more event of its type. A body that brings several of them is kept once."""
    kind = letter.inbound.key.account, letter.inbound.raw_type
    conn.execute(
        "INSERT INTO unused_events(account, raw_type, count, first_at, last_at) VALUES (?, ?, 1, ?, ?)"
        " ON CONFLICT(account, raw_type) DO UPDATE SET count = count + 1, last_at = excluded.last_at",
        (*kind, now, now),
    )
    if not 0 < len(letter.raw) <= LARGEST:
        return
    conn.execute(
        "INSERT INTO unused_bodies(account, raw_type, raw, at) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS"
        " (SELECT 1 FROM unused_bodies WHERE account = ?1 AND raw_type = ?2 AND raw = ?3)",
        (*kind, letter.raw, now),
    )
    conn.execute(
        "DELETE FROM unused_bodies WHERE account = ?1 AND raw_type = ?2 AND id <= (SELECT id FROM unused_bodies"
        " WHERE account = ?1 AND raw_type = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
        (*kind, NEWEST),
    )


def counts(conn: sqlite3.Connection) -> list[Unused]:
    found = conn.execute(
        "SELECT account, raw_type, count, first_at, last_at FROM unused_events ORDER BY count DESC, account, raw_type"
    ).fetchall()
    return [Unused(*row) for row in found]


def bodies(conn: sqlite3.Connection, account: str, raw_type: str) -> list[bytes]:
    """What of a type is kept, the oldest first."""
    found = conn.execute(
        "SELECT raw FROM unused_bodies WHERE account = ? AND raw_type = ? ORDER BY id", (account, raw_type)
    ).fetchall()
    return [bytes(raw) for (raw,) in found]


def forget_old(conn: sqlite3.Connection, before: int) -> None:
    conn.execute("DELETE FROM unused_bodies WHERE at < ?", (before,))


def forget(conn: sqlite3.Connection, account: str, external: str) -> None:
    """Nothing that names a contact stays, be it a body that could not be read or one that nobody knew."""
    if not external:
        return
    # As a word of its own: 12 is not 123.
    named = re.compile(rb"(?<![\w-])" + re.escape(external.encode("utf-8", "replace")) + rb"(?![\w-])")
    for table, gone in (
        ("dead_letters", "UPDATE dead_letters SET raw = X'' WHERE id = ?"),
        ("unused_bodies", "DELETE FROM unused_bodies WHERE id = ?"),
    ):
        found = conn.execute(
            f"SELECT id, raw FROM {table} WHERE account = ? AND instr(raw, CAST(? AS BLOB))",  # noqa: S608  # one of two
            (account, external),
        ).fetchall()
        conn.executemany(gone, [(number,) for number, raw in found if named.search(raw)])
