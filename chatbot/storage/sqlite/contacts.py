"""Contacts in SQL: what becomes known of them beside the turns of their conversations."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from chatbot.conversation.asides import introduced
from chatbot.conversation.codec import INBOUND, dump, load
from chatbot.conversation.record import Record
from chatbot.storage.sqlite.marking import drop_files, files_in, merge
from chatbot.types import ConversationKey, Inbound, Json


def introduce(conn: sqlite3.Connection, conversation: int, profile: Mapping[str, Json]) -> None:
    """The version rises: a turn that is being computed without it is computed again."""
    found = conn.execute(
        "SELECT d.contact, p.profile, c.locale, c.timezone FROM conversations c JOIN identities d ON d.id = c.identity"
        " JOIN contacts p ON p.id = d.contact WHERE c.id = ?",
        (conversation,),
    ).fetchone()
    if found is None:
        return
    contact, text, locale, timezone = found
    known = load(text)
    before = Record(conversation, ConversationKey("", ""), "", contact=known, locale=locale, timezone=timezone)
    after, new = introduced(before, profile)
    if new:
        kept = dump({**known, **new})
        load(kept)  # what cannot be read again is not kept
        conn.execute("UPDATE contacts SET profile = ? WHERE id = ?", (kept, contact))
    if new or after != before:
        conn.execute(
            "UPDATE conversations SET locale = ?, timezone = ?, version = version + 1 WHERE id = ?",
            (after.locale, after.timezone, conversation),
        )


def link(conn: sqlite3.Connection, one: ConversationKey, other: ConversationKey) -> bool:
    """`one` becomes an identity of the contact of `other`; the versions rise as in `introduce`."""
    joining, staying = _contact_of(conn, one), _contact_of(conn, other)
    if joining is None or staying is None:
        return False
    if joining != staying:
        merge(conn, staying, joining)
        conn.execute(
            "UPDATE conversations SET version = version + 1 WHERE identity IN"
            " (SELECT id FROM identities WHERE contact = ?)",
            (staying,),
        )
    return True


def _contact_of(conn: sqlite3.Connection, key: ConversationKey) -> int | None:
    found = conn.execute(
        "SELECT contact FROM identities WHERE account = ? AND external = ?", (key.account, key.contact)
    ).fetchone()
    return int(found[0]) if found is not None else None


def knows(conn: sqlite3.Connection, key: ConversationKey) -> bool:
    return _contact_of(conn, key) is not None


def attach(conn: sqlite3.Connection, conversation: int, row: int, inbound: Inbound) -> bool:
    """What waits is changed where it waits, what was taken up in the transcript; what was taken back stays so.

    The version rises: a turn that was computed from what waited is computed again. False when there is nothing to
    change: the line was taken back or its contact forgotten, and so the files that came with it are to go.
    """
    body = INBOUND.encode(inbound)
    waits = conn.execute("UPDATE inbox SET body = ? WHERE id = ? AND status IN ('pending', 'parked')", (body, row))
    if waits.rowcount:
        conn.execute("UPDATE conversations SET version = version + 1 WHERE id = ?", (conversation,))
        return True
    line = inbound.refers_to if inbound.kind == "edit" else inbound.message_id
    said = conn.execute(
        "UPDATE messages SET body = ? WHERE conversation = ? AND origin = ? AND author = 'customer'"
        " AND deleted_at IS NULL",
        (body, conversation, line),
    )
    if not said.rowcount:
        drop_files(conn, files_in(body))
    return said.rowcount > 0
