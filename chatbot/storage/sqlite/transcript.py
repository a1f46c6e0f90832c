"""A conversation's lines as its customer may see them, behind a cursor: what the web chat page reads.

The cursor is the line's id. Lines become visible in the order of their ids: the first of ours that still waits to be
sent holds back all behind it, so that no reader's cursor can pass a line that appears later.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3
from typing import Final

from chatbot.conversation.codec import INBOUND, MESSAGE
from chatbot.conversation.store import ChatLine
from chatbot.storage.pending import CALLS_LIVE, OUTBOX_LIVE
from chatbot.types import Message

_LINES: Final = (
    "SELECT m.id, m.author, m.text, m.body, m.origin, m.at,"
    " coalesce((SELECT max(CASE WHEN o.status IN ('sending', 'uncertain', 'sent') THEN 2"
    " WHEN o.status = 'waiting' THEN 1 ELSE 0 END) FROM outbox o WHERE o.message = m.id), 2)"
    " FROM identities d JOIN conversations c ON c.identity = d.id JOIN messages m ON m.conversation = c.id"
    " WHERE d.account = ? AND d.external = ? AND m.id > ? AND m.deleted_at IS NULL ORDER BY m.id LIMIT ?"
)
_WAITING: Final = 1
_GONE: Final = 0


def lines_after(conn: sqlite3.Connection, account: str, contact: str, cursor: int, limit: int) -> list[ChatLine]:
    lines: list[ChatLine] = []
    for number, author, text, body, origin, at, fate in conn.execute(_LINES, (account, contact, cursor, limit)):
        if fate == _WAITING:
            break
        if fate == _GONE:
            continue
        ours = author in ("bot", "system") or (author == "person" and bool(body))
        message = MESSAGE.decode(body) if ours else _theirs(text, body)
        lines.append(ChatLine(number, author, message, "" if ours else origin, at))
    return lines


def _theirs(text: str, body: str) -> Message:
    """A customer's own line; what was more than text stands in its body as it came."""
    attachments = INBOUND.decode(body).attachments if body else ()
    return Message(text, attachment=attachments[0] if attachments else None)


_AT_WORK: Final = (
    "SELECT c.control = 'bot' AND ("
    "EXISTS (SELECT 1 FROM inbox w WHERE w.conversation = c.id AND w.status = 'pending')"
    f" OR EXISTS (SELECT 1 FROM calls w WHERE w.conversation = c.id AND {CALLS_LIVE})"
    f" OR EXISTS (SELECT 1 FROM outbox w WHERE w.conversation = c.id AND {OUTBOX_LIVE} AND w.status = 'waiting'"
    " AND w.author = 'bot'))"
    " FROM identities d JOIN conversations c ON c.identity = d.id WHERE d.account = ? AND d.external = ?"
)


def at_work(conn: sqlite3.Connection, account: str, contact: str) -> bool:
    """Whether the bot reads, asks a service, or has an answer that is not out yet; never under a person's control."""
    row = conn.execute(_AT_WORK, (account, contact)).fetchone()
    return row is not None and bool(row[0])
