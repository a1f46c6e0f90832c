"""No statement of the path walks a whole table: a turn costs the same however many conversations there are."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from chatbot.conversation.path import Pace
from chatbot.errors import PlatformError
from tests.conversation.path_kit import ACCOUNT, NOW, FakeChannel, Ticking, make_path, said
from tests.storage.store_kit import open_sqlite

WALKS = re.compile(r"^SCAN (?!t$|j |json_each|v$|(\d+ )?CONSTANT|\(subquery)(?P<table>\w+)\b(?! USING)")


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
        (found["table"], statement)
        for statement in seen
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"))
        for *_, detail in conn.execute(f"EXPLAIN QUERY PLAN {statement}")
        if (found := WALKS.match(detail))
    }
    conn.close()
    assert len(seen) > 100
    assert sorted(walks) == []
