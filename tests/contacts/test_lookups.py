"""A first answer waits a moment for the name of whom it is for; never long, and never for a platform in trouble."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File

import pytest

from chatbot.contacts.lookups import AGAIN_AFTER, BUDGET, Lookups
from chatbot.conversation.path import Path
from chatbot.conversation.record import Arrival, Record, Result
from chatbot.errors import PlatformError
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Json
from tests.conversation.path_kit import ACCOUNT, FakeChannel, Ticking, make_path, said, say, until
from tests.storage.store_kit import open_sqlite, rows


@pytest.fixture
def database(tmp_path: File) -> File:
    return tmp_path / "chatbot.db"


@pytest.fixture
async def store(database: File) -> AsyncIterator[SqliteStore]:
    opened = open_sqlite(database)
    yield opened
    await opened.close(clean=True)


@dataclass
class Knowing(FakeChannel):
    """A platform that tells who somebody is: at once, when the gate opens, or not at all."""

    known: Mapping[str, Json] = field(default_factory=lambda: {"name": "Ana Ruiz", "picture": "https://x.example/a"})
    gate: asyncio.Event | None = None
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def profile(self, contact: str) -> Mapping[str, Json]:
        self.asked.append(contact)
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return self.known


def greets(record: Record, arrival: Arrival, programs: object, renderer: object, queues: object) -> Result:
    if arrival.inbound is None:
        return Result(record)
    return Result(record, lines=(say(f"Hello {record.contact.get('name', 'you')}", renderer),))


def house(store: SqliteStore, channel: FakeChannel, clock: Ticking) -> tuple[Path, Lookups]:
    path = make_path(store, clock, [channel], turn=greets)
    lookups = Lookups(store, {ACCOUNT: channel}, clock)
    path.turns.patience, lookups.on_known = (lookups,), path.inbox.on_turns
    return path, lookups


async def test_the_first_answer_has_the_name(store: SqliteStore, database: File) -> None:
    channel = Knowing()
    path, lookups = house(store, channel, Ticking())
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1)])
        await path.quiet()
        await path.accept(ACCOUNT, [said("hi again", 2)])
        await path.quiet()
    await lookups.close()
    assert channel.texts() == ["Hello Ana Ruiz"] * 2
    assert channel.asked == ["ana"]
    [(profile,)] = rows(database, "SELECT profile FROM contacts")
    assert "https://x.example/a" in str(profile)


async def test_a_platform_that_is_slow_costs_a_moment_and_is_believed_later(store: SqliteStore) -> None:
    channel, clock = Knowing(gate=asyncio.Event()), Ticking()
    path, lookups = house(store, channel, clock)
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1)])
        await until(lambda: channel.asked == ["ana"])
        await asyncio.sleep(0.02)
        assert channel.sent == []
        clock.now += BUDGET
        path.inbox.on_turns.ring()
        await path.quiet()
        assert channel.texts() == ["Hello you"]
        assert channel.gate is not None
        channel.gate.set()
        await until(lambda: not lookups._tasks)
        await path.accept(ACCOUNT, [said("hi again", 2)])
        await path.quiet()
    await lookups.close()
    assert channel.texts() == ["Hello you", "Hello Ana Ruiz"]


@pytest.mark.parametrize("trouble", [PlatformError("no", reason="permission"), KeyError("a bug")])
async def test_a_platform_that_does_not_tell_costs_nobody_an_answer_and_is_not_asked_all_the_time(
    store: SqliteStore, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    channel, clock = Knowing(trouble=trouble), Ticking()
    path, lookups = house(store, channel, clock)
    with caplog.at_level(logging.INFO, "chatbot.contacts.lookups"):
        async with path.running():
            for number in range(3):
                await path.accept(ACCOUNT, [said("hi", number)])
                await path.quiet()
            clock.now += AGAIN_AFTER
            await path.accept(ACCOUNT, [said("hi", 9)])
            await path.quiet()
            await until(lambda: not lookups._tasks)
    await lookups.close()
    assert len(channel.texts()) == 4
    assert channel.asked == ["ana", "ana"]
    assert caplog.records


async def test_a_crowd_is_answered_at_once_and_looked_up_in_its_turn(store: SqliteStore) -> None:
    channel, clock = Knowing(gate=asyncio.Event()), Ticking()
    path, lookups = house(store, channel, clock)
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", number, contact=f"c{number}") for number in range(30)])
        await until(lambda: len(channel.sent) == 20)  # the others wait for their look-up, ten at once
        assert channel.gate is not None
        channel.gate.set()
        await path.quiet()
        assert len(channel.sent) == 30
    await lookups.close()


async def test_a_channel_that_cannot_be_asked_makes_nobody_wait(store: SqliteStore) -> None:
    channel = FakeChannel()
    path, lookups = house(store, channel, Ticking())
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1)])
        await path.quiet()
    await lookups.close()
    assert channel.texts() == ["Hello you"]


async def test_what_a_message_brings_along_is_known_at_once_and_never_over_what_was_said(
    store: SqliteStore, database: File
) -> None:
    await store.accept([], 0)
    path = make_path(store, Ticking(), [FakeChannel()])
    async with path.running():
        await path.accept(ACCOUNT, [said("remember name Bo", 1)])
        await path.quiet()
        await store.introduce(1, {"name": "Ana Ruiz", "username": "ana", "locale": "es_ES", "timezone": "Etc/GMT-1"})
        await store.introduce(1, {"locale": "de_DE", "password": "x"})
        await store.introduce(99, {"name": "nobody"})
    assert rows(database, "SELECT profile FROM contacts") == [('{"name":"Bo","username":"ana"}',)]
    assert rows(database, "SELECT locale, timezone FROM conversations") == [("es_ES", "Etc/GMT-1")]
