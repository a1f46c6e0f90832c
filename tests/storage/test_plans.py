"""No statement of the path walks a whole table: a turn costs the same however many conversations there are."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from chatbot.conversation.path import Pace
from chatbot.errors import PlatformError
from chatbot.types import Consent
from tests.conversation.path_kit import ACCOUNT, NOW, FakeChannel, Ticking, make_path, said
from tests.storage.store_kit import commit, letter, open_sqlite, pending, speaks

WALKS = re.compile(
    r"^SCAN (?!t$|j |json_each|v$|(\d+ )?CONSTANT|\(subquery)\w+( USING (COVERING )?INDEX (?P<index>\w+))?"
)
SMALL = {
    "ix_alerts_unseen": "what nobody has seen to yet, and never more than are asked for",
    "ix_calls_live": "calls under way: each ends by its deadline",
    "ix_conversations_queued": "who waits in a queue is counted by queue",
    "ix_handoffs_open": "one for each conversation that people hold or that waits for them",
    "ix_inbox_parked": "what waits for a call, counted only by `load`",
    "ix_inbox_pending": "walked from its head, and only as far as a batch takes",
    "ix_outbox_held": "what waits for a person, counted only by `load`",
    "ix_outbox_live": "what is not sent yet, looked through once when a process starts and when it stops",
    "ix_timers_due": "walked from its head to the first that may ring",
}
"""Indexes that may be walked: each holds only what is unfinished, and says why that is little or looked at rarely."""


async def test_forgetting_walks_what_went_wrong_and_nothing_that_grows_with_customers(database: Path) -> None:
    """There is no index of alerts and of letters that could not be read: both are few, and this is rare."""
    store = open_sqlite(database)
    seen: set[str] = set()
    await store._writer.run(lambda conn: conn.set_trace_callback(seen.add))
    await store.accept([letter(said("hi", 1)), letter(said("hi", 2, contact="bo"))], NOW)
    [first, second] = await pending(store)
    await commit(store, speaks(first, "hello", consent=(Consent("erase"),)), speaks(second, "hello"))
    await store.erase(ACCOUNT, ["bo", "nobody"], NOW)
    await store.close(clean=True)
    with closing(sqlite3.connect(database)) as conn:
        walks = {
            detail.split()[1]
            for statement in seen
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"))
            for *_, detail in conn.execute(f"EXPLAIN QUERY PLAN {statement}")
            if (found := WALKS.match(detail)) and found["index"] not in SMALL
        }
    assert any(statement.startswith("UPDATE alerts") for statement in seen)
    assert walks == {"alerts", "dead_letters"}


async def test_no_statement_walks_a_table(database: Path) -> None:
    store, clock = open_sqlite(database), Ticking()
    seen: set[str] = set()
    await store._writer.run(lambda conn: conn.set_trace_callback(seen.add))
    await store._readers.run(lambda conn: conn.set_trace_callback(seen.add))
    store._readers._pool._max_workers = 1  # one reader, so that everything it is asked is seen
    outage = [
        PlatformError("busy", reason="outage", retryable=True),
        PlatformError("reset", reason="outage", uncertain=True),
        PlatformError("no", reason="content"),
    ]
    path = make_path(store, clock, [FakeChannel(script=list(outage))], pace=Pace(grace=10, first_retry=10))
    async with path.running():
        for number, text in enumerate(("a|b", "call GET 1 5000", "timer 10", "remember name Ana", "b", "c", "person")):
            await path.accept(ACCOUNT, [said(text, number)])
            clock.now += 1000
            path.delivery.bell.ring()
        for kind in ("read", "delivered", "failed", "echo"):
            await path.accept(ACCOUNT, [said("", 50, kind=kind, metadata="cb:1:x", refers_to="p1")])
        clock.now += 1000
        path.delivery.bell.ring()
        await path.quiet()
        for handoff in await path.handoffs.list():
            await path.handoffs.show(handoff.id)
            await path.handoffs.release(handoff.id, handoff.agent or "bo")
        await store.troubles(5)
        await path.quiet()
    await store.start(NOW, 10)
    await store.close(clean=True)
    conn = sqlite3.connect(database)
    walks = {
        (found["index"], statement)
        for statement in seen
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"))
        for *_, detail in conn.execute(f"EXPLAIN QUERY PLAN {statement}")
        if (found := WALKS.match(detail)) and found["index"] not in SMALL
    }
    whole = {
        name
        for name, made in conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        if name in SMALL and " WHERE " not in made
    }
    conn.close()
    assert len(seen) > 100
    assert sorted(walks, key=str) == []
    assert whole == {"ix_timers_due"}  # a timer that rang is no row any more; all others hold a part of their table
