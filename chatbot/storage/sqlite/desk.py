"""The desk in SQL: conditional writes that one of two people wins, and what people look at."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from chatbot.conversation.codec import dump, load
from chatbot.conversation.episodes import DeskMove, Episode, Reply, Seat, Spoken, Trouble
from chatbot.conversation.store import LASTING
from chatbot.policy.sending import Reach
from chatbot.storage.sqlite import rows
from chatbot.storage.sqlite.committing import list_under_way, reference
from chatbot.storage.sqlite.deciding import OPT_OUT_TIMES

_MESSAGES: Final = frozenset({"text", "attachment", "unsupported"})
_END_REASON: Final = {"returned": "returned", "resolved": "resolved"}


def move(conn: sqlite3.Connection, move: DeskMove, now: int) -> bool:
    """Control changes hands only if the conversation is still where the person saw it."""
    control = move.after[1]
    cursor = conn.execute(
        "UPDATE conversations SET status = ?, control = ?, control_epoch = control_epoch + ?, version = version + 1,"
        " assignee = ?, queue = CASE WHEN ? = 'bot' THEN NULL ELSE queue END,"
        " queued_at = CASE WHEN ? = 'bot' THEN NULL ELSE queued_at END,"
        " waiting_since = CASE WHEN ? = 'bot' THEN NULL ELSE waiting_since END"
        " WHERE id = ? AND status = ? AND control = ? AND assignee IS ?",
        (move.after[0], control, int(move.epoch_rises), move.agent if control == "human" else None, control, control,
         control, move.conversation, *move.before, move.holder),
    )  # fmt: skip
    if cursor.rowcount != 1:
        return False
    if control == "human":
        list_under_way(conn, move.conversation, now)
        conn.execute(
            "UPDATE handoffs SET claimed_at = ?, agent = ? WHERE conversation = ? AND ended_at IS NULL",
            (now, move.agent, move.conversation),
        )
    if move.desk:
        conn.execute(
            "UPDATE handoffs SET ended_at = ?, end_reason = ? WHERE conversation = ? AND ended_at IS NULL",
            (now, _END_REASON[move.desk], move.conversation),
        )
        conn.execute(
            "INSERT INTO inbox(conversation, rank, source, body, arrived_at) VALUES (?, 0, 'desk', ?, ?)",
            (move.conversation, move.desk, now),
        )
    return True


def reply(conn: sqlite3.Connection, reply: Reply, now: int) -> bool:
    held = conn.execute(
        "UPDATE conversations SET waiting_since = CASE WHEN ? THEN NULL ELSE waiting_since END,"
        " thread = CASE WHEN ? THEN '' ELSE thread END WHERE id = ? AND control = 'human' AND assignee = ?",
        (reply.answers, reply.takes_thread, reply.conversation, reply.agent),
    )
    if held.rowcount != 1:
        return False
    if reply.answers:
        conn.execute(
            "UPDATE handoffs SET first_reply_at = coalesce(first_reply_at, ?) WHERE conversation = ?"
            " AND ended_at IS NULL",
            (now, reply.conversation),
        )
    (account,) = conn.execute(
        "SELECT d.account FROM conversations c JOIN identities d ON d.id = c.identity WHERE c.id = ?",
        (reply.conversation,),
    ).fetchone()
    message, parcel = rows.next_id(conn, "messages"), rows.next_id(conn, "outbox")
    conn.execute(
        "INSERT INTO messages(id, conversation, author, agent, text, body, at) VALUES (?, ?, 'person', ?, ?, ?, ?)",
        (message, reply.conversation, reply.agent, reply.text, reply.message, now),
    )
    calls = [
        (number, reply.conversation, message, account, "person", dump(body), reference(number), now, now + LASTING, now)
        for number, body in enumerate(reply.bodies, parcel)
    ]
    rows.insert(
        conn,
        "outbox(id, conversation, message, account, author, body, reference, next_try_at, expires_at, created_at)",
        calls,
    )
    return True


# --- looking ----------------------------------------------------------------------------------------------


def seat(conn: sqlite3.Connection, conversation: int) -> Seat | None:
    row = conn.execute(
        "SELECT c.id, d.account, d.external, d.channel, c.status, c.control, c.assignee, c.queue, c.version,"  # noqa: S608 - a constant of ours
        f" c.last_in_at, c.ad_at, {OPT_OUT_TIMES}, c.blocked_at IS NOT NULL, c.thread FROM conversations c"
        " JOIN identities d ON d.id = c.identity JOIN contacts p ON p.id = d.contact WHERE c.id = ?",
        (conversation,),
    ).fetchone()
    if row is None:
        return None
    number, account, contact, channel, status, control, assignee, queue, version, *known = row
    last_in_at, ad_at, opted_out_at, stopped_at, blocked, thread = known
    reach = Reach(channel, last_in_at, ad_at, opted_out_at, stopped_at, bool(blocked), thread)
    place, heard = (status, control), _heard(conn, conversation)
    return Seat(number, account, contact, channel, place, assignee, queue, version, reach, heard)


def _heard(conn: sqlite3.Connection, conversation: int) -> str:
    """The id of the customer's newest message, if it is one: a press of a button is not, whatever its id looks like."""
    row = conn.execute(
        "SELECT origin, CASE WHEN body = '' THEN 'text' ELSE json_extract(body, '$.kind') END FROM messages"
        " WHERE conversation = ? AND author = 'customer' AND deleted_at IS NULL ORDER BY id DESC LIMIT 1",
        (conversation,),
    ).fetchone()
    return str(row[0]) if row is not None and row[1] in _MESSAGES else ""


_EPISODE: Final = (
    "SELECT h.id, h.conversation, d.account, d.external, h.queue, h.priority, h.skills, h.note, h.reason,"
    " h.requested_at, h.claimed_at, h.agent, h.ended_at, h.end_reason FROM handoffs h"
    " JOIN conversations c ON c.id = h.conversation JOIN identities d ON d.id = c.identity"
)


def episodes(conn: sqlite3.Connection, limit: int, *, open_only: bool) -> list[Episode]:
    """The last ones, oldest first."""
    # The plus keeps the planner from walking all episodes there ever were to find the few open ones.
    which = "WHERE h.ended_at IS NULL ORDER BY +h.id" if open_only else "ORDER BY h.id"
    found = conn.execute(f"{_EPISODE} {which} DESC LIMIT ?", (limit,)).fetchall()
    return [_episode(row) for row in reversed(found)]


def episode(conn: sqlite3.Connection, handoff: int) -> Episode | None:
    row = conn.execute(f"{_EPISODE} WHERE h.id = ?", (handoff,)).fetchone()
    return None if row is None else _episode(row)


def _episode(row: tuple[Any, ...]) -> Episode:
    number, conversation, account, contact, queue, priority, skills, *rest = row
    return Episode(number, conversation, account, contact, queue, priority, tuple(load(skills)), *rest)


def transcript(conn: sqlite3.Connection, conversation: int, limit: int) -> list[Spoken]:
    """A line of several platform calls stands as the worst of them."""
    found = conn.execute(
        "SELECT m.id, m.author, m.agent, m.text, m.at, coalesce(o.status, ''), coalesce(o.error, ''), m.edited_at,"
        " m.deleted_at, m.reaction FROM messages m LEFT JOIN outbox o ON o.id = (SELECT w.id FROM outbox w"
        " WHERE w.message = m.id ORDER BY w.status = 'sent', w.id LIMIT 1)"
        " WHERE m.conversation = ? ORDER BY m.id DESC LIMIT ?",
        (conversation, limit),
    ).fetchall()
    return [Spoken(*row) for row in reversed(found)]


def troubles(conn: sqlite3.Connection, limit: int) -> list[Trouble]:
    found = conn.execute(
        "SELECT id, conversation, kind, text, at FROM alerts WHERE seen_at IS NULL ORDER BY id DESC LIMIT ?", (limit,)
    ).fetchall()
    return [Trouble(*row) for row in reversed(found)]
