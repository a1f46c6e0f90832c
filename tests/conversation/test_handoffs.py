"""People: one of them holds a conversation, and the bot is silent then."""

from __future__ import annotations

import asyncio
from pathlib import Path as File

import pytest

from chatbot.errors import Refused
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Json, Window
from tests.conversation.path_kit import (
    ACCOUNT,
    FakeChannel,
    Ticking,
    make_path,
    said,
    until,
)
from tests.storage.store_kit import rows


async def test_a_person_takes_over_answers_and_gives_back(store: SqliteStore) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        assert (await path.handoffs.claim(handoff.id, "bo")).control == "human"
        with pytest.raises(Refused) as refused:
            await path.handoffs.claim(handoff.id, "cy")
        assert refused.value.owner == "bo"
        with pytest.raises(Refused) as refused:
            await path.handoffs.reply(handoff.id, "cy", "me too")
        assert refused.value.owner == "bo"
        await path.accept(ACCOUNT, [said("are you there?", 2)])
        await path.handoffs.reply(handoff.id, "bo", "Yes!")
        await path.quiet()
        shown = await path.handoffs.show(handoff.id)
        assert shown is not None
        assert sorted((line.author, line.text) for line in shown.lines[-2:]) == [
            ("customer", "are you there?"),
            ("person", "Yes!"),
        ]
        assert (await path.handoffs.release(handoff.id, "bo")).handoff.end_reason == "returned"
        await path.quiet()
        with pytest.raises(Refused):
            await path.handoffs.reply(handoff.id, "bo", "too late")
        await path.accept(ACCOUNT, [said("thanks", 3)])
        await path.quiet()
    assert channel.texts() == ["1:person", "Yes!", "2:returned", "3:thanks"]


async def test_two_people_race_for_one_conversation(store: SqliteStore) -> None:
    path = make_path(store, Ticking())
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        claims = [path.handoffs.claim(handoff.id, f"agent{number}") for number in range(8)]
        done = await asyncio.gather(*claims, return_exceptions=True)
        winner = (await store.seat(1)).assignee  # type: ignore[union-attr]
    lost = [one for one in done if isinstance(one, Refused)]
    assert len(lost) == 7
    assert {one.owner for one in lost} == {winner}


async def test_a_resolved_conversation_opens_again_with_the_bot(store: SqliteStore) -> None:
    channel = FakeChannel()
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        await path.handoffs.resolve(1, "bo")
        await path.quiet()
        seat = await store.seat(1)
        assert seat is not None
        assert seat.place == ("resolved", "bot")
        assert await path.handoffs.list() == []
    assert channel.texts() == ["1:person", "2:resolved"]


async def test_what_is_not_there_is_said(store: SqliteStore) -> None:
    path = make_path(store, Ticking())
    assert await path.handoffs.show(7) is None
    with pytest.raises(LookupError):
        await path.handoffs.claim(7, "bo")
    with pytest.raises(ValueError, match="text"):
        await path.handoffs.reply(7, "bo", "  ")


async def test_an_answer_in_the_native_app_silences_the_bot(store: SqliteStore, database: File) -> None:
    gate = asyncio.Event()
    channel = FakeChannel(script=[gate])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a|b", 1)])
        await until(lambda: not channel.script)
        await path.accept(ACCOUNT, [said("I am here", 2, kind="echo")])
        while (await path.load()).arrivals:
            await asyncio.sleep(0.005)
        gate.set()
        await path.quiet()
        await path.accept(ACCOUNT, [said("c", 3)])
        await path.quiet()
    assert channel.texts() == ["1:a"]  # on the wire already; "b" never went
    assert rows(database, "SELECT status FROM outbox") == [("sent",), ("dropped",)]


async def test_whoever_is_at_the_desk_gives_back_what_was_answered_in_the_native_app(store: SqliteStore) -> None:
    path = make_path(store, Ticking(), [FakeChannel()])
    async with path.running():
        await path.accept(ACCOUNT, [said("hello", 1)])
        await path.quiet()
        await path.accept(ACCOUNT, [said("I am here", 2, kind="echo")])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        for taken in (path.handoffs.claim(handoff.id, "bo"), path.handoffs.reply(handoff.id, "bo", "me too")):
            with pytest.raises(Refused, match="`release` gives the conversation to the bot"):
                await taken
        assert (await path.handoffs.release(handoff.id, "bo")).handoff.end_reason == "returned"
        seat = await store.seat(1)
        assert seat is not None
        assert seat.place == ("open", "bot")


async def test_who_takes_over_while_the_bot_is_speaking_sees_it(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    gate = asyncio.Event()
    channel = FakeChannel(script=[gate])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await until(lambda: not channel.script)
        [handoff] = await path.handoffs.list()
        shown = await path.handoffs.claim(handoff.id, "bo")
        assert [line.delivery for line in shown.lines if line.author == "bot"] == ["sending"]
        assert [trouble.kind for trouble in await store.troubles(5)] == ["on_its_way"]
        gate.set()
        await path.quiet()
    assert f"the bot still had a message on its way when a person took over: handoff={handoff.id}" in caplog.text


class Allowed(FakeChannel):
    """An account that its platform lets people answer through after the window; notes what was marked."""

    human_agent = True

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[str] = []

    async def send(self, recipient: str, body: Json, reference: str, *, human_agent: bool = False) -> str:
        if human_agent:
            self.marked.append(body["text"])
        return await super().send(recipient, body, reference)


DAY = 86_400_000


async def test_after_the_window_a_persons_words_are_refused_before_they_are_stored(
    store: SqliteStore, database: File
) -> None:
    clock = Ticking()
    path = make_path(store, clock, [FakeChannel()])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        shown = await path.handoffs.claim(handoff.id, "bo")
        assert (shown.answering.may, shown.answering.until) == (True, clock.now + DAY)
        clock.now += DAY + 1
        late = await path.handoffs.show(handoff.id)
        assert late is not None
        assert not late.answering.may
        with pytest.raises(Refused, match="human_agent: true") as refused:
            await path.handoffs.reply(handoff.id, "bo", "Sorry!")
        assert refused.value.owner == "bo"
    assert rows(database, "SELECT count(*) FROM messages WHERE author = 'person'") == [(0,)]


async def test_until_when_a_person_may_answer_is_the_accounts_to_say(store: SqliteStore) -> None:
    clock = Ticking()
    path = make_path(store, clock, [FakeChannel(kind="tiktok", own_window=Window(DAY // 2))])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        shown = await path.handoffs.claim(handoff.id, "bo")
        assert (shown.answering.may, shown.answering.until) == (True, clock.now + DAY // 2)
        clock.now += DAY // 2 + 1
        with pytest.raises(Refused, match="the 12 hours after"):
            await path.handoffs.reply(handoff.id, "bo", "Sorry!")


async def test_where_the_platform_allows_it_a_person_answers_late_and_marked_and_the_bot_does_not(
    store: SqliteStore,
) -> None:
    clock, channel = Ticking(), Allowed()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        await path.handoffs.claim(handoff.id, "bo")
        clock.now += 2 * DAY
        shown = await path.handoffs.reply(handoff.id, "bo", "Sorry!")
        assert (shown.answering.tagged, shown.answering.until) == (True, clock.now + 5 * DAY)
        await path.quiet()
        await path.handoffs.release(handoff.id, "bo")
        await path.quiet()
    assert channel.marked == ["Sorry!"]
    assert channel.texts() == ["1:person", "Sorry!"]  # what the bot said of its return was refused


async def test_where_there_is_no_window_there_is_no_end_to_answering(store: SqliteStore) -> None:
    path = make_path(store, Ticking(), [FakeChannel(kind="telegram")])
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        shown = await path.handoffs.show(handoff.id)
        assert shown is not None
        assert (shown.answering.may, shown.answering.until) == (True, None)
