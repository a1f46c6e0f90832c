"""Events of types that nobody here knows, in SQL: counted, and the last of each type kept as they came."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Final, Literal

from chatbot.conversation.ledgers import Unused
from chatbot.conversation.store import Letter

NEWEST: Final = 20
"""Bodies of each type that are kept."""
LARGEST: Final = 64 * 1024
"""Bytes of a body that is kept: one that is cut short tells little."""
_EVER: Final = (1 << 63) - 1


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
    if external:
        forget_letters(conn, account, external)
        forget_bodies(conn, account, external)


def forget_letters(conn: sqlite3.Connection, account: str, external: str, until: int = _EVER) -> None:
    """Those that name a contact and came up to a moment are emptied."""
    # As a word of its own: "ana-77" is not "ana-77-other", whose words these may be.
    letters = _naming(conn, "dead_letters", account, external, rb"[\w-]", until)
    conn.executemany("UPDATE dead_letters SET raw = X'' WHERE id = ?", letters)


def forget_bodies(conn: sqlite3.Connection, account: str, word: str) -> None:
    """No body of an unknown type stays that may name a contact or a message: in doubt it goes, as "t_77" for "77"."""
    if word:
        bodies = _naming(conn, "unused_bodies", account, word, rb"[A-Za-z0-9]")
        conn.executemany("DELETE FROM unused_bodies WHERE id = ?", bodies)


def _naming(
    conn: sqlite3.Connection,
    table: Literal["dead_letters", "unused_bodies"],
    account: str,
    word: str,
    part: bytes,
    until: int = _EVER,
) -> list[tuple[int]]:
    """The rows that hold a word, in any spelling that JSON has for it; `part` is what would make it a longer one."""
    plain = json.dumps(word)[1:-1]
    spelled = {word, json.dumps(word, ensure_ascii=False)[1:-1], plain, plain.replace("/", "\\/")}
    names = b"|".join(re.escape(each.encode("utf-8", "replace")) for each in sorted(spelled))
    named = re.compile(rb"(?<!" + part + rb")(?:" + names + rb")(?!" + part + rb")", re.IGNORECASE)
    which = f"SELECT id, raw FROM {table} WHERE account = ? AND at <= ?"  # noqa: S608  # one of two
    found = conn.execute(which, (account, until)).fetchall()
    return [(number,) for number, raw in found if named.search(raw)]
