"""The durable path as a whole, over real SQLite, with a platform and a service in memory."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path as File

import pytest

from chatbot.conversation.path import Pace
from chatbot.conversation.store import Accepted, Overloaded, Unavailable
from chatbot.errors import OperatorError
from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import (
    ACCOUNT,
    NOW,
    FakeChannel,
    Ticking,
    make_path,
    said,
)
from tests.storage.store_kit import letter, rows


async def test_messages_are_answered_in_order_and_redeliveries_are_not(store: SqliteStore) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("b", 2, at=NOW + 2), said("a", 1, at=NOW + 1)])
        await asyncio.gather(*(path.accept(ACCOUNT, [said("a", 1, at=NOW + 1)]) for _ in range(3)))
        await path.quiet()
    assert channel.texts() == ["1:a", "2:b"]


async def test_many_conversations_at_once(store: SqliteStore) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    people = [f"c{number}" for number in range(40)]
    async with path.running():
        for turn in range(5):
            await asyncio.gather(
                *(path.accept(ACCOUNT, [said(f"t{turn}", turn * 100 + n, contact=who)]) for n, who in enumerate(people))
            )
        await path.quiet()
    for who in people:
        assert channel.texts(who) == [f"{turn + 1}:t{turn}" for turn in range(5)]


async def test_one_text_of_several_calls_goes_in_order(store: SqliteStore) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a|b|c", 1), said("d", 2)])
        await path.quiet()
    assert channel.texts() == ["1:a", "b", "c", "2:d"]


async def test_an_unknown_account_and_a_flood_are_refused(store: SqliteStore) -> None:
    path = make_path(store, Ticking(), pace=Pace(accept_limit=3))
    with pytest.raises(OperatorError, match="nowhere"):
        await path.accept("nowhere", [said("hi", 1)])
    with pytest.raises(Overloaded):
        await path.accept(ACCOUNT, [said("hi", number) for number in range(4)])


async def test_a_text_no_database_can_hold_is_put_aside_and_its_neighbours_are_stored(
    store: SqliteStore, database: File
) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("\ud800", 1), said("hi", 2), said("when?", 3, at=1 << 70)], b"raw body")
        await path.quiet()
    assert channel.texts() == ["1:hi"]
    assert rows(database, "SELECT raw FROM dead_letters") == [(b"raw body",), (b"raw body",)]


async def test_what_cannot_be_stored_now_is_refused_and_taken_later(store: SqliteStore) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    accept = store.accept

    async def full(*_: object) -> Accepted:
        raise Unavailable("the disk is full")

    async with path.running():
        store.accept = full  # type: ignore[assignment,method-assign]
        with pytest.raises(Unavailable):
            await path.accept(ACCOUNT, [said("hi", 1)])
        store.accept = accept  # type: ignore[method-assign]
        await path.accept(ACCOUNT, [said("hi", 1)])
        await path.quiet()
    assert channel.texts() == ["1:hi"]


async def test_a_row_of_another_release_goes_to_a_person_and_neighbours_go_on(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    await store.accept([replace(letter(said("hi", 1)), body='{"shape": "unknown"}')], NOW)
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 2, contact="bo")])
        await path.quiet()
        assert [handoff.contact for handoff in await path.handoffs.list()] == ["ana"]
    assert channel.texts("bo") == ["1:hi"]


async def test_an_error_inside_running_comes_out_as_it_is(store: SqliteStore) -> None:
    path = make_path(store, Ticking())
    with pytest.raises(ZeroDivisionError):
        async with path.running():
            raise ZeroDivisionError


async def test_news_of_the_account_itself_opens_no_conversation(store: SqliteStore, database: File) -> None:
    path = make_path(store, Ticking(), [FakeChannel()])
    async with path.running():
        await path.accept(ACCOUNT, [said("", 1, contact="", kind="system")])
        await path.accept(ACCOUNT, [said("", 2, contact="", kind="thread_control")])
        await path.quiet()
    assert rows(database, "SELECT id FROM conversations") == []


async def test_a_type_of_event_that_nobody_knows_is_logged_once(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_path(store, Ticking())
    with caplog.at_level(logging.INFO, "chatbot.conversation.accept"):
        async with path.running():
            for number in range(3):
                strange = said("my words", number, kind="ignored", raw_type="hologram", reason="no use", unknown=True)
                await path.accept(ACCOUNT, [strange])
    [line] = [record.getMessage() for record in caplog.records]
    assert "'hologram'" in line
    assert "my words" not in line
