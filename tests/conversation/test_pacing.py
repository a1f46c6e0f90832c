"""Delivery keeps each platform's rates, for the account and for one customer."""

from __future__ import annotations

import asyncio

from chatbot.conversation.pacing import Pacing
from chatbot.policy.pacing import Rates, per_second
from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import ACCOUNT, NOW, FakeChannel, Ticking, make_path, said, until


def slow(kind: str = "messenger") -> FakeChannel:
    return FakeChannel(kind=kind, own_rates=Rates(per_second(2)))


async def test_one_chat_of_telegram_gets_a_message_a_second_after_a_short_burst(store: SqliteStore) -> None:
    channel, clock = FakeChannel(kind="telegram"), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a|b|c|d|e", 1), said("x", 2, contact="bo")])
        for count in (3, 4, 5):
            await until(lambda count=count: len(channel.texts()) >= count)  # type: ignore[misc]
            await asyncio.sleep(0.03)
            assert len(channel.texts()) == count
            assert channel.texts("bo") == ["1:x"]
            clock.now += 1_000
            path.delivery.bell.ring()
        await path.quiet()
    assert channel.texts() == ["1:a", "b", "c", "d", "e"]


async def test_an_account_sends_no_faster_than_its_own_rate(store: SqliteStore) -> None:
    channel, clock = slow(), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("hi", number, contact=f"c{number}") for number in range(6)])
        for count in (2, 4, 6):
            await until(lambda count=count: len(channel.sent) >= count)  # type: ignore[misc]
            await asyncio.sleep(0.03)
            assert len(channel.sent) == count
            clock.now += 1_000
            path.delivery.bell.ring()
        await path.quiet()


def test_a_clock_that_is_set_back_stops_neither_an_account_nor_a_customer() -> None:
    earlier = NOW - 86_400_000
    few = Pacing({ACCOUNT: slow()})
    for _ in range(2):
        few.sending(ACCOUNT, 1, NOW)
    assert few.limited({ACCOUNT: 10}, NOW) == {ACCOUNT: 0}
    assert few.limited({ACCOUNT: 10}, earlier) == {ACCOUNT: 2}
    many = Pacing({ACCOUNT: FakeChannel(kind="whatsapp")})
    for _ in range(45):
        many.sending(ACCOUNT, 1, NOW)
    assert many.rests(NOW) == {1: NOW + 6_000}
    assert many.rests(earlier) == {}


def test_who_may_be_written_to_again_is_forgotten() -> None:
    pacing = Pacing({ACCOUNT: FakeChannel(kind="telegram")})
    for number in range(5_000):
        pacing.sending(ACCOUNT, number, NOW + number * 100)
        pacing.rests(NOW + number * 100)
    assert len(pacing._all[ACCOUNT].contacts) < 110
