"""Whether the bot has something to answer: what a web chat shows as three dots."""

from __future__ import annotations

import asyncio

from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import ACCOUNT, FakeCaller, FakeChannel, Ticking, make_path, said, until


async def test_the_bot_is_at_work_while_a_service_is_asked_and_not_after(store: SqliteStore) -> None:
    gate = asyncio.Event()
    path = make_path(store, Ticking(), [FakeChannel()], FakeCaller([gate]))
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 5000", 1)])
        await until(lambda: path.calls.in_flight == 1)
        assert await store.at_work(ACCOUNT, "ana")
        assert not await store.at_work(ACCOUNT, "nobody")
        gate.set()
        await path.quiet()
        assert not await store.at_work(ACCOUNT, "ana")


async def test_what_a_person_has_in_hand_is_no_work_of_the_bot_s(store: SqliteStore) -> None:
    path = make_path(store, Ticking(), [FakeChannel()])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        (episode,) = await store.episodes(open_only=True, limit=1)
        await path.handoffs.claim(episode.id, "ana")
        await path.accept(ACCOUNT, [said("are you there?", 2)])
        assert not await store.at_work(ACCOUNT, "ana")
        await path.quiet()
        assert not await store.at_work(ACCOUNT, "ana")
