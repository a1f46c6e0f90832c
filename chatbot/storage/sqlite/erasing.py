"""Forgetting a contact, in SQL: what they wrote, what was said to them, and what is known of them.

What stays says nothing about them: that there was a conversation and when, their id at the platform and their consents,
without which the next message to them could be one they do not want.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from chatbot.conversation.codec import dump, load
from chatbot.conversation.files import folder
from chatbot.conversation.ledgers import Deletion
from chatbot.storage.pending import CALLS_LIVE, OUTBOX_LIVE

_EMPTIED: Final = (
    (
        "UPDATE messages SET text = '', body = '', reaction = '', deleted_at = coalesce(deleted_at, ?2)"
        " WHERE conversation = ?1"
    ),
    (
        f"UPDATE outbox SET body = 'null' WHERE NOT {OUTBOX_LIVE} AND message IN"
        " (SELECT id FROM messages WHERE conversation = ?1)"
    ),
    # What is on its way stays: it is the answer to who asked for this.
    "DELETE FROM events WHERE conversation = ?1",
    "DELETE FROM timers WHERE conversation = ?1 AND name <> 'native'",
    "UPDATE inbox SET status = 'noted', body = '' WHERE conversation = ?1 AND status = 'parked'",
    f"UPDATE calls SET status = 'cancelled' WHERE conversation = ?1 AND {CALLS_LIVE}",
    "UPDATE calls SET body = '{}' WHERE conversation = ?1",
    "UPDATE handoffs SET note = '' WHERE conversation = ?1",
    "UPDATE milestones SET data = '{}' WHERE conversation = ?1",
    "DELETE FROM tags WHERE conversation = ?1",
    (
        "UPDATE conversations SET state = X'', call = NULL, locale = '', timezone = 'UTC', version = version + 1"
        " WHERE id = ?1"
    ),
)


def erase(conn: sqlite3.Connection, account: str, externals: Sequence[str], now: int) -> int:
    """How many contacts were found, under any of these ids at the account."""
    found = {
        int(row[0])
        for external in externals
        for row in conn.execute(
            "SELECT contact FROM identities WHERE account = ? AND external = ?", (account, external)
        )
    }
    for contact in found:
        forget(conn, contact, now)
    return len(found)


def forget(conn: sqlite3.Connection, contact: int, now: int) -> None:
    """All conversations of a contact, and their profile but for their consents."""
    conversations = conn.execute(
        "SELECT c.id FROM identities d JOIN conversations c ON c.identity = d.id WHERE d.contact = ?", (contact,)
    ).fetchall()
    for (conversation,) in conversations:
        for statement in _EMPTIED:
            conn.execute(statement, (conversation, now) if "?2" in statement else (conversation,))
    for account, external in conn.execute("SELECT account, external FROM identities WHERE contact = ?", (contact,)):
        conn.execute("INSERT OR IGNORE INTO erased_files(folder) VALUES (?)", (folder(account, external),))
    profile = load(conn.execute("SELECT profile FROM contacts WHERE id = ?", (contact,)).fetchone()[0])
    kept = {"consent": profile["consent"]} if "consent" in profile else {}
    conn.execute("UPDATE contacts SET profile = ? WHERE id = ?", (dump(kept), contact))


def files(conn: sqlite3.Connection) -> list[str]:
    return [row[0] for row in conn.execute("SELECT folder FROM erased_files ORDER BY folder LIMIT 500")]


def files_gone(conn: sqlite3.Connection, gone: str) -> None:
    conn.execute("DELETE FROM erased_files WHERE folder = ?", (gone,))


# --- what platforms ask for -------------------------------------------------------------------------------


def ask(conn: sqlite3.Connection, deletion: Deletion) -> bool:
    """Note it; False when it is known already."""
    cursor = conn.execute(
        "INSERT INTO deletions(code, account, subject, asked_at) VALUES (?, ?, ?, ?) ON CONFLICT(code) DO NOTHING",
        (deletion.code, deletion.account, deletion.subject, deletion.asked_at),
    )
    return cursor.rowcount == 1


def done(conn: sqlite3.Connection, code: str, now: int) -> None:
    """Whose data it was is forgotten with the data."""
    conn.execute("UPDATE deletions SET done_at = coalesce(done_at, ?), subject = '' WHERE code = ?", (now, code))


_DELETION: Final = "SELECT code, account, subject, asked_at, done_at FROM deletions"


def deletion(conn: sqlite3.Connection, code: str) -> Deletion | None:
    row = conn.execute(f"{_DELETION} WHERE code = ?", (code,)).fetchone()
    return Deletion(*row) if row is not None else None


def unfinished(conn: sqlite3.Connection) -> list[Deletion]:
    found = conn.execute(f"{_DELETION} INDEXED BY ix_deletions_open WHERE done_at IS NULL ORDER BY asked_at").fetchall()
    return [Deletion(*row) for row in found]
