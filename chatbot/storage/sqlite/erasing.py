"""Forgetting a contact, in SQL: what they wrote, what was said to them, and what is known of them.

What stays says nothing about them: that there was a conversation and when, their id at the platform and what they
refused, without which the next message to them could be one they do not want.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from chatbot.conversation.codec import dump, load
from chatbot.conversation.files import MARK, folder
from chatbot.conversation.ledgers import Deletion
from chatbot.policy.consent import forgotten
from chatbot.storage.pending import CALLS_LIVE, OUTBOX_LIVE
from chatbot.storage.sqlite import unused
from chatbot.storage.sqlite.marking import files_in

_EMPTIED: Final = (
    # Only the answer to who asked for this still goes out. What a send has in hand is not sent a second time.
    (
        f"UPDATE outbox SET status = 'dropped' WHERE conversation = :id AND {OUTBOX_LIVE} AND status = 'waiting'"
        " AND turn <> :told_by"
    ),
    (
        "UPDATE outbox SET body = 'null', error = '', expires_at = 1 WHERE turn <> :told_by"
        " AND message IN (SELECT id FROM messages WHERE conversation = :id)"
    ),
    (
        "UPDATE messages SET text = '', body = '', reaction = '', deleted_at = coalesce(deleted_at, :now)"
        " WHERE conversation = :id"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message = messages.id AND o.turn = :told_by)"
    ),
    "UPDATE dead_letters SET raw = X'' WHERE (SELECT conversation FROM inbox WHERE id = dead_letters.inbox) = :id",
    "UPDATE alerts SET text = 'What was known of this customer is deleted.' WHERE conversation = :id AND at < :now",
    "DELETE FROM events WHERE conversation = :id",
    "DELETE FROM timers WHERE conversation = :id AND name <> 'native'",
    "UPDATE inbox SET status = 'noted', body = '' WHERE conversation = :id AND status = 'parked'",
    f"UPDATE calls SET status = 'cancelled' WHERE conversation = :id AND {CALLS_LIVE}",
    "UPDATE calls SET body = '{}' WHERE conversation = :id",
    "UPDATE handoffs SET note = '' WHERE conversation = :id AND requested_at < :now",
    "UPDATE milestones SET data = '{}' WHERE conversation = :id",
    "DELETE FROM tags WHERE conversation = :id",
    (
        "UPDATE conversations SET state = X'', call = NULL, locale = '', timezone = 'UTC', version = version + 1"
        " WHERE id = :id"
    ),
)


def erase(conn: sqlite3.Connection, account: str, externals: Sequence[str], now: int) -> int:
    """How many contacts were found, under any of these ids at the account."""
    found: set[int] = set()
    for external in externals:
        known = conn.execute(
            "SELECT contact FROM identities WHERE account = ? AND external = ?", (account, external)
        ).fetchone()
        if known is not None:
            found.add(int(known[0]))
        else:  # what could not be read may name them, though it made no contact of them
            unused.forget(conn, account, external)
    for contact in found:
        _unread(conn, contact)
        forget(conn, contact, now)
    return len(found)


def _unread(conn: sqlite3.Connection, contact: int) -> None:
    """Whoever is forgotten at their platform's word waits for no answer; what they refused counts all the same."""
    conn.execute(
        "UPDATE inbox SET status = 'noted', body = '' WHERE status = 'pending' AND (source <> 'inbound'"
        " OR json_extract(body, '$.kind') NOT IN ('opt_out', 'opt_in', 'system')) AND conversation IN"
        " (SELECT c.id FROM identities d JOIN conversations c ON c.identity = d.id WHERE d.contact = ?)",
        (contact,),
    )


def forget(conn: sqlite3.Connection, contact: int, now: int, told: tuple[int, int] = (0, -1)) -> None:
    """All conversations of a contact, and their profile but for their consents.

    `told`: the conversation they asked in, and the version of it whose turn says that it is done.
    """
    conversations = conn.execute(
        "SELECT c.id FROM identities d JOIN conversations c ON c.identity = d.id WHERE d.contact = ?", (contact,)
    ).fetchall()
    for (conversation,) in conversations:
        told_by = told[1] if conversation == told[0] else -1
        _drop_files(conn, conversation)
        for statement in _EMPTIED:
            conn.execute(statement, {"id": conversation, "now": now, "told_by": told_by})
    known = conn.execute("SELECT account, external FROM identities WHERE contact = ?", (contact,)).fetchall()
    for account, external in known:
        conn.execute("INSERT OR IGNORE INTO erased_files(folder) VALUES (?)", (folder(account, external),))
        unused.forget(conn, account, external)
    former = conn.execute("SELECT account, external, until FROM former_ids WHERE contact = ?", (contact,)).fetchall()
    for account, external, until in former:
        unused.forget_letters(conn, account, external, until)
    conn.execute("DELETE FROM former_ids WHERE contact = ?", (contact,))
    profile = load(conn.execute("SELECT profile FROM contacts WHERE id = ?", (contact,)).fetchone()[0])
    kept = {"consent": refused} if (refused := forgotten(profile.get("consent", {}))) else {}
    conn.execute("UPDATE contacts SET profile = ? WHERE id = ?", (dump(kept), contact))


def _drop_files(conn: sqlite3.Connection, conversation: int) -> None:
    """The folders of what they sent: that of an id they had before among them."""
    bodies = conn.execute(
        "SELECT body FROM messages WHERE conversation = ?1 AND author = 'customer' AND instr(body, ?2)"
        " UNION ALL SELECT body FROM inbox WHERE conversation = ?1 AND status = 'pending' AND instr(body, ?2)"
        " UNION ALL SELECT body FROM inbox WHERE conversation = ?1 AND status = 'parked' AND instr(body, ?2)",
        (conversation, MARK),
    ).fetchall()
    folders = {(key.rpartition("/")[0],) for (body,) in bodies for key in files_in(body)}
    conn.executemany("INSERT OR IGNORE INTO erased_files(folder) VALUES (?)", list(folders))


def files(conn: sqlite3.Connection, after: str) -> list[str]:
    found = conn.execute("SELECT folder FROM erased_files WHERE folder > ? ORDER BY folder LIMIT 500", (after,))
    return [row[0] for row in found]


def files_among(conn: sqlite3.Connection, names: Sequence[str]) -> list[str]:
    asked = ", ".join("?" * len(names))
    return [row[0] for row in conn.execute(f"SELECT folder FROM erased_files WHERE folder IN ({asked})", names)]


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
    """Whose data it was is forgotten with the data, and where the desk was asked who it is."""
    conn.execute(
        "UPDATE alerts SET text = 'A customer whose data the platform asked us to delete was found: it is deleted.'"
        " WHERE conversation IS NULL AND kind = 'contacts' AND instr(text,"
        " (SELECT nullif(subject, '') FROM deletions WHERE code = ?))",
        (code,),
    )
    conn.execute("UPDATE deletions SET done_at = coalesce(done_at, ?), subject = '' WHERE code = ?", (now, code))


_DELETION: Final = "SELECT code, account, subject, asked_at, done_at FROM deletions"


def deletion(conn: sqlite3.Connection, code: str) -> Deletion | None:
    row = conn.execute(f"{_DELETION} WHERE code = ?", (code,)).fetchone()
    return Deletion(*row) if row is not None else None


def unfinished(conn: sqlite3.Connection) -> list[Deletion]:
    found = conn.execute(f"{_DELETION} INDEXED BY ix_deletions_open WHERE done_at IS NULL ORDER BY asked_at").fetchall()
    return [Deletion(*row) for row in found]
