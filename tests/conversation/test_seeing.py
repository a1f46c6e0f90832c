"""What the bot took up is marked as read on the platform, once it is stored; what waits for people is not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import ACCOUNT, FakeChannel, Ticking, make_path, said, until


@dataclass
class Reads(FakeChannel):
    mark_seen: bool = True
    marked: list[tuple[str, str]] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def seen(self, recipient: str, message_id: str) -> None:
        if self.gate is not None:
            await self.gate.wait()
        self.marked.append((recipient, message_id))


async def test_each_customers_last_message_is_marked(store: SqliteStore) -> None:
    channel = Reads()
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1), said("hello", 2, contact="bo")])
        await until(lambda: sorted(channel.marked) == [("ana", "m1"), ("bo", "m2")])


async def test_a_platform_that_is_slow_to_mark_holds_up_no_answer(store: SqliteStore) -> None:
    channel = Reads(gate=asyncio.Event())
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1)])
        await path.quiet()
        await path.accept(ACCOUNT, [said("there", 2), said("you", 3)])
        await path.quiet()
        assert len(channel.texts()) == 3
        assert channel.gate is not None
        channel.gate.set()
        await until(lambda: channel.marked == [("ana", "m1"), ("ana", "m3")])


async def test_what_people_are_to_answer_stays_unread(store: SqliteStore) -> None:
    channel = Reads()
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await until(lambda: channel.marked == [("ana", "m1")])
        await path.accept(ACCOUNT, [said("are you there?", 2), said("hi", 3, contact="bo")])
        await until(lambda: ("bo", "m3") in channel.marked)
    assert ("ana", "m2") not in channel.marked


async def test_an_account_may_do_without(store: SqliteStore) -> None:
    quiet, other = Reads(mark_seen=False), Reads("second")
    path = make_path(store, Ticking(), [quiet, other])
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", 1)])
        await path.accept("second", [said("hi", 2, account="second")])
        await until(lambda: other.marked == [("ana", "m2")])
    assert quiet.marked == []
