"""Reading pending work: the first eligible arrival of each conversation, with the conversation as it stands.

A read only; that a row is still pending and still first is checked again by the statements that commit.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any, Final

from chatbot.conversation.codec import ANSWER, INBOUND, NOT_SENT, load
from chatbot.conversation.record import Arrival, Record, is_spoken
from chatbot.conversation.store import Source, Work
from chatbot.types import ConversationKey, Json, TimerFired

_RECORD: Final = (
    "c.id, d.account, d.external, d.channel, c.status, c.control, c.control_epoch, c.version, c.program, c.state,"
    " c.call, c.locale, c.timezone, p.profile, c.waiting_since IS NOT NULL, c.last_in_at, p.id, c.ad_at,"
    " c.blocked_at IS NOT NULL, c.thread, c.assignee,"
    " CASE c.control WHEN 'queued' THEN (SELECT count(*) FROM conversations q WHERE q.control = 'queued'"
    " AND q.queue = c.queue AND (q.queued_at, q.id) <= (c.queued_at, c.id)) END"
)
_WIDTH: Final = 22
"""Columns of _RECORD."""

_JOINS: Final = (
    " JOIN conversations c ON c.id = w.conversation JOIN identities d ON d.id = c.identity"
    " JOIN contacts p ON p.id = d.contact"
)
EARLIER: Final = (
    "EXISTS (SELECT 1 FROM inbox e WHERE e.conversation = w.conversation AND e.status = 'pending'"
    " AND (e.rank, e.id) < (w.rank, w.id))"
)
MESSAGE_WAITS: Final = (
    "EXISTS (SELECT 1 FROM inbox e WHERE e.conversation = w.conversation AND e.status = 'pending')"
    " OR EXISTS (SELECT 1 FROM inbox e WHERE e.conversation = w.conversation AND e.status = 'parked')"
)
_ARRIVALS: Final = (
    f"SELECT {_RECORD}, w.id, w.source, w.attempts, w.body, w.arrived_at"
    f" FROM inbox w INDEXED BY ix_inbox_pending CROSS{_JOINS}"
    f" WHERE w.status = 'pending' AND NOT {EARLIER} ORDER BY w.id LIMIT ?"
)
_TIMERS: Final = (
    f"SELECT {_RECORD}, w.id, 'timer', w.attempts, w.name, w.visit FROM timers w{_JOINS}"
    f" WHERE w.due_at <= ? AND NOT ({MESSAGE_WAITS}) ORDER BY w.due_at, w.id LIMIT ?"
)
_NEXT_DUE: Final = f"SELECT w.due_at FROM timers w WHERE NOT ({MESSAGE_WAITS}) ORDER BY w.due_at LIMIT 1"


def claim(conn: sqlite3.Connection, now: int, limit: int) -> tuple[list[Work], dict[str, int], int | None]:
    """Works, how many wait in each queue, and (only if there is no work) when the next timer is due."""
    works = [_known(conn, _work(row)) for row in conn.execute(_ARRIVALS, (limit,)).fetchall()]
    if len(works) < limit:
        taken = {work.record.id for work in works}
        for row in conn.execute(_TIMERS, (now, limit - len(works))).fetchall():
            if row[0] not in taken:  # one arrival a conversation a pass
                taken.add(row[0])
                works.append(_timer(row, now))
    queued = conn.execute("SELECT queue, count(*) FROM conversations WHERE control = 'queued' GROUP BY queue")
    waiting = dict(queued.fetchall())
    due = None if works else conn.execute(_NEXT_DUE).fetchone()
    return works, waiting, due[0] if due else None


def _record(row: tuple[Any, ...], contact: Json) -> Record:
    return Record(
        row[0],
        ConversationKey(row[1], row[2]),
        row[3],
        status=row[4],
        control=row[5],
        control_epoch=row[6],
        version=row[7],
        program=row[8],
        state=row[9],
        call=row[10],
        locale=row[11],
        timezone=row[12],
        contact={**contact, "id": str(row[16]), **({"blocked": True} if row[18] else {})},
        waiting=bool(row[14]),
        last_in_at=row[15],
        ad_at=row[17],
        thread=row[19],
        holder=row[20] or "",
        place=row[21],
    )


def _work(row: tuple[Any, ...]) -> Work:
    number, source, attempts, body, at = row[_WIDTH:]
    try:
        came, record = arrival(source, body, at), _record(row, load(row[13]))
        if came.inbound is not None and is_spoken(came.inbound):  # who writes has lifted their block
            contact = {name: value for name, value in record.contact.items() if name != "blocked"}
            record = replace(record, contact=contact)
        return Work(number, source, attempts, body, record, came)
    except ValueError as error:  # one row that cannot be read must not keep all others from being taken up
        return Work(number, source, attempts, body, _record(row, {}), Arrival(at), fault=_fault(error))


_UNANSWERED: Final = (
    "SELECT NOT EXISTS (SELECT 1 FROM messages o WHERE o.conversation = m.conversation AND o.id > m.id"
    " AND o.author <> 'customer') FROM messages m WHERE m.conversation = ? AND m.author = 'customer' AND m.origin = ?"
)


def _known(conn: sqlite3.Connection, work: Work) -> Work:
    """Whoever edits a message is read again only if nobody has answered it."""
    inbound = work.arrival.inbound
    if inbound is None or inbound.kind != "edit":
        return work
    row = conn.execute(_UNANSWERED, (work.record.id, inbound.refers_to)).fetchone()
    return replace(work, arrival=replace(work.arrival, unanswered=row is not None and bool(row[0])))


def arrival(source: Source, body: str, at: int) -> Arrival:
    if source == "inbound":
        return Arrival(at, inbound=INBOUND.decode(body))
    if source == "answer":
        return Arrival(at, answer=ANSWER.decode(body))
    if body.startswith("{"):
        return Arrival(at, not_sent=NOT_SENT.decode(body))
    return Arrival(at, desk="returned" if body == "returned" else "resolved")


def _timer(row: tuple[Any, ...], now: int) -> Work:
    number, _, attempts, name, visit = row[_WIDTH:]
    fired = Arrival(now, timer=TimerFired(name, visit))
    try:
        return Work(number, "timer", attempts, "", _record(row, load(row[13])), fired)
    except ValueError as error:
        return Work(number, "timer", attempts, "", _record(row, {}), fired, fault=_fault(error))


def _fault(error: ValueError) -> str:
    return f"cannot be read: {type(error).__name__}"
