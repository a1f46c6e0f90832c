"""The durable path as a whole, over real SQLite, with a platform and a service in memory."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path as File

import pytest

from chatbot.conversation.path import Pace
from chatbot.conversation.store import Accepted, Overloaded, Unavailable
from chatbot.conversation.turn import Arrival, Record, Result
from chatbot.errors import OperatorError, PlatformError, Refused
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import CallAnswer
from tests.conversation.path_kit import (
    ACCOUNT,
    NOW,
    FakeCaller,
    FakeChannel,
    Ticking,
    counting_turn,
    make_path,
    said,
)
from tests.storage.store_kit import letter, open_sqlite, rows


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


# --- turns ------------------------------------------------------------------------------------------------


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
    assert channel.texts() == ["1:after"]
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
    assert set(channel.sent) == {(f"c{n}", "1:hi") for n in range(5)}
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


# --- delivery ---------------------------------------------------------------------------------------------


async def test_a_passing_failure_is_tried_again(store: SqliteStore) -> None:
    channel, clock = FakeChannel(script=[PlatformError("busy", reason="outage", retryable=True)]), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await _until(lambda: not channel.script)
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
        await _until(lambda: not channel.script)
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
        await _until(lambda: not channel.script)
        await asyncio.sleep(0.05)
        reference = (await _outbox_reference(store))[0]
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
        await _until(lambda: not channel.script)
        await path.accept(ACCOUNT, [said("b", 2, contact="bo")])
        await _until(lambda: ("bo", "1:b") in channel.sent)
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
        await _until(lambda: not channel.script)
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


# --- calls ------------------------------------------------------------------------------------------------


async def test_messages_wait_for_a_call_in_order(store: SqliteStore) -> None:
    gate = asyncio.Event()
    channel, caller = FakeChannel(), FakeCaller([gate])
    path = make_path(store, Ticking(), [channel], caller)
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 5000", 1)])
        await _until(lambda: not caller.script)
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
        await _until(lambda: len(channel.sent) == 3)
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
            await _until(lambda tries=tries: len(caller.keys) == tries)  # type: ignore[misc]
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
        await _until(lambda: len(caller.keys) == 1 and len(channel.sent) == 1)
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
        await _until(lambda: bool(channel.shown))
        gate.set()
        await path.quiet()
    assert channel.shown == ["ana"]


# --- people -----------------------------------------------------------------------------------------------


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
        await _until(lambda: not channel.script)
        await path.accept(ACCOUNT, [said("I am here", 2, kind="echo")])
        while (await path.load()).arrivals:
            await asyncio.sleep(0.005)
        gate.set()
        await path.quiet()
        await path.accept(ACCOUNT, [said("c", 3)])
        await path.quiet()
    assert channel.texts() == ["1:a"]  # on the wire already; "b" never went
    assert rows(database, "SELECT status FROM outbox") == [("sent",), ("dropped",)]


async def _until(true: Callable[[], bool], within: float = 3.0) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.002)


async def _outbox_reference(store: SqliteStore) -> list[str]:
    def read(conn: sqlite3.Connection) -> list[str]:
        return [row[0] for row in conn.execute("SELECT reference FROM outbox ORDER BY id")]

    return await store._readers.run(read)
