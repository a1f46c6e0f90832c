"""Calls in SQL: which to make now, and their answers, each of which becomes the conversation's next arrival once."""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from chatbot.conversation.codec import ANSWER, CALL
from chatbot.conversation.store import FARTHEST, CallEnd, Placed, PlacedCall, Slots
from chatbot.storage.pending import CALLS_LIVE
from chatbot.storage.sqlite import rows
from chatbot.types import CallAnswer

_log = logging.getLogger(__name__)

_SERVICE: Final = "CASE WHEN json_valid(w.body) THEN coalesce(w.body ->> '$.service', '') ELSE '' END"
_DUE: Final = (
    "SELECT w.id, w.conversation, d.account, d.external, w.body, w.key, w.attempts + 1, w.interrupted,"
    f" w.call, {_SERVICE}"
    " FROM calls w INDEXED BY ix_calls_pending JOIN conversations c ON c.id = w.conversation"
    " JOIN identities d ON d.id = c.identity WHERE w.status = 'pending' AND w.next_try_at <= ?"
    f" AND {_SERVICE} NOT IN (SELECT value FROM json_each(?)) ORDER BY w.next_try_at, w.id LIMIT ?"
)
_OVERDUE: Final = (
    f"SELECT id, call FROM calls INDEXED BY ix_calls_live WHERE {CALLS_LIVE} AND status = 'pending'"
    " AND deadline_at <= ?"
)
_NEXT: Final = (
    "SELECT (SELECT min(next_try_at) FROM calls WHERE status = 'pending' AND next_try_at > ?),"
    f" (SELECT deadline_at FROM calls INDEXED BY ix_calls_live WHERE {CALLS_LIVE} AND status = 'pending'"
    " ORDER BY deadline_at LIMIT 1)"
)


def exchange(conn: sqlite3.Connection, ends: Sequence[CallEnd], slots: Slots, now: int) -> Placed:
    for end in ends:
        _carefully(conn, end, now)
    conn.execute(  # a clock that has been set back since put it off
        "UPDATE calls SET next_try_at = ? WHERE status = 'pending' AND next_try_at > ?", (now, now + FARTHEST)
    )
    overdue = conn.execute(_OVERDUE, (now,)).fetchall()
    for number, call in overdue:
        _end(conn, CallEnd(number, CallAnswer(call, error="timeout")), now)
    calls, unreadable = _take(conn, slots, now)
    wakes = [wake for wake in conn.execute(_NEXT, (now,)).fetchone() if wake is not None]
    answered = unreadable + len(overdue) + sum(end.answer is not None for end in ends)
    return Placed(calls, answered, min(wakes, default=None))


def _carefully(conn: sqlite3.Connection, end: CallEnd, now: int) -> None:
    """An answer that cannot be stored is an answer all the same: the flow hears that it was invalid."""
    error = rows.alone(conn, lambda: _end(conn, end, now))
    if error is None or end.answer is None:
        return
    _log.error("the answer of a call cannot be stored: call=%d: %s", end.id, type(error).__name__)
    _end(conn, CallEnd(end.id, CallAnswer(end.answer.id, error="invalid")), now)


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


def _take(conn: sqlite3.Connection, slots: Slots, now: int) -> tuple[list[PlacedCall], int]:
    """The calls to make, and how many cannot be read: another release wrote them, their flows hear that they failed."""
    taken: list[PlacedCall] = []
    unreadable = 0
    under_way = Counter(slots.under_way)
    while len(taken) < slots.free:
        full = [service for service, count in under_way.items() if count >= slots.each]
        due = conn.execute(_DUE, (now, json.dumps(full), slots.free - len(taken))).fetchall()
        for *row, call, service in due:
            if under_way[service] >= slots.each:
                continue
            placed = _place(conn, row)
            if placed is None:
                unreadable += 1
                _end(conn, CallEnd(row[0], CallAnswer(call, error="invalid")), now)
                continue
            under_way[service] += 1
            taken.append(placed)
        if not due:
            break
    return taken, unreadable


def _place(conn: sqlite3.Connection, row: Sequence[Any]) -> PlacedCall | None:
    number, conversation, account, recipient, body, key, attempts, interrupted = row
    try:
        call = CALL.decode(body)
    except ValueError:
        return None
    conn.execute(
        "UPDATE calls SET status = 'running', attempts = attempts + 1, interrupted = 0 WHERE id = ?", (number,)
    )
    return PlacedCall(number, conversation, account, recipient, call, key, attempts, bool(interrupted))
