"""Taking over a database from the last process, and keeping it tidy."""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3

from chatbot.conversation.store import Load
from chatbot.storage.pending import CALLS_LIVE, OUTBOX_LIVE
from chatbot.storage.sqlite import deduping, unused
from chatbot.storage.sqlite.under_way import Mark

PRUNE_AT_ONCE = 5_000
"""Arrivals forgotten in one transaction, so that nobody waits long for the writer."""


def start(conn: sqlite3.Connection, now: int, grace: int, died_over: Mark | None) -> bool:
    """Whether the last process stopped in order."""
    clean = conn.execute("SELECT value FROM marks WHERE name = 'stopped'").fetchone()
    in_order = clean is None or clean[0] == "clean"
    stop_mark(conn, "running")
    if died_over is not None:
        table = "timers" if died_over.timer else "inbox"
        conn.execute(f"UPDATE {table} SET attempts = attempts + 1 WHERE id = ?", (died_over.row,))
    _uncertain(conn, now + grace)
    conn.execute(
        "UPDATE calls SET status = 'pending', interrupted = 1, next_try_at = 0"
        f" WHERE {CALLS_LIVE} AND status = 'running'"
    )
    return in_order


def _uncertain(conn: sqlite3.Connection, until: int) -> None:
    """Nobody knows whether what was `sending` was sent; what waits behind it waits as long."""
    conn.execute(
        f"UPDATE outbox SET next_try_at = ? WHERE {OUTBOX_LIVE} AND status = 'waiting' AND next_try_at < ?"
        f" AND conversation IN (SELECT conversation FROM outbox WHERE {OUTBOX_LIVE} AND status = 'sending')",
        (until, until),
    )
    conn.execute(
        f"UPDATE outbox SET status = 'uncertain', next_try_at = ? WHERE {OUTBOX_LIVE} AND status = 'sending'", (until,)
    )


def stop_mark(conn: sqlite3.Connection, value: str) -> None:
    conn.execute(
        "INSERT INTO marks(name, value) VALUES ('stopped', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (value,),
    )


def stop_clean(conn: sqlite3.Connection) -> None:
    """Nothing was cut short, unless a send or a call still stands as under way."""
    under_way = conn.execute(
        f"SELECT EXISTS (SELECT 1 FROM outbox WHERE {OUTBOX_LIVE} AND status = 'sending')"
        f" OR EXISTS (SELECT 1 FROM calls WHERE {CALLS_LIVE} AND status = 'running')"
    ).fetchone()[0]
    if not under_way:
        stop_mark(conn, "clean")


def load(conn: sqlite3.Connection, now: int) -> Load:
    row = conn.execute(
        "SELECT (SELECT count(*) FROM inbox WHERE status = 'pending'),"
        " (SELECT count(*) FROM inbox WHERE status = 'parked'),"
        " (SELECT count(*) FROM timers WHERE due_at <= ?),"
        f" (SELECT count(*) FROM calls WHERE {CALLS_LIVE}),"
        f" (SELECT count(*) FROM outbox WHERE {OUTBOX_LIVE}),"
        " (SELECT count(*) FROM outbox WHERE status = 'held')",
        (now,),
    ).fetchone()
    return Load(*row)


def prune(conn: sqlite3.Connection, now: int, keep: int) -> bool:
    """The newest arrival always stays, so that its id is never given out a second time."""
    deduping.forget(conn, now)
    unused.forget_old(conn, now - keep)
    pruned = conn.execute(
        "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox NOT INDEXED WHERE id < ?"
        " AND status IN ('done', 'noted') AND arrived_at < ? ORDER BY id LIMIT ?)",
        (_first_young(conn, now - keep), now - keep, PRUNE_AT_ONCE),
    )
    return pruned.rowcount == PRUNE_AT_ONCE


def _first_young(conn: sqlite3.Connection, since: int) -> int:
    """The first arrival since then, or the newest: ids rise with time, so it is found by halving, without a walk."""
    row = conn.execute(
        "SELECT (SELECT coalesce(min(id), 0) FROM inbox), (SELECT coalesce(max(id), 0) FROM inbox)"
    ).fetchone()
    low, newest = int(row[0]), int(row[1])
    high = newest
    while low < high:
        middle = (low + high) // 2
        found, at = conn.execute(
            "SELECT id, arrived_at FROM inbox WHERE id >= ? ORDER BY id LIMIT 1", (middle,)
        ).fetchone()
        if at < since:
            low = int(found) + 1
        else:
            high = middle
    return min(low, newest)
