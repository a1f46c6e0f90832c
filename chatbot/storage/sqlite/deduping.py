"""What was accepted before, in SQL: 64 bits a message, in buckets by day, so that forgetting is one range.

The day is the platform's own for the message, which puts a redelivery into the bucket of the first delivery whenever
it comes - or, where a channel has only the time at which it was asked, into the one beside it. A message already old
when it first comes (or with a wrong clock) would be forgotten too soon there: it goes into the bucket of the day it was
accepted, kept apart by its sign.
"""

# ruff: noqa: S608  # statements are put together from our own constants; values are always bound

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import Final

from chatbot.conversation.store import Letter
from chatbot.storage.sqlite import rows
from chatbot.types import Inbound

DAY: Final = 86_400_000
YOUNG: Final = 7
"""Days; a message younger than this when it comes is remembered under its own day."""

KEPT: Final = 15
"""Days; YOUNG and what platforms redeliver at most (WhatsApp: 7 days)."""


def fresh(conn: sqlite3.Connection, letters: Sequence[Letter], now: int) -> set[int]:
    """The places of the letters that were never stored before, now remembered. Receipts need no memory."""
    today = now // DAY
    first: dict[int, tuple[int, rows.Row]] = {}
    wanted: list[rows.Row] = []
    for place, letter in enumerate(letters):
        if letter.route == "receipt":
            continue
        mark = fingerprint(letter.inbound)
        if mark in first:
            continue
        day = letter.inbound.timestamp // DAY
        young = day >= today - YOUNG
        first[mark] = place, (day if young else -today, mark)
        # The neighbors too: where the time is our own, a retry over midnight carries another day than its message.
        wanted += [(day, mark), (day - 1, mark), (day + 1, mark)]
        if not young:
            wanted += [(-(today - back), mark) for back in range(KEPT + 1)]
    for cursor in rows.each(conn, _seen, sorted(wanted)):
        for (mark,) in cursor.fetchall():
            first.pop(mark, None)
    rows.insert(conn, "dedupe(day, hash)", sorted(row for _, row in first.values()))
    return {place for place, _ in first.values()}


def fingerprint(inbound: Inbound) -> int:
    key = inbound.key
    name = f"{key.account}\0{key.contact}\0{inbound.kind}\0{inbound.message_id}"
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def _seen(count: int) -> str:
    return (
        f"WITH v(day, hash) AS (VALUES {rows.values(2, count)})"
        " SELECT d.hash FROM v CROSS JOIN dedupe d ON d.day = v.day AND d.hash = v.hash"
    )


def forget(conn: sqlite3.Connection, now: int) -> None:
    oldest = now // DAY - KEPT
    conn.execute("DELETE FROM dedupe WHERE day BETWEEN 0 AND ?", (oldest - 1,))
    conn.execute("DELETE FROM dedupe WHERE day BETWEEN ? AND -1", (-(oldest - 1),))
