"""Delivery: retries, pauses, uncertain sends, stopping."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path as File

import pytest

from chatbot.conversation.path import Pace
from chatbot.errors import PlatformError
from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import (
    ACCOUNT,
    FakeChannel,
    Ticking,
    make_path,
    said,
    until,
)
from tests.storage.store_kit import open_sqlite, rows


async def test_a_passing_failure_is_tried_again(store: SqliteStore) -> None:
    channel, clock = FakeChannel(script=[PlatformError("busy", reason="outage", retryable=True)]), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await until(lambda: not channel.script)
        await asyncio.sleep(0.05)
        assert channel.sent == []
        clock.now += 1000
        path.delivery.bell.ring()
        await path.quiet()
    assert channel.texts() == ["1:a", "2:b"]


async def test_retry_after_pauses_the_whole_account(store: SqliteStore) -> None:
    busy = PlatformError("slow down", reason="rate", retryable=True, retry_after=5)
    channel, clock = FakeChannel(script=[busy]), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await until(lambda: not channel.script)
        await asyncio.sleep(0.02)
        await path.accept(ACCOUNT, [said("b", 2, contact="bo")])
        await asyncio.sleep(0.05)
        assert channel.sent == []
        clock.now += 5000
        path.delivery.bell.ring()
        await path.quiet()
    assert sorted(channel.sent) == [("ana", "1:a"), ("bo", "1:b")]


async def test_a_permanent_failure_alerts_and_the_next_goes(store: SqliteStore, database: File) -> None:
    channel = FakeChannel(script=[PlatformError("blocked", reason="blocked")])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await path.quiet()
        assert [trouble.kind for trouble in await store.troubles(5)] == ["not_sent"]
    assert channel.texts() == ["2:b"]
    assert rows(database, "SELECT status, reason FROM outbox") == [("failed", "blocked"), ("sent", "")]


@pytest.mark.parametrize("error", [PlatformError("reset", reason="outage", uncertain=True), KeyError("bug")])
async def test_an_uncertain_send_is_settled_by_its_echo(store: SqliteStore, error: Exception) -> None:
    channel = FakeChannel(script=[error])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await until(lambda: not channel.script)
        await asyncio.sleep(0.05)
        reference = (await outbox_references(store))[0]
        await path.accept(ACCOUNT, [said("1:a", 3, kind="echo", metadata=reference)])
        await path.quiet()
    assert channel.texts()[-1] == "2:b"
    assert len([text for text in channel.texts() if text == "1:a"]) <= 1


async def test_one_hanging_send_does_not_hold_up_others(store: SqliteStore) -> None:
    gate = asyncio.Event()
    channel = FakeChannel(script=[gate])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await until(lambda: not channel.script)
        await path.accept(ACCOUNT, [said("b", 2, contact="bo")])
        await until(lambda: ("bo", "1:b") in channel.sent)
        assert channel.texts() == []
        gate.set()
        await path.quiet()
    assert channel.texts() == ["1:a"]


async def test_stopping_waits_for_sends_under_way_and_gives_up_in_time(database: File) -> None:
    store = open_sqlite(database)
    gate = asyncio.Event()
    channel = FakeChannel(script=[gate])
    path = make_path(store, Ticking(), [channel], pace=Pace(drain=100))
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await until(lambda: not channel.script)
    await store.close(clean=True)
    assert rows(database, "SELECT status FROM outbox") == [("sending",)]
    store, clock = open_sqlite(database), Ticking()
    path = make_path(store, clock, [channel], pace=Pace(grace=100))
    async with path.running():
        clock.now += 100
        path.delivery.bell.ring()
        await path.quiet()
    await store.close(clean=True)
    assert channel.texts() == ["1:a"]


async def outbox_references(store: SqliteStore) -> list[str]:
    def read(conn: sqlite3.Connection) -> list[str]:
        return [row[0] for row in conn.execute("SELECT reference FROM outbox ORDER BY id")]

    return await store._readers.run(read)
