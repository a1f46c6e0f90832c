"""Calls in SQL: which to make now, and their answers, each of which becomes the conversation's next arrival once."""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from chatbot.conversation.codec import ANSWER, CALL
from chatbot.conversation.store import CallEnd, Placed, PlacedCall
from chatbot.storage.pending import CALLS_LIVE
from chatbot.types import CallAnswer

_DUE: Final = (
    "SELECT w.id, w.conversation, d.account, d.external, w.body, w.key, w.attempts + 1, w.interrupted,"
    " w.call"
    " FROM calls w JOIN conversations c ON c.id = w.conversation JOIN identities d ON d.id = c.identity"
    " WHERE w.status = 'pending' AND w.next_try_at <= ? ORDER BY w.next_try_at, w.id LIMIT ?"
)


def exchange(conn: sqlite3.Connection, ends: Sequence[CallEnd], limit: int, now: int) -> Placed:
    for end in ends:
        _end(conn, end, now)
    overdue = conn.execute(
        "SELECT id, call FROM calls WHERE status = 'pending' AND deadline_at <= ?", (now,)
    ).fetchall()
    for number, call in overdue:
        _end(conn, CallEnd(number, CallAnswer(call, error="timeout")), now)
    calls = _take(conn, limit, now) if limit > 0 else []
    row = conn.execute("SELECT min(min(next_try_at, deadline_at)) FROM calls WHERE status = 'pending'").fetchone()
    answered = len(overdue) + sum(end.answer is not None for end in ends)
    return Placed(calls, answered, row[0] if limit > len(calls) else None)


def _end(conn: sqlite3.Connection, end: CallEnd, now: int) -> None:
    if end.answer is None:
        conn.execute(
            "UPDATE calls SET status = 'pending', next_try_at = ? WHERE id = ? AND status = 'running'",
            (end.next_try_at, end.id),
        )
        return
    settled = conn.execute(
        f"UPDATE calls SET status = 'settled' WHERE id = ? AND {CALLS_LIVE}",
        (end.id,),
    )
    if settled.rowcount == 1:  # else it was cancelled meanwhile, or answered before
        conn.execute(
            "INSERT INTO inbox(conversation, rank, source, body, arrived_at)"
            " SELECT conversation, 0, 'answer', ?, ? FROM calls WHERE id = ?",
            (ANSWER.encode(end.answer), now, end.id),
        )


def _take(conn: sqlite3.Connection, limit: int, now: int) -> list[PlacedCall]:
    taken = []
    for row in conn.execute(_DUE, (now, limit)).fetchall():
        conn.execute(
            "UPDATE calls SET status = 'running', attempts = attempts + 1, interrupted = 0 WHERE id = ?", (row[0],)
        )
        number, conversation, account, recipient, body, key, attempts, interrupted, call_id = row
        try:
            call = CALL.decode(body)
        except ValueError:  # another release wrote it: the flow hears that it failed
            _end(conn, CallEnd(number, CallAnswer(call_id, error="invalid")), now)
            continue
        taken.append(PlacedCall(number, conversation, account, recipient, call, key, attempts, bool(interrupted)))
    return taken
