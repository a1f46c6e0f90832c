"""Accepting in SQL: deduplicate, find or make the sender, append to the inbox, settle what receipts speak of.

Runs inside a unit of the writer. Never writes a row of `conversations` that exists.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chatbot.conversation.codec import load
from chatbot.conversation.ports import NOTICE
from chatbot.conversation.store import Accepted, Letter
from chatbot.storage.pending import OUTBOX_LIVE
from chatbot.storage.sqlite import deduping, rows, unused
from chatbot.storage.sqlite.deciding import alert, tell_the_flow
from chatbot.types import ConversationKey, Inbound, Json

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Stored:
    """What a batch came to; `met` are the conversations it looked up or made, worth remembering once committed."""

    turns: int = 0
    duplicates: int = 0
    settled: int = 0
    met: dict[ConversationKey, int] = field(default_factory=dict)

    @property
    def counts(self) -> Accepted:
        return Accepted(self.turns, self.duplicates, self.settled)


def accept(
    conn: sqlite3.Connection, letters: Sequence[Letter], known: Mapping[ConversationKey, int], now: int
) -> Stored:
    stored = Stored()
    fresh = deduping.fresh(conn, letters, now)
    inbox: list[rows.Row] = []
    for place, letter in enumerate(letters):
        if letter.route == "receipt":
            settled = _receipt(conn, letter.inbound, _find(conn, letter, known, stored), now)
            stored.settled += settled
            stored.turns += settled if letter.inbound.kind == "failed" else 0  # the flow hears of it
            continue
        if place not in fresh:
            stored.duplicates += 1
            continue
        if letter.route == "echo" and _settle_echo(conn, letter.inbound, _find(conn, letter, known, stored), now):
            stored.settled += 1
            continue
        if letter.inbound.unknown or letter.inbound.kind == "unsupported":
            unused.keep(conn, letter, now)
        if NOTICE in letter.inbound.data:
            _told(conn, letter.inbound, now)
        if letter.route == "count":
            continue
        conversation = _find(conn, letter, known, stored) or _make(conn, letter, stored, now)
        status = "noted" if letter.route == "note" else "pending"
        stored.turns += status == "pending"
        inbox.append((conversation, "inbound", "" if status == "noted" else letter.body, status, now))
    rows.insert(conn, "inbox(conversation, source, body, status, arrived_at)", inbox)
    return stored


def _told(conn: sqlite3.Connection, inbound: Inbound, now: int) -> None:
    """A platform has changed something about the account itself."""
    notice = str(inbound.data[NOTICE])
    alert(conn, None, "account", notice, now)
    _log.warning("a platform has changed something: account=%s: %s", inbound.key.account, notice)


def _find(conn: sqlite3.Connection, letter: Letter, known: Mapping[ConversationKey, int], stored: Stored) -> int | None:
    key = letter.inbound.key
    found = known.get(key) or stored.met.get(key)
    if found is not None:
        return found
    row = conn.execute(
        "SELECT c.id FROM identities d JOIN conversations c ON c.identity = d.id"
        " WHERE d.account = ? AND d.external = ?",
        (key.account, key.contact),
    ).fetchone()
    if row is None:
        return None
    stored.met[key] = int(row[0])
    return stored.met[key]


def _make(conn: sqlite3.Connection, letter: Letter, stored: Stored, now: int) -> int:
    key = letter.inbound.key
    contact = conn.execute("INSERT INTO contacts(created_at) VALUES (?)", (now,)).lastrowid
    identity = conn.execute(
        "INSERT INTO identities(contact, account, external, channel) VALUES (?, ?, ?, ?)",
        (contact, key.account, key.contact, letter.channel),
    ).lastrowid
    made = conn.execute("INSERT INTO conversations(identity, created_at) VALUES (?, ?)", (identity, now)).lastrowid
    if made is None:
        raise sqlite3.DatabaseError("an inserted conversation has no id")
    stored.met[key] = made
    return made


# --- news about what we sent ------------------------------------------------------------------------------


def reference_id(reference: str) -> int | None:
    """The outbox row a reference of ours (`cb:<id>:<secret>`) names; the caller compares the whole of it."""
    mark, _, rest = reference.partition(":")
    number = rest.partition(":")[0]
    return int(number) if mark == "cb" and number.isascii() and number.isdigit() and len(number) < 19 else None


def _settle_echo(conn: sqlite3.Connection, inbound: Inbound, conversation: int | None, now: int) -> bool:
    """An echo of something we sent says that it arrived there. False: somebody else sent it."""
    if _arrived(conn, inbound.metadata, inbound.message_id, now):
        return True
    if conn.execute("SELECT 1 FROM outbox WHERE platform_id = ? LIMIT 1", (inbound.message_id,)).fetchone() is not None:
        return True
    if conversation is None or inbound.metadata:
        return False
    reference = _under_way(conn, conversation, inbound.text)
    return _arrived(conn, reference, inbound.message_id, now)


def _under_way(conn: sqlite3.Connection, conversation: int, text: str) -> str:
    """The reference of a row that is being sent and says this; "" when there is none.

    Many platforms bring no reference back, and an echo may be here before the answer to its send. Of a row that was
    forgotten with its contact nobody knows what it said, so it may have been this.
    """
    found = conn.execute(
        "SELECT reference, body FROM outbox WHERE conversation = ? AND status IN ('sending', 'uncertain') ORDER BY id",
        (conversation,),
    )
    return next((reference for reference, body in found if body == "null" or says(load(body), text)), "")


_LINK: Final = re.compile(r"https?://\S+")


def _words(text: str) -> list[str]:
    return _LINK.sub("", text).split()


def says(body: Json, text: str) -> bool:
    """Whether a call's body shows the text; one without words (a picture) is any that is under way.

    Links are no part of it: X puts short ones of its own in their place.
    """
    if isinstance(body, str):
        return _words(body) == _words(text)
    if isinstance(body, dict | list):
        return not text.strip() or any(says(each, text) for each in (body.values() if isinstance(body, dict) else body))
    return False


def _arrived(conn: sqlite3.Connection, reference: str, platform_id: str, now: int) -> bool:
    """Note that the platform has the row which `reference` names; True when it is one of ours."""
    row = reference_id(reference)
    if row is None:
        return False
    found = conn.execute(
        "SELECT conversation, status FROM outbox WHERE id = ? AND reference = ?", (row, reference)
    ).fetchone()
    if found is None:
        return False
    conn.execute(
        "UPDATE outbox SET platform_id = coalesce(platform_id, nullif(?, '')), sent_at = coalesce(sent_at, ?),"
        " status = 'sent', reason = '', error = '' WHERE id = ? AND status <> 'sent'",
        (platform_id, now, row),
    )
    if found[1] == "uncertain":  # rows behind it were put off until this one was known
        conn.execute(
            f"UPDATE outbox SET next_try_at = ? WHERE conversation = ? AND {OUTBOX_LIVE} AND status = 'waiting'"
            " AND next_try_at > ?",
            (now, found[0], now),
        )
    return True


def _receipt(conn: sqlite3.Connection, inbound: Inbound, conversation: int | None, now: int) -> int:
    """Delivered, read or failed; only ever forwards. Without a message it speaks of all up to its time."""
    if inbound.metadata and inbound.kind != "failed":
        _arrived(conn, inbound.metadata, inbound.refers_to, now)
    if conversation is None:
        return 0
    where, which = _meant(inbound, conversation)
    at = inbound.timestamp
    if inbound.kind == "delivered":
        change, args = "delivered_at = ?", (at,)
        where += " AND delivered_at IS NULL AND read_at IS NULL"
    elif inbound.kind == "read":
        change, args = "read_at = ?, delivered_at = coalesce(delivered_at, ?)", (at, at)  # type: ignore[assignment]
        where += " AND read_at IS NULL"
    else:
        return _failed(conn, inbound, where + " AND status <> 'failed' AND delivered_at IS NULL", which, now)
    cursor = conn.execute(f"UPDATE outbox SET {change} WHERE {where} AND status = 'sent'", (*args, *which))
    return cursor.rowcount


def _meant(inbound: Inbound, conversation: int) -> tuple[str, rows.Row]:
    row = reference_id(inbound.metadata)
    if row is not None:
        return "conversation = ? AND id = ? AND reference = ?", (conversation, row, inbound.metadata)
    if inbound.refers_to:
        return "conversation = ? AND platform_id = ?", (conversation, inbound.refers_to)
    return "conversation = ? AND sent_at <= ?", (conversation, inbound.timestamp)


def _failed(conn: sqlite3.Connection, inbound: Inbound, where: str, which: rows.Row, now: int) -> int:
    """What the platform could not deliver after all: recorded, and back to the flow that said it."""
    if not (inbound.refers_to or inbound.metadata):
        return 0  # a failure that names nothing must not fail everything
    failed = conn.execute(f"SELECT id, author FROM outbox WHERE {where}", which).fetchall()
    reason = inbound.reason or "recipient"
    for row, author in failed:
        conn.execute(
            "UPDATE outbox SET status = 'failed', reason = ?, error = ? WHERE id = ?",
            (reason, (inbound.text or inbound.raw_type)[:500], row),
        )
        if author == "bot":
            tell_the_flow(conn, row, which[0], reason, now)
    if failed:
        alert(conn, which[0], "not_sent", f"The platform could not deliver a message ({reason}).", now)
    return len(failed)
