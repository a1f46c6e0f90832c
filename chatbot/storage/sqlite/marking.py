"""What a turn changes beside its own rows: where the conversation stands with its platform, and earlier lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from chatbot.conversation.codec import INBOUND, dump, load
from chatbot.conversation.elsewhere import ANOTHER_APP
from chatbot.conversation.files import MARK
from chatbot.conversation.record import Mark
from chatbot.conversation.store import Outcome
from chatbot.policy.consent import merged
from chatbot.policy.sending import by_ad
from chatbot.storage.sqlite import rows, unused
from chatbot.types import Inbound


def standing(conn: sqlite3.Connection, outcome: Outcome, now: int) -> None:
    """Ads, blocks, threads, new ids and changed messages; most turns have none of them."""
    result, arrival = outcome.result, outcome.work.arrival
    conversation, said = result.record.id, arrival.inbound
    if said is not None and by_ad(said.referral):
        conn.execute("UPDATE conversations SET ad_at = ? WHERE id = ?", (arrival.at, conversation))
    if result.blocked is not None:
        block(conn, conversation, now if result.blocked else None)
    if result.thread is not None:
        conn.execute("UPDATE conversations SET thread = ? WHERE id = ?", (result.thread, conversation))
    if result.external:
        _rename(conn, conversation, result.external, now)
    if result.mark is not None:
        _mark(conn, conversation, result.mark, _attachments(said, outcome.work.body), now)


def block(conn: sqlite3.Connection, conversation: int, since: int | None) -> None:
    """Nothing reaches the contact here until they write again; None: it does."""
    conn.execute("UPDATE conversations SET blocked_at = ? WHERE id = ?", (since, conversation))


def lose_thread(conn: sqlite3.Connection, conversation: int) -> None:
    """The platform says that the thread is not ours, and not whose it is."""
    conn.execute("UPDATE conversations SET thread = ? WHERE id = ? AND thread = ''", (ANOTHER_APP, conversation))


def _rename(conn: sqlite3.Connection, conversation: int, external: str, now: int) -> None:
    """The contact goes on under another id. Where that one has written already, both are one contact from here on.

    What was agreed to and refused under either id is one ledger then, and each refusal counts.
    """
    identity, contact, account, before = conn.execute(
        "SELECT d.id, d.contact, d.account, d.external FROM conversations c JOIN identities d ON d.id = c.identity"
        " WHERE c.id = ?",
        (conversation,),
    ).fetchone()
    unused.forget_bodies(conn, account, before)  # once they want to be forgotten nobody knows this id any more
    other = conn.execute(
        "SELECT contact FROM identities WHERE account = ? AND external = ?", (account, external)
    ).fetchone()
    if other is None:
        conn.execute("UPDATE identities SET external = ? WHERE id = ?", (external, identity))
        # From here on the id may be somebody else's: what was kept under it is theirs up to now.
        rows.insert(conn, "former_ids(contact, account, external, until)", [(contact, account, before, now)])
        return
    if other[0] == contact:
        return
    merge(conn, contact, other[0])
    conn.execute(
        "INSERT INTO alerts(conversation, kind, text, at) VALUES (?, 'identity', ?, ?)",
        (conversation, "The customer has another number now, and had written from it before.", now),
    )


def merge(conn: sqlite3.Connection, contact: int, other: int) -> None:
    """Everything of `other` is `contact`'s; where both know a field, theirs stands."""
    (ours, since), (theirs, since_theirs) = (
        conn.execute("SELECT profile, opted_out_at FROM contacts WHERE id = ?", (each,)).fetchone()
        for each in (contact, other)
    )
    mine, added = load(ours), load(theirs)
    consent = merged(mine.get("consent", {}), added.get("consent", {}))
    profile = {**added, **mine}
    if consent:
        profile["consent"] = consent
    if tags := [*mine.get("tags", ()), *added.get("tags", ())]:
        profile["tags"] = list(dict.fromkeys(tags))
    out_at = max(filter(None, (since, since_theirs)), default=None)
    conn.execute("UPDATE contacts SET profile = ?, opted_out_at = ? WHERE id = ?", (dump(profile), out_at, contact))
    for table in ("identities", "former_ids", "consents"):
        conn.execute(f"UPDATE {table} SET contact = ? WHERE contact = ?", (contact, other))  # noqa: S608 - our own names
    # Its row stays, empty: a freed number would be given to the next contact, and services may know it.
    conn.execute("UPDATE contacts SET profile = '{}', opted_out_at = NULL WHERE id = ?", (other,))


# --- earlier lines --------------------------------------------------------------------------------------------


def _attachments(said: Inbound | None, body: str) -> str:
    return body if said is not None and said.attachments else ""


def _mark(conn: sqlite3.Connection, conversation: int, mark: Mark, body: str, now: int) -> None:
    line = _line(conn, conversation, mark.message_id)
    match mark.kind:
        case "reaction" if line is not None:
            conn.execute("UPDATE messages SET reaction = ? WHERE id = ?", (mark.text, line))
        case "edit" if line is not None:
            (before,) = conn.execute("SELECT body FROM messages WHERE id = ?", (line,)).fetchone()
            body = body or _in_other_words(before, mark.text)
            drop_files(conn, files_in(before) - files_in(body))
            conn.execute(
                "UPDATE messages SET text = ?, body = ?, edited_at = ? WHERE id = ? AND deleted_at IS NULL",
                (mark.text, body, now, line),
            )
        case "delete" if line is not None:
            _take_back(conn, conversation, line)
            (account,) = conn.execute(
                "SELECT d.account FROM conversations c JOIN identities d ON d.id = c.identity WHERE c.id = ?",
                (conversation,),
            ).fetchone()
            unused.forget_bodies(conn, account, mark.message_id)
            conn.execute(
                "UPDATE messages SET text = '', body = '', reaction = '', deleted_at = ? WHERE id = ?", (now, line)
            )
        case "edit" | "delete":
            _change_waiting(conn, conversation, mark)


def _in_other_words(body: str, text: str) -> str:
    """A message with what came with it, when only its words are edited."""
    return INBOUND.encode(replace(INBOUND.decode(body), text=text)) if body else ""


def _take_back(conn: sqlite3.Connection, conversation: int, line: int) -> None:
    """What was said goes from the journal too, and the files that came with it from where they are kept."""
    text, body, at = conn.execute("SELECT text, body, at FROM messages WHERE id = ?", (line,)).fetchone()
    conn.execute(
        "UPDATE events SET body = json_remove(json_set(body, '$.text', ''), '$.attachments'), trace = '[]'"
        " WHERE conversation = ?1 AND (at = ?2 OR (?3 <> '' AND json_extract(body, '$.text') = ?3))",
        (conversation, at, text),
    )
    drop_files(conn, files_in(body))


def drop_files(conn: sqlite3.Connection, files: Iterable[str]) -> None:
    """They are to go: noted until somebody has deleted them."""
    conn.executemany("INSERT OR IGNORE INTO erased_files(folder) VALUES (?)", [(each,) for each in files])


def files_in(body: str) -> set[str]:
    """The keys of the files that came with a message and are kept here; see conversation/files.py."""
    came_with = INBOUND.decode(body).attachments if MARK in body else ()
    return {each.id.removeprefix(MARK) for each in came_with if each.id.startswith(MARK)}


def _line(conn: sqlite3.Connection, conversation: int, message_id: str) -> int | None:
    """The line a platform means: one that came with this id, or one of ours that got it there."""
    row = (
        conn.execute(
            "SELECT id FROM messages WHERE conversation = ? AND origin = ? AND author IN ('customer', 'person')",
            (conversation, message_id),
        ).fetchone()
        or conn.execute(
            "SELECT message FROM outbox WHERE platform_id = ? AND conversation = ?", (message_id, conversation)
        ).fetchone()
    )
    return int(row[0]) if row is not None else None


def _change_waiting(conn: sqlite3.Connection, conversation: int, mark: Mark) -> None:
    """A message that waits for a call's answer is changed before anybody has read it."""
    found = conn.execute(
        "SELECT id, body FROM inbox WHERE conversation = ? AND status = 'parked' AND source = 'inbound'",
        (conversation,),
    ).fetchall()
    for row, body in found:
        inbound = INBOUND.decode(body)
        if inbound.message_id != mark.message_id:
            continue
        if mark.kind == "delete":
            drop_files(conn, files_in(body))
            conn.execute("UPDATE inbox SET body = '', status = 'noted' WHERE id = ?", (row,))
        else:
            conn.execute(
                "UPDATE inbox SET body = ? WHERE id = ?", (INBOUND.encode(replace(inbound, text=mark.text)), row)
            )
