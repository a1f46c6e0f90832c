"""Turns: in order, once, and never the end of the worker."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from pathlib import Path as File

import pytest

from chatbot.conversation.codec import ANSWER
from chatbot.conversation.path import Pace
from chatbot.conversation.record import Arrival, Record, Result
from chatbot.conversation.store import Unavailable
from chatbot.engine.state import decode
from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import (
    ACCOUNT,
    FakeChannel,
    Ticking,
    counting_turn,
    make_path,
    said,
    until,
)
from tests.storage.store_kit import open_sqlite, rows

CANARY = "4111 1111 1111"
SORRY = "Sorry, something went wrong on our side. A person will look at this and answer you here."


async def test_a_turn_that_always_raises_ends_with_a_person_and_neighbours_go_on(
    store: SqliteStore, database: File, caplog: pytest.LogCaptureFixture
) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    caplog.set_level(logging.CRITICAL)
    async with path.running():
        await path.accept(ACCOUNT, [said("raise", 1), said("after", 2), said("hi", 3, contact="bo")])
        await path.quiet()
        [handoff] = await path.handoffs.list()
    assert (handoff.reason, handoff.queue) == ("error", "default")
    assert channel.texts("bo") == ["1:hi"]
    assert channel.texts() == [SORRY, "1:after"]
    assert rows(database, "SELECT status, attempts FROM inbox WHERE id = 1") == [("done", 3)]
    assert rows(database, "SELECT reason FROM dead_letters") == [("failed 3 times",)]
    assert rows(database, "SELECT text FROM messages WHERE author = 'customer' AND conversation = 1") == [
        ("raise",),
        ("after",),
    ]


async def test_a_turn_that_recovers_is_not_given_up(store: SqliteStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    channel = FakeChannel()
    tries = iter([True, True, False])

    def turn(record: Record, arrival: Arrival, *rest: object) -> Result:
        if next(tries, False):
            raise RuntimeError("not yet")
        return counting_turn(record, arrival, *rest)  # type: ignore[arg-type]

    path = make_path(store, Ticking(), [channel], turn=turn)
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1)])
        await path.quiet()
    assert channel.texts() == ["1:hi"]


async def test_after_a_crash_the_arrival_that_kills_the_process_is_found_and_given_up(database: File) -> None:
    """The turn function stands in for a crash: it raises something no worker survives."""

    class Killed(BaseException):
        pass

    def turn(record: Record, arrival: Arrival, *rest: object) -> Result:
        if arrival.inbound is not None and arrival.inbound.text == "kill":
            raise Killed
        return counting_turn(record, arrival, *rest)  # type: ignore[arg-type]

    channel = FakeChannel()
    crashes = 0
    for attempt in range(6):
        store = open_sqlite(database)
        path = make_path(store, Ticking(), [channel], turn=turn, pace=Pace(grace=0))
        try:
            async with path.running():
                if attempt == 0:
                    everyone = [said("hi", n, contact=f"c{n}") for n in range(5)]
                    await path.accept(ACCOUNT, [*everyone, said("kill", 9, contact="bad")])
                await path.quiet()
        except BaseExceptionGroup:
            crashes += 1
        await store.close(clean=False)
    assert crashes in {3, 4}  # the first is not counted: it came out of the blue
    assert set(channel.sent) == {*((f"c{n}", "1:hi") for n in range(5)), ("bad", SORRY)}
    assert rows(database, "SELECT reason FROM handoffs") == [("error",)]


async def test_a_timer_wakes_the_loop(store: SqliteStore) -> None:
    channel, clock = FakeChannel(), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("timer 30", 1)])
        await path.quiet()
        assert channel.texts() == ["1:timer 30"]
        clock.now += 30
        async with asyncio.timeout(2):
            while len(channel.sent) < 2:
                await asyncio.sleep(0.005)
    assert channel.texts() == ["1:timer 30", "2:ring"]


async def test_an_account_that_left_the_project_goes_to_a_person(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    path = make_path(store, Ticking(), [FakeChannel()])
    async with path.running():
        path.inbox._kinds["old"] = "messenger"  # type: ignore[index]
        await path.accept("old", [said("hi", 1, account="old")])
        await path.quiet()
        assert [handoff.reason for handoff in await path.handoffs.list()] == ["error"]


async def test_a_full_disk_counts_no_attempt(store: SqliteStore, database: File) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])

    exchange, tries = store.exchange, []

    async def failing(*args: object) -> object:
        tries.append(1)
        if len(tries) == 2:
            raise Unavailable("the disk is full")
        return await exchange(*args)  # type: ignore[arg-type]

    store.exchange = failing  # type: ignore[assignment,method-assign]
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1)])
        await path.quiet()
    assert channel.texts() == ["1:hi"]


async def test_what_customers_wrote_does_not_reach_the_log(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The errors here quote the values that caused them: a state of another release, an answer, a contact."""
    state = b'{"frames": [{"flow": "x", "at": "y", "slots": {"card": "CANARY"}}]}'

    def turn(record: Record, arrival: Arrival, *rest: object) -> Result:
        decode(state)
        raise AssertionError("the state was expected to be unreadable")

    path = make_path(store, Ticking(), [FakeChannel(script=[KeyError("CANARY")])], turn=turn)
    async with path.running():
        await path.accept(ACCOUNT, [said("CANARY", 1)])
        await until(lambda: "a channel failed" in caplog.text)
    assert "CANARY" not in caplog.text
    assert "a turn raised: conversation=1 arrival=1: ValidationError at" in caplog.text
    assert "chatbot/engine/state.py" in caplog.text


def test_an_unreadable_row_is_not_quoted() -> None:
    row = json.dumps({"id": 1, "status": CANARY})
    with pytest.raises(ValueError, match="status: int_") as found:
        ANSWER.decode(row)
    shown = "".join(traceback.format_exception(found.value))
    assert CANARY not in shown
