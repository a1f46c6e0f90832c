"""Small durable things in SQL: programs by hash, attempts, dead letters, sealed secrets."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from chatbot.conversation.store import Version, Work


def count_attempts(conn: sqlite3.Connection, works: Sequence[Work]) -> None:
    arrivals = json.dumps([work.row for work in works if work.source != "timer"])
    timers = json.dumps([work.row for work in works if work.source == "timer"])
    conn.execute("UPDATE inbox SET attempts = attempts + 1 WHERE id IN (SELECT value FROM json_each(?))", (arrivals,))
    conn.execute("UPDATE timers SET attempts = attempts + 1 WHERE id IN (SELECT value FROM json_each(?))", (timers,))


def dead_letter(conn: sqlite3.Connection, account: str, raw: bytes, reason: str, now: int) -> None:
    conn.execute("INSERT INTO dead_letters(account, raw, reason, at) VALUES (?, ?, ?, ?)", (account, raw, reason, now))


def activate(conn: sqlite3.Connection, program: str, bundle: bytes, now: int) -> None:
    conn.execute("INSERT OR IGNORE INTO programs(hash, bundle, created_at) VALUES (?, ?, ?)", (program, bundle, now))
    conn.execute(
        "INSERT INTO active_program(id, hash, activated_at) VALUES (1, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET hash = excluded.hash, activated_at = excluded.activated_at",
        (program, now),
    )
    last = conn.execute("SELECT hash FROM activations ORDER BY id DESC LIMIT 1").fetchone()
    if last is None or last[0] != program:
        conn.execute("INSERT INTO activations(hash, at) VALUES (?, ?)", (program, now))


def versions(conn: sqlite3.Connection) -> list[Version]:
    """What stands in the middle of a flow has frames in its state, and names its version."""
    found = conn.execute(
        "SELECT a.hash, max(a.at), a.hash = (SELECT hash FROM active_program),"
        " (SELECT count(*) FROM conversations c WHERE c.program = a.hash"
        " AND instr(c.state, CAST('\"frames\"' AS BLOB)) > 0)"
        " FROM activations a GROUP BY a.hash ORDER BY max(a.id) DESC"
    )
    return [Version(program, at, bool(active), count) for program, at, active, count in found.fetchall()]


def replaced(conn: sqlite3.Connection) -> dict[str, int]:
    found = conn.execute(
        "SELECT a.hash, (SELECT min(n.at) FROM activations n WHERE n.id > max(a.id)) FROM activations a GROUP BY a.hash"
    )
    return {program: at for program, at in found.fetchall() if at is not None}


def bundle(conn: sqlite3.Connection, program: str) -> bytes | None:
    row = conn.execute("SELECT bundle FROM programs WHERE hash = ?", (program,)).fetchone()
    return None if row is None else bytes(row[0])


def active_program(conn: sqlite3.Connection) -> str | None:
    row = conn.execute("SELECT hash FROM active_program").fetchone()
    return None if row is None else str(row[0])


def sealed(conn: sqlite3.Connection, account: str) -> bytes | None:
    row = conn.execute("SELECT sealed FROM tokens WHERE account = ?", (account,)).fetchone()
    return None if row is None else bytes(row[0])


def keep_sealed(conn: sqlite3.Connection, account: str, secret: bytes, now: int) -> None:
    conn.execute(
        "INSERT INTO tokens(account, sealed, at) VALUES (?, ?, ?)"
        " ON CONFLICT(account) DO UPDATE SET sealed = excluded.sealed, at = excluded.at",
        (account, secret, now),
    )
