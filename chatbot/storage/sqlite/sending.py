"""The outbox in SQL: what may be sent now, and what became of what was sent.

The statement that marks a row `sending` is the one that checks who is in control: nothing a bot planned before a
person took over goes out after.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from chatbot.conversation.codec import load
from chatbot.conversation.store import Ask, Parcel, Post, Report
from chatbot.storage.pending import OUTBOX_LIVE
from chatbot.storage.sqlite import rows

_FIRST: Final = (
    "NOT EXISTS (SELECT 1 FROM outbox e INDEXED BY ix_outbox_live"
    f" WHERE e.conversation = w.conversation AND e.id < w.id AND e.{OUTBOX_LIVE})"
)
_MAY_SPEAK: Final = (
    "(w.author <> 'bot' OR EXISTS (SELECT 1 FROM conversations c WHERE c.id = w.conversation"
    " AND c.control_epoch = w.epoch AND c.control <> 'human'))"
)
_DUE: Final = (
    "SELECT w.id FROM outbox w INDEXED BY ix_outbox_due WHERE w.status = 'waiting'"
    f" AND w.next_try_at <= ? AND {_FIRST}"
    " AND EXISTS (SELECT 1 FROM conversations c JOIN identities d ON d.id = c.identity WHERE c.id = w.conversation"
    " AND (d.account IN (SELECT value FROM json_each(?)) OR (w.author = 'bot' AND w.expires_at <= ?)))"
    " ORDER BY w.next_try_at, w.id LIMIT ?"
)
_THESE: Final = "w.id IN (SELECT value FROM json_each(?)) AND w.status = 'waiting'"
_NEXT: Final = (
    "SELECT (SELECT min(next_try_at) FROM outbox WHERE status = 'waiting' AND next_try_at > ?),"
    " (SELECT min(next_try_at) FROM outbox WHERE status = 'uncertain')"
)


def exchange(conn: sqlite3.Connection, reports: Sequence[Report], ask: Ask, now: int) -> Post:
    if reports:
        _settle(conn, reports, now)
    _decide_uncertain(conn, ask, now)
    parcels = _take(conn, ask, now) if ask.limit > 0 else []
    wakes = [wake for wake in conn.execute(_NEXT, (now,)).fetchone() if wake is not None]
    return Post(parcels, min(wakes, default=None))


# --- taking -----------------------------------------------------------------------------------------------


def _take(conn: sqlite3.Connection, ask: Ask, now: int) -> list[Parcel]:
    taken: list[Parcel] = []
    while len(taken) < ask.limit:
        want = ask.limit - len(taken)
        due = [row[0] for row in conn.execute(_DUE, (now, json.dumps(list(ask.accounts)), now, want)).fetchall()]
        if not due:
            break
        ids, before = json.dumps(due), conn.total_changes
        _expire(conn, ids, now)
        conn.execute(f"UPDATE outbox AS w SET status = 'dropped' WHERE {_THESE} AND NOT {_MAY_SPEAK}", (ids,))
        conn.execute(
            f"UPDATE outbox AS w SET status = 'sending', attempts = attempts + 1 WHERE {_THESE} AND {_FIRST}"
            f" AND {_MAY_SPEAK}",
            (ids,),
        )
        parcels = _parcels(conn, ids)
        taken += parcels
        if conn.total_changes == before or len(parcels) == len(due) < want:
            break  # nothing was dropped or expired, so nothing else has become first
    return taken


def _expire(conn: sqlite3.Connection, ids: str, now: int) -> None:
    cursor = conn.execute(
        f"UPDATE outbox AS w SET status = 'expired' WHERE {_THESE} AND author = 'bot' AND expires_at <= ?",
        (ids, now),
    )
    if cursor.rowcount:
        conn.execute(
            "INSERT INTO alerts(conversation, kind, text, at) SELECT conversation, 'expired',"
            " 'An answer of the bot could not be sent in time and was dropped: the customer may be waiting.', ?"
            " FROM outbox WHERE id IN (SELECT value FROM json_each(?)) AND status = 'expired'",
            (now, ids),
        )


def _parcels(conn: sqlite3.Connection, ids: str) -> list[Parcel]:
    found = conn.execute(
        "SELECT w.id, w.conversation, d.account, d.external, w.author, w.body, w.reference, w.attempts"
        # CROSS JOIN keeps the order of the tables: the planner would rather walk the whole outbox in id order.
        " FROM json_each(?) j CROSS JOIN outbox w ON w.id = j.value CROSS JOIN conversations c ON c.id = w.conversation"
        " CROSS JOIN identities d ON d.id = c.identity WHERE w.status = 'sending'",
        (ids,),
    ).fetchall()
    return [
        Parcel(number, conversation, account, recipient, author, load(body), reference, attempts)
        for number, conversation, account, recipient, author, body, reference, attempts in found
    ]


# --- settling ---------------------------------------------------------------------------------------------


def _sent(count: int) -> str:
    return (
        "UPDATE outbox SET status = 'sent', platform_id = nullif(v.platform, ''), sent_at = v.at, reason = '',"
        " error = '' FROM (WITH t(id, attempts, platform, at) AS"
        f" (VALUES {rows.values(4, count)}) SELECT * FROM t) AS v"
        " WHERE outbox.id = v.id AND outbox.attempts = v.attempts AND outbox.status = 'sending'"
    )


def _settle(conn: sqlite3.Connection, reports: Sequence[Report], now: int) -> None:
    """Only the attempt that is reported is settled; an echo may have settled it before, then nothing changes."""
    sent = [(one.parcel.id, one.parcel.attempts, one.platform_id, now) for one in reports if one.fate == "sent"]
    rows.run(conn, _sent, sent)
    for one in reports:
        if one.fate != "sent":
            _not_sent(conn, one, now)


def _not_sent(conn: sqlite3.Connection, report: Report, now: int) -> None:
    parcel = report.parcel
    status = {"retry": "waiting", "failed": "failed", "uncertain": "uncertain"}[report.fate]
    cursor = conn.execute(
        "UPDATE outbox SET status = ?, next_try_at = ?, reason = ?, error = ? WHERE id = ? AND attempts = ?"
        " AND status = 'sending'",
        (status, report.next_try_at, report.reason, report.error[:500], parcel.id, parcel.attempts),
    )
    if cursor.rowcount == 0:
        return
    if report.fate == "failed":
        _alert(conn, parcel.conversation, "not_sent", f"A message could not be sent ({report.reason}).", now)
        return
    # What waits behind it waits as long, so that a pass does not look at it again and again in vain.
    conn.execute(
        f"UPDATE outbox SET next_try_at = ? WHERE conversation = ? AND {OUTBOX_LIVE} AND status = 'waiting'"
        " AND next_try_at < ?",
        (report.next_try_at, parcel.conversation, report.next_try_at),
    )


def _decide_uncertain(conn: sqlite3.Connection, ask: Ask, now: int) -> None:
    """The wait for news of an interrupted send is over: send again or hold for a person, as the channel says."""
    overdue = conn.execute(
        "SELECT w.id, w.conversation, w.author, w.attempts, d.account IN (SELECT value FROM json_each(?))"
        " FROM outbox w INDEXED BY ix_outbox_uncertain JOIN conversations c ON c.id = w.conversation"
        " JOIN identities d ON d.id = c.identity WHERE w.status = 'uncertain' AND w.next_try_at <= ?",
        (json.dumps(list(ask.resend)), now),
    ).fetchall()
    for row, conversation, author, attempts, resend in overdue:
        if resend and author != "person" and attempts < ask.max_attempts:
            conn.execute("UPDATE outbox SET status = 'waiting' WHERE id = ?", (row,))
            continue
        conn.execute("UPDATE outbox SET status = 'held' WHERE id = ?", (row,))
        _alert(conn, conversation, "uncertain", "It is not known whether a message reached the customer.", now)


def _alert(conn: sqlite3.Connection, conversation: int, kind: str, text: str, now: int) -> None:
    conn.execute(
        "INSERT INTO alerts(conversation, kind, text, at) VALUES (?, ?, ?, ?)", (conversation, kind, text, now)
    )
