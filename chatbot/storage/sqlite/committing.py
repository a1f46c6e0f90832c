"""Committing turns in SQL: many turns in few statements, each turn whole or not at all.

The fences are conditions of the statements: the arrival is still pending, no earlier arrival of its conversation is,
the conversation has the version the turn read. A batch in which a fence fails is undone whole; the caller then commits
its turns one by one.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from chatbot.conversation.codec import CALL, EVENT, MESSAGE, TRACE, dump, load
from chatbot.conversation.record import NATIVE, Result, is_spoken
from chatbot.conversation.store import LASTING, Outcome
from chatbot.policy.consent import OPTED_OUT, standing
from chatbot.storage.pending import CALLS_LIVE, OUTBOX_LIVE
from chatbot.storage.sqlite import erasing, marking, rows
from chatbot.storage.sqlite.claiming import EARLIER, MESSAGE_WAITS

PARKED_TIMER_WAITS: Final = 1000
"""A timer that came while a call was out is looked at again after this long; the call's deadline bounds it."""

_TURN_COLUMNS: Final = 14


class Fenced(Exception):
    """A fence did not hold: what the turn was computed from is no longer so."""


@dataclass(slots=True)
class Sheet:
    """The rows a batch of turns writes, collected first so that each table is written once."""

    turns: list[rows.Row] = field(default_factory=list)
    messages: list[rows.Row] = field(default_factory=list)
    outbox: list[rows.Row] = field(default_factory=list)
    events: list[rows.Row] = field(default_factory=list)
    alerts: list[rows.Row] = field(default_factory=list)
    tags: list[rows.Row] = field(default_factory=list)
    ended: list[rows.Row] = field(default_factory=list)
    ratings: list[rows.Row] = field(default_factory=list)
    milestones: list[rows.Row] = field(default_factory=list)
    released: list[int] = field(default_factory=list)


def commit(conn: sqlite3.Connection, outcomes: Sequence[Outcome], now: int) -> None:
    """Write the outcomes or raise: Fenced when any of them is out of date."""
    parked = [outcome for outcome in outcomes if outcome.result.parked]
    done = [outcome for outcome in outcomes if not outcome.result.parked]
    _take_arrivals(conn, done, "done")
    _take_arrivals(conn, parked, "parked")
    _same_version(conn, parked)
    _take_timers(conn, done)
    _put_timers_off(conn, parked, now)
    sheet = Sheet()
    message, parcel = rows.next_id(conn, "messages"), rows.next_id(conn, "outbox")
    for outcome in done:
        message, parcel = _collect(sheet, outcome, message, parcel, now)
    _write(conn, sheet)
    for outcome in done:
        _rare(conn, outcome, now)


# --- fences -----------------------------------------------------------------------------------------------


def _take_arrivals(conn: sqlite3.Connection, outcomes: Iterable[Outcome], status: str) -> None:
    ids = [outcome.work.row for outcome in outcomes if outcome.work.source != "timer"]
    if not ids:
        return
    # What is done stands in the transcript and among the events, and need not be kept a third time.
    cursor = conn.execute(
        "UPDATE inbox AS w SET status = ?1, body = CASE WHEN ?1 = 'done' THEN '' ELSE body END"
        f" WHERE id IN (SELECT value FROM json_each(?2)) AND status = 'pending' AND NOT {EARLIER}",
        (status, json.dumps(ids)),
    )
    if cursor.rowcount != len(ids):
        raise Fenced


def _take_timers(conn: sqlite3.Connection, outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        timer = outcome.work.arrival.timer
        if timer is None:
            continue
        cursor = conn.execute(
            f"DELETE FROM timers AS w WHERE id = ? AND visit = ? AND NOT ({MESSAGE_WAITS})",
            (outcome.work.row, timer.visit),
        )
        if cursor.rowcount != 1:
            raise Fenced


def _put_timers_off(conn: sqlite3.Connection, outcomes: Iterable[Outcome], now: int) -> None:
    ids = [outcome.work.row for outcome in outcomes if outcome.work.source == "timer"]
    if ids:
        conn.execute(
            "UPDATE timers SET due_at = ? WHERE id IN (SELECT value FROM json_each(?))",
            (now + PARKED_TIMER_WAITS, json.dumps(ids)),
        )


def _same_version(conn: sqlite3.Connection, outcomes: Sequence[Outcome]) -> None:
    """Parking changes no conversation, but is only right while the conversation still waits as the turn saw it."""
    for outcome in outcomes:
        record = outcome.work.record
        row = conn.execute("SELECT version FROM conversations WHERE id = ?", (record.id,)).fetchone()
        if row is None or row[0] != record.version:
            raise Fenced


def _update_turns(count: int) -> str:
    # The table of values stands inside: the driver counts changed rows only of what begins with UPDATE.
    return (
        "UPDATE conversations SET version = conversations.version + 1, status = v.status, control = v.control,"
        " control_epoch = v.epoch, program = v.program, state = v.state, call = v.call, locale = v.locale,"
        " timezone = v.timezone,"
        " queue = CASE WHEN v.control = 'bot' THEN NULL ELSE coalesce(v.queue, conversations.queue) END,"
        " assignee = CASE WHEN v.control = 'human' THEN coalesce(conversations.assignee, v.taker) END,"
        " queued_at = CASE WHEN v.control = 'bot' THEN NULL ELSE coalesce(v.queued, conversations.queued_at) END,"
        " last_in_at = coalesce(v.said, conversations.last_in_at),"
        " blocked_at = CASE WHEN v.said IS NULL THEN conversations.blocked_at END,"
        " waiting_since = CASE WHEN v.control <> 'bot' AND v.taker IS NULL"
        " THEN coalesce(conversations.waiting_since, v.said, v.queued) END"
        " FROM (WITH t(id, version, status, control, epoch, program, state, call, locale, timezone, queue, said,"
        f" queued, taker) AS (VALUES {rows.values(_TURN_COLUMNS, count)}) SELECT * FROM t) AS v"
        " WHERE conversations.id = v.id AND conversations.version = v.version"
    )


# --- collecting -------------------------------------------------------------------------------------------


def _collect(sheet: Sheet, outcome: Outcome, message: int, parcel: int, now: int) -> tuple[int, int]:
    """Add one turn's rows; returns the next free message and outbox ids."""
    work, result = outcome.work, outcome.result
    record = result.record
    said = work.arrival.inbound
    customer = said is not None and is_spoken(said)
    entered = result.entered
    sheet.turns.append(
        (
            record.id, work.record.version, record.status, record.control, record.control_epoch, record.program,
            record.state, record.call, record.locale, record.timezone, entered.queue if entered else None,
            work.arrival.at if customer else None, now if entered else None, result.taken_by or None,
        )
    )  # fmt: skip
    if said is not None and (customer or said.kind == "echo"):
        author, agent = ("customer", "") if customer else ("person", NATIVE)
        body = "" if said.kind == "text" else work.body
        sheet.messages.append((message, record.id, author, agent, said.text, body, said.message_id, work.arrival.at))
        message += 1
    for line in result.lines:
        text = line.message.text
        sheet.messages.append(
            (message, record.id, line.author, "", text, MESSAGE.encode(line.message), line.origin, now)
        )
        expires = outcome.expires_at if line.author == "bot" else now + LASTING
        delay = line.message.delay
        for body in line.bodies:
            sheet.outbox.append(
                (parcel, record.id, message, record.key.account, line.author, record.control_epoch,
                 work.record.version + 1, int(line.proactive), dump(body), reference(parcel), now + delay,
                 expires + delay, now)
            )  # fmt: skip
            delay = 0
            parcel += 1
        message += 1
    if result.event is not None:
        trace = TRACE.encode(result.trace) if result.trace else "[]"
        sheet.events.append(
            (record.id, work.record.version + 1, result.event.at, record.program, EVENT.encode(result.event), trace)
        )
    _notes(sheet, result, now)
    if work.record.call is not None and record.call != work.record.call:
        sheet.released.append(record.id)
    return message, parcel


def _notes(sheet: Sheet, result: Result, now: int) -> None:
    conversation = result.record.id
    sheet.alerts += [(conversation, "flow", alert.text, now) for alert in result.alerts]
    sheet.tags += [(conversation, tag.label, now) for tag in result.tags]
    sheet.ended += [(conversation, end.flow, end.outcome, now) for end in result.ended]
    sheet.ratings += [(conversation, rating.kind, rating.score, rating.flow, now) for rating in result.ratings]
    sheet.milestones += [
        (conversation, each.kind, each.name, each.value, dump(dict(each.data)), now) for each in result.milestones
    ]


def reference(parcel: int) -> str:
    """What a platform may bring back to tell our own sends from others'; unguessable."""
    return f"cb:{parcel}:{secrets.token_urlsafe(9)}"


# --- writing ----------------------------------------------------------------------------------------------

_OUTBOX: Final = (
    "outbox(id, conversation, message, account, author, epoch, turn, proactive, body, reference, next_try_at,"
    " expires_at, created_at)"
)


def _write(conn: sqlite3.Connection, sheet: Sheet) -> None:
    if rows.run(conn, _update_turns, sheet.turns) != len(sheet.turns):
        raise Fenced
    rows.insert(conn, "messages(id, conversation, author, agent, text, body, origin, at)", sheet.messages)
    rows.insert(conn, _OUTBOX, sheet.outbox)
    rows.insert(conn, "events(conversation, version, at, program, body, trace)", sheet.events)
    rows.insert(conn, "alerts(conversation, kind, text, at)", sheet.alerts)
    rows.insert(conn, "tags(conversation, label, at)", sheet.tags)
    rows.insert(conn, "ended(conversation, flow, outcome, at)", sheet.ended)
    rows.insert(conn, "ratings(conversation, kind, score, flow, at)", sheet.ratings)
    rows.insert(conn, "milestones(conversation, kind, name, value, data, at)", sheet.milestones)
    if sheet.released:
        conn.execute(
            "UPDATE inbox SET status = 'pending' WHERE conversation IN (SELECT value FROM json_each(?))"
            " AND status = 'parked'",
            (json.dumps(sheet.released),),
        )


def _rare(conn: sqlite3.Connection, outcome: Outcome, now: int) -> None:
    """What most turns do not do, one statement each."""
    result, conversation = outcome.result, outcome.result.record.id
    _timers(conn, outcome)
    if result.stop_call is not None:
        conn.execute(
            f"UPDATE calls SET status = 'cancelled' WHERE conversation = ? AND call = ? AND {CALLS_LIVE}",
            (conversation, result.stop_call),
        )
    if result.call is not None:
        conn.execute(
            "INSERT INTO calls(conversation, call, body, key, next_try_at, deadline_at, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (conversation, result.call.id, CALL.encode(result.call), secrets.token_hex(16), now,
             result.call.deadline_at, now),
        )  # fmt: skip
    if result.left:
        conn.execute(
            "UPDATE handoffs SET ended_at = ?, end_reason = ? WHERE conversation = ? AND ended_at IS NULL",
            (now, result.left, conversation),
        )
    _handoff(conn, outcome, now)
    if result.contact or result.consent or result.tags:
        _contact(conn, outcome, now)
    marking.standing(conn, outcome, now)
    if any(entry.action == "erase" for entry in result.consent):
        erasing.forget(conn, _contact_of(conn, conversation), now, (conversation, outcome.work.record.version + 1))
    if outcome.dead:
        if result.entered is not None:  # given up: the flow is gone, and what it was waiting for with it
            conn.execute("DELETE FROM timers WHERE conversation = ?", (conversation,))
        conn.execute(
            "INSERT INTO dead_letters(account, raw, reason, at, inbox) VALUES (?, ?, ?, ?, ?)",
            (result.record.key.account, outcome.work.body.encode(), outcome.dead, now,
             outcome.work.row if outcome.work.source != "timer" else None),
        )  # fmt: skip


def _timers(conn: sqlite3.Connection, outcome: Outcome) -> None:
    conversation = outcome.result.record.id
    for stop in outcome.result.stop_timers:
        conn.execute("DELETE FROM timers WHERE conversation = ? AND name = ?", (conversation, stop.name))
    for start in outcome.result.start_timers:
        conn.execute(
            "INSERT INTO timers(conversation, name, due_at, visit) VALUES (?, ?, ?, ?) ON CONFLICT(conversation, name)"
            " DO UPDATE SET due_at = excluded.due_at, visit = excluded.visit, attempts = 0",
            (conversation, start.name, start.due_at, start.visit),
        )


def _handoff(conn: sqlite3.Connection, outcome: Outcome, now: int) -> None:
    """A new episode; or, when somebody answered in the platform's own app, one that is claimed from the start."""
    result, conversation = outcome.result, outcome.result.record.id
    if result.entered is not None:
        ask = result.entered
        conn.execute(
            "INSERT INTO handoffs(conversation, queue, priority, skills, note, reason, requested_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (conversation, ask.queue, ask.priority, dump(list(ask.skills)), ask.note, ask.reason, now),
        )
    if result.taken_by:
        list_under_way(conn, conversation, now)
        conn.execute(
            "UPDATE handoffs SET claimed_at = coalesce(claimed_at, ?), agent = coalesce(agent, ?)"
            " WHERE conversation = ? AND ended_at IS NULL",
            (now, result.taken_by, conversation),
        )


def list_under_way(conn: sqlite3.Connection, conversation: int, now: int) -> None:
    """A person takes over: what the bot has on the wire cannot be called back any more, but nobody is surprised."""
    conn.execute(
        "INSERT INTO alerts(conversation, kind, text, at) SELECT conversation, 'on_its_way',"
        " 'A message of the bot was on its way when a person took over: it may still reach the customer.', ?"
        f" FROM outbox WHERE conversation = ? AND {OUTBOX_LIVE} AND status IN ('sending', 'uncertain')"
        " AND author = 'bot' LIMIT 1",
        (now, conversation),
    )


def _contact_of(conn: sqlite3.Connection, conversation: int) -> int:
    row = conn.execute(
        "SELECT d.contact FROM conversations c JOIN identities d ON d.id = c.identity WHERE c.id = ?", (conversation,)
    ).fetchone()
    return int(row[0])


def _contact(conn: sqlite3.Connection, outcome: Outcome, now: int) -> None:
    """Change the named fields of the profile as it is now, not as the turn read it: a contact has several channels.

    What the consent ledger comes to stands in the profile, beside the entries themselves.
    """
    result = outcome.result
    contact = _contact_of(conn, result.record.id)
    ledger = [
        (contact, result.record.id, entry.action, entry.purpose, entry.text, outcome.work.arrival.at)
        for entry in result.consent
    ]
    rows.insert(conn, "consents(contact, conversation, action, purpose, text, at)", ledger)
    profile = load(conn.execute("SELECT profile FROM contacts WHERE id = ?", (contact,)).fetchone()[0])
    for entry in result.consent:
        profile["consent"] = standing(profile.get("consent", {}), entry.action, entry.purpose)
        if not profile["consent"].get(OPTED_OUT):
            conn.execute("UPDATE contacts SET opted_out_at = NULL WHERE id = ?", (contact,))
        elif entry.action == "opt_out":
            conn.execute("UPDATE contacts SET opted_out_at = ? WHERE id = ?", (now, contact))
    if result.tags:
        labels = (*profile.get("tags", ()), *(tag.label for tag in result.tags))
        profile["tags"] = list(dict.fromkeys(labels))
    for name, value in result.contact.items():
        if value is None:
            profile.pop(name, None)
        else:
            profile[name] = value
    text = dump(profile)
    load(text)  # what can be written cannot always be read: then it is this turn's fault and not every later one's
    conn.execute("UPDATE contacts SET profile = ? WHERE id = ?", (text, contact))
