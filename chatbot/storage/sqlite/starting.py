"""Taking over a database from the last process, and keeping it tidy."""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3

from chatbot.conversation.store import Load, Start
from chatbot.storage.pending import CALLS_LIVE, OUTBOX_LIVE
from chatbot.storage.sqlite import deduping

PRUNE_AT_ONCE = 5_000
"""Arrivals forgotten in one transaction, so that nobody waits long for the writer."""


def start(conn: sqlite3.Connection, now: int, grace: int) -> Start:
    clean = conn.execute("SELECT value FROM marks WHERE name = 'stopped'").fetchone()
    unclean = clean is not None and clean[0] != "clean"
    stop_mark(conn, "running")
    pending = conn.execute("SELECT max(id) FROM inbox WHERE status = 'pending'").fetchone()[0]
    _uncertain(conn, now + grace)
    conn.execute(
        "UPDATE calls SET status = 'pending', interrupted = 1, next_try_at = 0"
        f" WHERE {CALLS_LIVE} AND status = 'running'"
    )
    return Start(unclean=unclean, suspect=max(pending or 0, 1) if unclean else 0)


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
    pruned = conn.execute(
        "DELETE FROM inbox WHERE id IN"
        " (SELECT id FROM inbox WHERE id < (SELECT max(id) FROM inbox) ORDER BY id LIMIT ?)"
        " AND status IN ('done', 'noted') AND arrived_at < ?",
        (PRUNE_AT_ONCE, now - keep),
    )
    return pruned.rowcount == PRUNE_AT_ONCE
