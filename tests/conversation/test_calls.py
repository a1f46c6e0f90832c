"""Calls: messages wait for them, and every one of them ends."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path as File

import pytest

from chatbot.conversation.path import Pace
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import CallAnswer
from tests.conversation.path_kit import (
    ACCOUNT,
    NOW,
    FakeCaller,
    FakeChannel,
    Ticking,
    failing,
    make_path,
    said,
    until,
)
from tests.storage.store_kit import open_sqlite, rows


async def test_messages_wait_for_a_call_in_order(store: SqliteStore) -> None:
    gate = asyncio.Event()
    channel, caller = FakeChannel(), FakeCaller([gate])
    path = make_path(store, Ticking(), [channel], caller)
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 5000", 1)])
        await until(lambda: not caller.script)
        for number, text in enumerate(("b", "c", "d"), 2):
            await path.accept(ACCOUNT, [said(text, number)])
        await asyncio.sleep(0.05)
        assert len(channel.sent) == 1
        gate.set()
        await path.quiet()
    assert channel.texts() == ["1:call GET 0 5000", "2:answer 200", "3:b", "4:c", "5:d"]


async def test_a_command_overtakes_and_cancels_the_call(store: SqliteStore) -> None:
    gate = asyncio.Event()
    channel, caller = FakeChannel(), FakeCaller([gate])
    path = make_path(store, Ticking(), [channel], caller)
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 5000", 1), said("b", 2), said("cancel", 3)])
        await until(lambda: len(channel.sent) == 3)
        gate.set()
        await path.quiet()
    assert channel.texts() == ["1:call GET 0 5000", "2:cancel", "3:b"]


async def test_a_call_is_retried_with_the_same_key(store: SqliteStore) -> None:
    channel, clock = FakeChannel(), Ticking()
    caller = FakeCaller([CallAnswer(0, status=503), CallAnswer(0, error="connection")])
    path = make_path(store, clock, [channel], caller)
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 2 5000", 1)])
        for tries in (1, 2):
            await until(lambda tries=tries: len(caller.keys) == tries)  # type: ignore[misc]
            await asyncio.sleep(0.05)
            clock.now += 500
            path.calls.bell.ring()
        await path.quiet()
    assert channel.texts()[-1] == "2:answer 200"
    assert len(caller.keys) == 3
    assert len(set(caller.keys)) == 1


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ([CallAnswer(0, status=404)], "2:answer 404"),
        ([CallAnswer(0, status=500)], "2:answer 500"),
        ([RuntimeError("bug")], "2:answer 0 connection"),
        ([asyncio.Event()], "2:answer 0 timeout"),
    ],
)
async def test_a_call_ends_in_an_answer_whatever_happens(
    store: SqliteStore, script: list[CallAnswer], answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel], FakeCaller(list(script)))
    async with path.running():
        await path.accept(ACCOUNT, [said("call POST 0 100", 1)])
        await path.quiet()
    assert channel.texts()[-1] == answer


@pytest.mark.parametrize(
    ("method", "retries", "attempts", "answer"),
    [("GET", 0, 2, "2:answer 200"), ("POST", 0, 1, "2:answer 0 connection"), ("POST", 1, 2, "2:answer 200")],
)
async def test_an_interrupted_call_after_a_restart(
    database: File, method: str, retries: int, attempts: int, answer: str
) -> None:
    caller, channel = FakeCaller([asyncio.Event()]), FakeChannel()
    store = open_sqlite(database)
    path = make_path(store, Ticking(), [channel], caller, pace=Pace(drain=50))
    async with path.running():
        await path.accept(ACCOUNT, [said(f"call {method} {retries} 5000", 1)])
        await until(lambda: len(caller.keys) == 1 and len(channel.sent) == 1)
    await store.close(clean=False)
    store = open_sqlite(database)
    path = make_path(store, Ticking(), [channel], caller)
    async with path.running():
        await path.quiet()
    await store.close(clean=True)
    assert channel.texts()[-1] == answer
    assert len(caller.keys) == attempts


async def test_typing_is_shown_while_a_call_takes_long(store: SqliteStore) -> None:
    gate = asyncio.Event()
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel], FakeCaller([gate]))
    path.calls._typing_after = 0.01
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 5000", 1)])
        await until(lambda: bool(channel.shown))
        gate.set()
        await path.quiet()
    assert channel.shown == ["ana"]


async def test_a_failing_service_is_named_in_the_log_once_each_call_it_failed_and_nothing_of_the_request(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    caller = FakeCaller([CallAnswer(0, error="connection"), CallAnswer(0, status=503), CallAnswer(0, status=503)])
    path = make_path(store, Ticking(), [FakeChannel()], caller)
    with caplog.at_level(logging.INFO, "chatbot.conversation.calls"):
        async with path.running():
            for number in range(1, 6):
                await path.accept(ACCOUNT, [said("call GET 0 5000", number)])
                await path.quiet()
    told = [record.getMessage() for record in caplog.records]
    ends = [line for line in told if line.startswith("a call failed for good: conversation=1 ")]
    assert len(ends) == 3, told
    lines = [line for line in told if line not in ends]
    assert len(lines) == 3, told
    assert "fails: it cannot be reached: check its url in bot.yaml, and that it runs (connection" in lines[0]
    assert "fails: something is wrong in it: look into its own log (503" in lines[1]
    assert lines[2].startswith("the service answers again: service=")


DEEP = {levels: json.loads("[" * levels + "]" * levels) for levels in (101, 250, 900)}


@pytest.mark.parametrize("body", [json.loads('{"name": "\\ud83d"}'), *DEEP.values()])
async def test_an_answer_that_cannot_be_kept_is_invalid_and_holds_up_nobody(database: File, body: object) -> None:
    store, channel = open_sqlite(database), FakeChannel()
    caller = FakeCaller([CallAnswer(0, status=200, body=body)])
    path = make_path(store, Ticking(), [channel], caller)
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 5000", 1, contact="eve")])
        await until(lambda: not caller.script)
        await path.accept(ACCOUNT, [said("call GET 0 5000", 2, contact="bo")])
        await path.quiet()
        assert path.trouble == ""
    await store.close(clean=True)
    assert channel.texts("eve")[-1] == "2:answer 0 invalid"
    assert channel.texts("bo")[-1] == "2:answer 200"
    store = open_sqlite(database)
    again = make_path(store, Ticking(), [channel], caller)
    async with again.running():
        await again.quiet()
    await store.close(clean=True)
    assert len(caller.keys) == 2


async def test_a_call_ends_at_its_deadline_though_no_slot_is_free(store: SqliteStore, database: File) -> None:
    gate, clock = asyncio.Event(), Ticking()
    channel, caller = FakeChannel(), FakeCaller([gate] * 2)
    path = make_path(store, clock, [channel], caller, pace=Pace(parallel_calls=2, drain=100))
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 600000", n, contact=f"c{n}") for n in range(2)])
        await until(lambda: len(caller.keys) == 2)
        await path.accept(ACCOUNT, [said("call GET 0 100", 9, contact="zoe")])
        await until(lambda: len(rows(database, "SELECT id FROM calls")) == 3)
        clock.now += 100  # nobody rings: the round has to know by itself when to look again
        await until(lambda: len(channel.texts("zoe")) == 2)
        gate.set()
        await path.quiet()
    assert channel.texts("zoe")[-1] == "2:answer 0 timeout"
    assert len(caller.keys) == 2


async def test_a_service_that_hangs_leaves_slots_to_the_others(store: SqliteStore) -> None:
    gate = asyncio.Event()
    channel, caller = FakeChannel(), FakeCaller([gate] * 3)
    path = make_path(store, Ticking(), [channel], caller, pace=Pace(parallel_calls=5, calls_per_service=3))
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 600000 slow", n, contact=f"c{n}") for n in range(6)])
        await until(lambda: len(caller.keys) == 3)
        await path.accept(ACCOUNT, [said("call GET 0 600000 quick", 9, contact="zoe")])
        await until(lambda: len(channel.texts("zoe")) == 2)
        assert len(caller.keys) == 4
        gate.set()
        await path.quiet()
    assert len(caller.keys) == 7


async def test_an_answer_outlives_a_store_that_fails(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, channel = asyncio.Event(), FakeChannel()
    caller = FakeCaller([gate])
    path = make_path(store, Ticking(), [channel], caller)
    async with path.running():
        await path.accept(ACCOUNT, [said("call POST 0 600000", 1)])
        await until(lambda: len(caller.keys) == 1)
        failures = failing(store, "exchange_calls", monkeypatch)
        gate.set()
        await until(lambda: bool(failures))
        monkeypatch.undo()
        path.calls.bell.ring()
        await path.quiet()
    assert channel.texts()[-1] == "2:answer 200"
    assert len(caller.keys) == 1


async def test_a_retry_put_off_by_a_clock_that_was_set_back_is_made(store: SqliteStore) -> None:
    clock, channel = Ticking(NOW + 3_600_000), FakeChannel()
    caller = FakeCaller([CallAnswer(0, status=503)])
    path = make_path(store, clock, [channel], caller)
    path.calls._first_retry = 60_000
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 1 90000000", 1)])
        await until(lambda: not caller.script)
        await asyncio.sleep(0.02)
        clock.now = NOW
        path.calls.bell.ring()
        await path.quiet()
    assert channel.texts()[-1] == "2:answer 200"


@pytest.mark.parametrize(("wait", "answer", "made"), [(300, "2:answer 200", 2), (6_000, "2:answer 503", 1)])
async def test_a_service_is_left_alone_as_long_as_it_asks_but_not_past_the_deadline(
    store: SqliteStore, wait: int, answer: str, made: int
) -> None:
    clock, channel = Ticking(), FakeChannel()
    caller = FakeCaller([CallAnswer(0, status=503, retry_after=wait)])
    path = make_path(store, clock, [channel], caller)
    path.calls._first_retry = 10
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 1 5000", 1)])
        await until(lambda: not caller.script)
        if made > 1:
            for _ in range(3):
                await asyncio.sleep(0.03)
                assert len(caller.keys) == 1
                clock.now += 99
                path.calls.bell.ring()
            clock.now += 10
            path.calls.bell.ring()
        await path.quiet()
    assert channel.texts()[-1] == answer
    assert len(caller.keys) == made
