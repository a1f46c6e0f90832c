"""The outbox in SQL: what may be sent now, and what became of what was sent.

The statement that marks a row `sending` is the one that checks who is in control: nothing a bot planned before a
person took over goes out after. Windows, consent, blocks and threads are looked at in the same transaction.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from chatbot.conversation.codec import load
from chatbot.conversation.ports import THREAD
from chatbot.conversation.store import FARTHEST, Ask, Parcel, Post, Report
from chatbot.storage.pending import OUTBOX_LIVE
from chatbot.storage.sqlite import marking, rows
from chatbot.storage.sqlite.deciding import WEIGHED, Row, alert, decide, put_off, refuse, tell_the_flow

_log = logging.getLogger(__name__)

_FIRST: Final = (
    "NOT EXISTS (SELECT 1 FROM outbox e INDEXED BY ix_outbox_live"
    f" WHERE e.conversation = w.conversation AND e.id < w.id AND e.{OUTBOX_LIVE})"
)
_MAY_SPEAK: Final = (
    "(w.author <> 'bot' OR EXISTS (SELECT 1 FROM conversations c WHERE c.id = w.conversation"
    " AND c.control_epoch = w.epoch AND c.control <> 'human'))"
)
_DUE: Final = (
    "SELECT w.id FROM outbox w INDEXED BY ix_outbox_due WHERE w.account = ? AND w.status = 'waiting'"
    f" AND w.next_try_at <= ? AND {_FIRST} ORDER BY w.next_try_at, w.id LIMIT ?"
)
_THESE: Final = "w.id IN (SELECT value FROM json_each(?)) AND w.status = 'waiting'"
_NEXT: Final = (
    "SELECT next_try_at FROM outbox INDEXED BY ix_outbox_due WHERE account = ? AND status = 'waiting'"
    " AND next_try_at > ? ORDER BY next_try_at LIMIT 1"
)
_NEXT_OF_ALL: Final = (
    "SELECT (SELECT min(next_try_at) FROM outbox INDEXED BY ix_outbox_uncertain WHERE status = 'uncertain'),"
    " (SELECT min(expires_at) FROM outbox INDEXED BY ix_outbox_expiring WHERE status = 'waiting' AND expires_at > 0)"
)
EXPIRED_AT_ONCE: Final = 500
"""Rows that expire in one transaction, so that nobody waits long for the writer."""


def exchange(conn: sqlite3.Connection, reports: Sequence[Report], ask: Ask, now: int) -> Post:
    if reports:
        _settle(conn, reports, now)
    asked = {account: room for account, room in ask.rooms.items() if room > 0}
    _pull(conn, asked, now)
    _decide_uncertain(conn, ask, now)
    more = _expire(conn, now)
    parcels, told = [], False
    for account in asked:
        taken = _take(conn, account, ask, now)
        parcels += taken.parcels
        told = told or taken.told
    wakes = [found[0] for account in asked if (found := conn.execute(_NEXT, (account, now)).fetchone())]
    wakes += [wake for wake in conn.execute(_NEXT_OF_ALL).fetchone() if wake is not None]
    return Post(parcels, now if more else min(wakes, default=None), told)


def _pull(conn: sqlite3.Connection, accounts: Iterable[str], now: int) -> None:
    """Rows put off by a clock that has been set back since are due now."""
    for account in accounts:
        conn.execute(
            "UPDATE outbox SET next_try_at = ? WHERE account = ? AND status = 'waiting' AND next_try_at > ?",
            (now, account, now + FARTHEST),
        )
    conn.execute(
        "UPDATE outbox SET next_try_at = ? WHERE status = 'uncertain' AND next_try_at > ?", (now, now + FARTHEST)
    )


# --- taking -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Taken:
    """`told`: flows were told of what may not be said."""

    parcels: list[Parcel] = field(default_factory=list)
    told: bool = False


def _take(conn: sqlite3.Connection, account: str, ask: Ask, now: int) -> _Taken:
    taken = _Taken()
    room = ask.rooms[account]
    while len(taken.parcels) < room:
        want = room - len(taken.parcels)
        due = [row[0] for row in conn.execute(_DUE, (account, now, want)).fetchall()]
        if not due:
            break
        ids, before = json.dumps(due), conn.total_changes
        conn.execute(f"UPDATE outbox AS w SET status = 'dropped' WHERE {_THESE} AND NOT {_MAY_SPEAK}", (ids,))
        parcels = _allowed(conn, account, ids, ask, now, taken)
        marked = conn.execute(
            f"UPDATE outbox AS w SET status = 'sending', attempts = attempts + 1 WHERE {_THESE} AND {_FIRST}"
            f" AND {_MAY_SPEAK}",
            (json.dumps([parcel.id for parcel in parcels]),),
        ).rowcount
        assert marked == len(parcels)  # the same transaction has just looked
        taken.parcels += parcels
        if conn.total_changes == before or len(parcels) == len(due) < want:
            break  # nothing was dropped, so nothing else has become first
    return taken


def _allowed(conn: sqlite3.Connection, account: str, ids: str, ask: Ask, now: int, taken: _Taken) -> list[Parcel]:
    """Decided again at the last moment, whoever asks: what may not go out now is refused or put off."""
    parcels = []
    for found in conn.execute(WEIGHED, (ids,)).fetchall():
        row = Row(*found)
        until = ask.rests.get(row.conversation, 0)
        if until > now:
            put_off(conn, row.conversation, until)
            continue
        try:
            body = load(row.body)
        except ValueError:  # another release wrote it; it must not keep all others from being sent
            conn.execute("UPDATE outbox SET status = 'failed', reason = 'content' WHERE id = ?", (row.id,))
            alert(conn, row.conversation, "not_sent", "A message could not be read and was not sent.", now)
            continue
        decided = decide(conn, row, body, now, ask.windows.get(account), human_agent=account in ask.human_agent)
        if decided.refusal is not None:
            refuse(conn, row, decided, now)
            taken.told = taken.told or row.author == "bot"
            continue
        parcels.append(
            Parcel(row.id, row.conversation, account, row.recipient, row.author, body, row.reference,
                   row.attempts + 1, decided.human_agent)
        )  # fmt: skip
    return parcels


def _expire(conn: sqlite3.Connection, now: int) -> bool:
    """What waited too long is not sent any more, whatever became of its account; True when there may be more."""
    overdue = conn.execute(
        "SELECT id, conversation, author, body FROM outbox INDEXED BY ix_outbox_expiring"
        " WHERE status = 'waiting' AND expires_at > 0 AND expires_at <= ? LIMIT ?",
        (now, EXPIRED_AT_ONCE),
    ).fetchall()
    for row, conversation, author, body in overdue:
        conn.execute("UPDATE outbox SET status = 'expired' WHERE id = ?", (row,))
        if body != "null":  # what was forgotten with its contact nobody waits for
            alert(conn, conversation, "expired", _EXPIRED[author], now)
    return len(overdue) == EXPIRED_AT_ONCE


_EXPIRED: Final = {
    "bot": "An answer of the bot could not be sent in time and was dropped: the customer may be waiting.",
    "person": "What a person wrote could not be sent in time and was dropped: the customer has not read it.",
    "system": "A notice could not be sent in time and was dropped: the customer has not read it.",
}


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
    sent = [one for one in reports if one.fate == "sent"]
    if rows.alone(conn, lambda: rows.run(conn, _sent, [_sent_row(one, now) for one in sent])) is not None:
        for one in sent:
            _carefully(conn, one, now)
    for one in sent:
        _thread(conn, one)
    for one in reports:
        if one.fate != "sent":
            _carefully(conn, one, now)


def _thread(conn: sqlite3.Connection, report: Report) -> None:
    """What passed or took the thread has arrived: who answers it from here on."""
    body = report.parcel.body
    if isinstance(body, dict) and THREAD in body:
        owner = str(body.get("app") or "") if body[THREAD] == "pass" else ""
        conn.execute("UPDATE conversations SET thread = ? WHERE id = ?", (owner, report.parcel.conversation))


def _sent_row(report: Report, now: int) -> rows.Row:
    return report.parcel.id, report.parcel.attempts, report.platform_id, now


def _carefully(conn: sqlite3.Connection, report: Report, now: int) -> None:
    """A report that cannot be stored is settled without the platform's words; if even that fails, it is left out."""
    for each in (report, replace(report, platform_id="", error="", reason="", alert="")):
        error = rows.alone(conn, lambda each=each: _settle_one(conn, each, now))  # type: ignore[misc]
        if error is None:
            return
        _log.error("a report cannot be stored: outbox=%d: %s", report.parcel.id, type(error).__name__)


def _settle_one(conn: sqlite3.Connection, report: Report, now: int) -> None:
    if report.fate == "sent":
        rows.run(conn, _sent, [_sent_row(report, now)])
    else:
        _not_sent(conn, report, now)


_UNKNOWN: Final = "It is not known whether a message reached the customer."


def _not_sent(conn: sqlite3.Connection, report: Report, now: int) -> None:
    parcel = report.parcel
    status = "waiting" if report.fate == "retry" else report.fate
    cursor = conn.execute(
        "UPDATE outbox SET status = ?, next_try_at = ?, reason = ?, error = ? WHERE id = ? AND attempts = ?"
        " AND status = 'sending'",
        (status, report.next_try_at, report.reason, report.error[:500], parcel.id, parcel.attempts),
    )
    if report.alert:
        alert(conn, None, "account", report.alert, now)
    if cursor.rowcount == 0:
        return
    if report.fate == "failed":
        alert(conn, parcel.conversation, "not_sent", f"A message could not be sent ({report.reason}).", now)
        if report.reason == "blocked":
            marking.block(conn, parcel.conversation, now)
        if report.reason == "thread":
            marking.lose_thread(conn, parcel.conversation)
        if parcel.author == "bot" or report.reason == "thread":
            tell_the_flow(conn, parcel.id, parcel.conversation, report.reason or "refused", now)
        return
    if report.fate == "held":
        alert(conn, parcel.conversation, "uncertain", _UNKNOWN, now)
        return
    put_off(conn, parcel.conversation, report.next_try_at)


def _decide_uncertain(conn: sqlite3.Connection, ask: Ask, now: int) -> None:
    """The wait for news of an interrupted send is over: send again or hold for a person, as the channel says."""
    overdue = conn.execute(
        "SELECT id, conversation, author, account FROM outbox INDEXED BY ix_outbox_uncertain"
        " WHERE status = 'uncertain' AND next_try_at <= ?",
        (now,),
    ).fetchall()
    for row, conversation, author, account in overdue:
        if account in ask.repeat or (account in ask.resend and author != "person"):
            conn.execute("UPDATE outbox SET status = 'waiting' WHERE id = ?", (row,))
            continue
        conn.execute("UPDATE outbox SET status = 'held' WHERE id = ?", (row,))
        alert(conn, conversation, "uncertain", _UNKNOWN, now)
