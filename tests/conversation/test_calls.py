"""Calls: messages wait for them, and every one of them ends."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path as File

import pytest

from chatbot.conversation.path import Pace
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import CallAnswer
from tests.conversation.path_kit import (
    ACCOUNT,
    FakeCaller,
    FakeChannel,
    Ticking,
    make_path,
    said,
    until,
)
from tests.storage.store_kit import open_sqlite


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
