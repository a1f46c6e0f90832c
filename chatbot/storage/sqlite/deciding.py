"""What becomes of a row that is due: may it go out at this moment, and if not, who is told why.

Runs in the transaction that marks rows `sending`, so that nothing can change between the decision and the mark.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import Final

from chatbot.conversation.codec import NOT_SENT, load
from chatbot.conversation.ports import THREAD
from chatbot.policy.consent import agreed
from chatbot.policy.sending import MAY, Reach, Verdict, Words, verdict
from chatbot.storage.pending import OUTBOX_LIVE
from chatbot.storage.sqlite import rows
from chatbot.types import Author, Json, NotSent, Window

OPT_OUT_TIMES: Final = (
    "p.opted_out_at, CASE WHEN p.opted_out_at IS NOT NULL THEN"
    " (SELECT max(e.at) FROM consents e WHERE e.contact = p.id AND e.action = 'opt_out') END"
)
"""Since when the contact `p` wants nothing, and when the words arrived that said so."""

WEIGHED: Final = (
    "SELECT w.id, w.conversation, w.author, w.created_at, w.turn, w.proactive, w.body, w.reference, w.attempts,"
    " d.external, d.channel, c.last_in_at, c.ad_at,"
    f" {OPT_OUT_TIMES}, c.blocked_at IS NOT NULL, c.thread"
    # CROSS JOIN keeps the order of the tables: the planner would rather walk the whole outbox in id order.
    " FROM json_each(?) j CROSS JOIN outbox w ON w.id = j.value CROSS JOIN conversations c ON c.id = w.conversation"
    " CROSS JOIN identities d ON d.id = c.identity CROSS JOIN contacts p ON p.id = d.contact"
    " WHERE w.status = 'waiting'"
)
_SENT_SINCE: Final = (
    "SELECT (SELECT count(*) FROM messages m JOIN outbox o ON o.message = m.id WHERE m.conversation = ?1 AND m.id > ?2"
    " AND o.status IN ('sending', 'uncertain', 'sent', 'held')) + (SELECT count(*) FROM messages m"
    " WHERE m.conversation = ?1 AND m.id > ?2 AND m.author = 'person'"
    " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message = m.id))"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A waiting row with what decides about it; the columns of WEIGHED."""

    id: int
    conversation: int
    author: Author
    created_at: int
    turn: int
    proactive: int
    body: str
    reference: str
    attempts: int
    recipient: str
    channel: str
    last_in_at: int | None
    ad_at: int | None
    opted_out_at: int | None
    stopped_at: int | None
    blocked: int
    thread: str


def decide(
    conn: sqlite3.Connection, row: Row, body: Json, now: int, own_window: Window | None, *, human_agent: bool
) -> Verdict:
    """`own_window`: the account's, if it has one. `human_agent`: its people may answer after the window."""
    template = False
    if isinstance(body, dict):
        if THREAD in body:
            return MAY  # it says nothing
        template = body.get("type") == "template"
    reach = Reach(
        row.channel, row.last_in_at, row.ad_at, row.opted_out_at, row.stopped_at, bool(row.blocked), row.thread,
        own_window=own_window,
    )  # fmt: skip
    if reach.window is not None and reach.window.most:
        reach = replace(reach, sent=_sent(conn, row.conversation))
    if reach.lacks_opt_in(now):
        reach = replace(reach, agreed=_agreed(conn, row.conversation))
    words = Words(row.author, row.created_at, bool(row.proactive), template)
    return verdict(reach, words, now, human_agent=human_agent)


def _agreed(conn: sqlite3.Connection, conversation: int) -> bool:
    """Whether the contact has opted in; few rows need to know."""
    (profile,) = conn.execute(
        "SELECT p.profile FROM conversations c JOIN identities d ON d.id = c.identity JOIN contacts p"
        " ON p.id = d.contact WHERE c.id = ?",
        (conversation,),
    ).fetchone()
    return agreed(load(profile).get("consent", {}))


def _sent(conn: sqlite3.Connection, conversation: int) -> int:
    """Ours since the contact last wrote, what people sent in the platform's own app included."""
    (last,) = conn.execute(
        "SELECT coalesce(max(id), 0) FROM messages WHERE conversation = ? AND author = 'customer'", (conversation,)
    ).fetchone()
    return int(conn.execute(_SENT_SINCE, (conversation, last)).fetchone()[0])


def refuse(conn: sqlite3.Connection, row: Row, decided: Verdict, now: int) -> None:
    """Recorded, explained, and back to the flow; what the same turn said behind it is not said either."""
    refused = conn.execute(
        f"UPDATE outbox SET status = 'refused', reason = ?, error = ? WHERE conversation = ? AND {OUTBOX_LIVE}"
        " AND status = 'waiting' AND (id = ? OR (id > ? AND author = 'bot' AND author = ? AND turn = ?))",
        (decided.refusal, decided.why, row.conversation, row.id, row.id, row.author, row.turn),
    ).rowcount
    said = "A message was" if refused == 1 else f"{refused} messages were"
    alert(conn, row.conversation, "refused", f"{said} not sent: {decided.why}.", now)
    if row.author == "bot":
        tell_the_flow(conn, row.id, row.conversation, decided.refusal or "refused", now)


def put_off(conn: sqlite3.Connection, conversation: int, until: int) -> None:
    """Nothing of this conversation is tried before then, so that a pass does not look at it in vain."""
    conn.execute(
        f"UPDATE outbox SET next_try_at = ? WHERE conversation = ? AND {OUTBOX_LIVE} AND status = 'waiting'"
        " AND next_try_at < ?",
        (until, conversation, until),
    )


def tell_the_flow(conn: sqlite3.Connection, row: int, conversation: int, reason: str, now: int) -> None:
    """What could not be said comes back as an event: the step that said it may have an `if_not_sent`."""
    (origin,) = conn.execute(
        "SELECT m.origin FROM outbox w JOIN messages m ON m.id = w.message WHERE w.id = ?", (row,)
    ).fetchone()
    body = NOT_SENT.encode(NotSent(reason, origin))
    rows.insert(conn, "inbox(conversation, rank, source, body, arrived_at)", [(conversation, 0, "desk", body, now)])


def alert(conn: sqlite3.Connection, conversation: int | None, kind: str, text: str, now: int) -> None:
    """For people to see."""
    conn.execute(
        "INSERT INTO alerts(conversation, kind, text, at) VALUES (?, ?, ?, ?)", (conversation, kind, text, now)
    )
