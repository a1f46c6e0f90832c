"""The store port: what must hold against a race stands in the statements. Each test fails without its fence."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.conversation.episodes import DeskMove, Reply
from chatbot.conversation.record import Arrival, Result
from chatbot.conversation.store import LASTING, Ask, CallEnd, Outcome, Report, Slots, Store
from chatbot.types import Alert, Call, CallAnswer, HandOff, NotSent, StartTimer, TimerFired
from tests.conversation.path_kit import ACCOUNT, NOW, said
from tests.storage.store_kit import ASK, commit, pending, put, queued, rows, speaks, take, with_record

OPEN_HUMAN = ("open", "human")
OPEN_QUEUED = ("open", "queued")


def claims(conversation: int, agent: str) -> DeskMove:
    return DeskMove(conversation, ("open", "queued"), ("open", "human"), None, agent, epoch_rises=True)


def releases(conversation: int, agent: str) -> DeskMove:
    return DeskMove(conversation, ("open", "human"), ("open", "bot"), agent, agent, epoch_rises=True, desk="returned")


async def test_a_done_arrival_is_not_done_twice(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    [work] = await pending(store)
    assert await commit(store, speaks(work, "hello")) == [True]
    fresh = replace(work, record=replace(work.record, version=1))  # so that only the arrival itself is out of date
    assert await commit(store, speaks(fresh, "hello")) == [False]
    assert rows(database, "SELECT text FROM messages WHERE author = 'bot'") == [("hello",)]


async def test_a_later_arrival_waits_for_the_earlier_one(store: Store) -> None:
    await put(store, said("one", 1), said("two", 2))
    [first] = await pending(store)
    second = replace(first, row=first.row + 1)
    assert await commit(store, speaks(second, "2")) == [False]
    assert await commit(store, speaks(first, "1")) == [True]


async def test_a_turn_computed_from_an_older_version_is_refused(store: Store) -> None:
    await queued(store)
    await put(store, said("hi", 1))
    [work] = await pending(store)
    assert await store.move(claims(work.record.id, "bo"), NOW)
    assert await commit(store, speaks(work, "hello")) == [False]
    [again] = await pending(store)
    assert (again.record.control, again.record.control_epoch) == ("human", 1)


async def test_one_outdated_turn_does_not_undo_its_neighbours(store: Store, database: Path) -> None:
    await put(store, said("a", 1), said("b", 2, contact="bo"), said("c", 3, contact="cy"))
    a, b, c = await pending(store)
    stale = replace(b, record=replace(b.record, version=7))
    assert await commit(store, speaks(a, "a"), speaks(stale, "b"), speaks(c, "c")) == [True, False, True]
    assert rows(database, "SELECT text FROM messages WHERE author = 'bot' ORDER BY id") == [("a",), ("c",)]


async def test_a_turn_with_an_impossible_state_is_refused_whole_and_alone(store: Store, database: Path) -> None:
    await put(store, said("a", 1), said("b", 2, contact="bo"))
    a, b = await pending(store)
    wrong = with_record(speaks(b, "b", alerts=(Alert("x"),)), control="human")  # nobody holds it
    verdicts = await commit(store, speaks(a, "a"), wrong)
    assert verdicts[0] is True
    assert isinstance(verdicts[1], Exception)
    assert rows(database, "SELECT text FROM messages WHERE author = 'bot'") == [("a",)]
    assert rows(database, "SELECT count(*) FROM alerts") == [(0,)]
    assert [work.row for work in await pending(store)] == [b.row]


async def test_a_parked_arrival_comes_back_when_its_call_is_settled(store: Store) -> None:
    await put(store, said("call", 1))
    [work] = await pending(store)
    placed = Call(1, "GET", "shop", "/", deadline_at=NOW + 1000)
    await commit(store, with_record(speaks(work, call=placed), call=1))
    await put(store, said("two", 2), said("three", 3))
    [two] = await pending(store)
    assert await commit(store, Outcome(two, Result(two.record, parked=True), 0)) == [True]
    [three] = await pending(store)
    assert three.row == two.row + 1
    await commit(store, Outcome(three, Result(three.record, parked=True), 0))
    assert await pending(store) == []
    [call] = (await store.exchange_calls([], Slots(5), NOW)).calls
    await store.exchange_calls([CallEnd(call.id, CallAnswer(1, status=200))], Slots(5), NOW)
    [answer] = await pending(store)
    assert answer.arrival.answer == CallAnswer(1, status=200)
    await commit(store, with_record(speaks(answer, "done"), call=None))
    assert [work.row for work in await pending(store)] == [two.row]


async def test_parking_is_refused_when_the_call_was_settled_meanwhile(store: Store) -> None:
    await put(store, said("one", 1), said("two", 2))
    [one] = await pending(store)
    await commit(store, speaks(one))
    stale = replace((await pending(store))[0], record=one.record)
    assert await commit(store, Outcome(stale, Result(stale.record, parked=True), 0)) == [False]
    assert len(await pending(store)) == 1


async def test_a_call_is_answered_once(store: Store) -> None:
    await put(store, said("call", 1))
    [work] = await pending(store)
    await commit(store, with_record(speaks(work, call=Call(1, "GET", "shop", "/", deadline_at=NOW + 1000)), call=1))
    [call] = (await store.exchange_calls([], Slots(5), NOW)).calls
    end = CallEnd(call.id, CallAnswer(1, status=200))
    await store.exchange_calls([end, end], Slots(5), NOW)
    await store.exchange_calls([end], Slots(5), NOW)
    [answer] = await pending(store)
    await commit(store, with_record(speaks(answer), call=None))
    assert await pending(store) == []


async def test_a_cancelled_call_never_answers(store: Store) -> None:
    await put(store, said("call", 1), said("cancel", 2))
    [work] = await pending(store)
    await commit(store, with_record(speaks(work, call=Call(1, "GET", "shop", "/", deadline_at=NOW + 1000)), call=1))
    [call] = (await store.exchange_calls([], Slots(5), NOW)).calls
    [cancel] = await pending(store)
    await commit(store, with_record(speaks(cancel, stop_call=1), call=None))
    await store.exchange_calls([CallEnd(call.id, CallAnswer(1, status=200))], Slots(5), NOW)
    assert await pending(store) == []
    assert (await store.load(NOW)).calls == 0


async def test_a_waiting_call_past_its_deadline_is_answered_with_a_timeout(store: Store) -> None:
    await put(store, said("call", 1))
    [work] = await pending(store)
    await commit(store, with_record(speaks(work, call=Call(1, "POST", "shop", "/", deadline_at=NOW + 1000)), call=1))
    assert (await store.exchange_calls([], Slots(0), NOW + 999)).answered == 0
    assert (await store.exchange_calls([], Slots(0), NOW + 1000)).answered == 1
    [answer] = await pending(store)
    assert answer.arrival.answer == CallAnswer(1, error="timeout")


# --- timers -----------------------------------------------------------------------------------------------


async def _with_timer(store: Store) -> None:
    await put(store, said("hi", 1))
    [work] = await pending(store)
    await commit(store, speaks(work, start_timers=(StartTimer("silence", NOW + 100, 1),)))


async def test_a_timer_fires_when_due_and_once(store: Store) -> None:
    await _with_timer(store)
    async with store.claim(NOW, 10) as claim:
        assert (claim.works, claim.wake_at) == ([], NOW + 100)
    [fired] = await pending(store, NOW + 100)
    assert fired.arrival == Arrival(NOW + 100, timer=TimerFired("silence", 1))
    assert await commit(store, speaks(fired, "still there?")) == [True]
    fresh = replace(fired, record=replace(fired.record, version=2))
    assert await commit(store, speaks(fresh, "still there?")) == [False]


async def test_a_pending_message_goes_before_a_due_timer(store: Store) -> None:
    await _with_timer(store)
    [fired] = await pending(store, NOW + 100)
    await put(store, said("here I am", 2))
    assert [work.source for work in await pending(store, NOW + 100)] == ["inbound"]
    assert await commit(store, speaks(fired, "still there?")) == [False]


async def test_a_replaced_timer_does_not_fire_as_the_old_one(store: Store) -> None:
    await _with_timer(store)
    [fired] = await pending(store, NOW + 100)
    await put(store, said("hi", 2))
    [work] = await pending(store)
    await commit(store, speaks(work, start_timers=(StartTimer("silence", NOW + 500, 2),)))
    fresh = replace(fired, record=replace(fired.record, version=2))
    assert await commit(store, speaks(fresh, "still there?")) == [False]
    assert await pending(store, NOW + 499) == []


# --- sending ----------------------------------------------------------------------------------------------


async def test_nothing_a_bot_planned_goes_out_under_a_persons_control(store: Store, database: Path) -> None:
    work = await queued(store, "let me get someone")
    assert await store.move(claims(work.record.id, "bo"), NOW)
    assert await take(store) == []
    assert rows(database, "SELECT status FROM outbox") == [("dropped",)]


async def test_nothing_a_bot_plans_while_a_person_is_in_control_goes_out(store: Store, database: Path) -> None:
    """It has the epoch of now, so only who is in control can stop it."""
    work = await queued(store)
    assert await store.move(claims(work.record.id, "bo"), NOW)
    await put(store, said("hi", 1))
    [under_a_person] = await pending(store)
    assert under_a_person.record.control == "human"
    await commit(store, speaks(under_a_person, "a bot that would not stop"))
    assert await take(store) == []
    assert rows(database, "SELECT status FROM outbox") == [("dropped",)]


async def test_what_a_bot_planned_before_a_person_is_void_after_them_too(store: Store) -> None:
    work = await queued(store, "let me get someone")
    assert await store.move(claims(work.record.id, "bo"), NOW)
    assert await store.move(releases(work.record.id, "bo"), NOW)
    assert await take(store) == []


async def test_system_and_person_rows_go_out_under_a_persons_control(store: Store) -> None:
    work = await queued(store)
    await store.move(claims(work.record.id, "bo"), NOW)
    await put(store, said("STOP", 1))
    [stop] = await pending(store)
    await commit(store, speaks(stop, "You are opted out.", author="system"))
    assert await store.reply(Reply(work.record.id, "bo", "Hi", "{}", ({"text": "Hi"},)), NOW)
    first = await take(store)
    assert [parcel.author for parcel in first] == ["system"]
    await store.exchange([Report(first[0], "sent", "p1")], Ask({}), NOW)
    assert [parcel.author for parcel in await take(store)] == ["person"]


async def test_rows_go_in_order_per_conversation_and_not_twice(store: Store) -> None:
    await put(store, said("a", 1), said("b", 2, contact="bo"))
    a, b = await pending(store)
    await commit(store, speaks(a, "a1", "a2"), speaks(b, "b1"))
    parcels = await take(store)
    assert [parcel.body["text"] for parcel in parcels] == ["a1", "b1"]
    assert await take(store) == []
    post = await store.exchange([Report(parcels[0], "sent", "p1")], ASK, NOW)
    assert [parcel.body["text"] for parcel in post.parcels] == ["a2"]


async def test_a_retry_waits_and_holds_back_what_comes_after_it(store: Store) -> None:
    await put(store, said("a", 1))
    await commit(store, speaks((await pending(store))[0], "a1", "a2"))
    [parcel] = await take(store)
    post = await store.exchange([Report(parcel, "retry", next_try_at=NOW + 50)], ASK, NOW)
    assert (post.parcels, post.wake_at) == ([], NOW + 50)
    [again] = await take(store, NOW + 50)
    assert (again.id, again.attempts) == (parcel.id, 2)


async def test_a_late_report_of_an_earlier_attempt_changes_nothing(store: Store, database: Path) -> None:
    await put(store, said("a", 1))
    await commit(store, speaks((await pending(store))[0], "a1"))
    [first] = await take(store)
    await store.exchange([Report(first, "retry", next_try_at=NOW)], Ask({}), NOW)
    [second] = await take(store)
    late = [Report(first, "failed", reason="recipient"), Report(first, "sent", "p1")]
    await store.exchange(late, Ask({}), NOW)
    assert rows(database, "SELECT status, attempts FROM outbox") == [("sending", 2)]
    assert second.attempts == 2


async def test_a_permanent_failure_lets_the_next_row_go_and_alerts(store: Store) -> None:
    await put(store, said("a", 1))
    await commit(store, speaks((await pending(store))[0], "a1", "a2"))
    [parcel] = await take(store)
    post = await store.exchange([Report(parcel, "failed", reason="content")], ASK, NOW)
    assert [parcel.body["text"] for parcel in post.parcels] == ["a2"]
    assert [trouble.kind for trouble in await store.troubles(5)] == ["not_sent"]


async def test_a_bot_row_expires_into_an_alert_instead_of_going_out_late(store: Store, database: Path) -> None:
    await put(store, said("a", 1))
    await commit(store, speaks((await pending(store))[0], "a1", expires_at=NOW + 10))
    assert await take(store, NOW + 10) == []
    assert rows(database, "SELECT status FROM outbox") == [("expired",)]
    assert [trouble.kind for trouble in await store.troubles(5)] == ["expired"]


async def test_a_notice_waits_for_a_day_and_no_longer(store: Store) -> None:
    await put(store, said("STOP", 1))
    await commit(store, speaks((await pending(store))[0], "You are opted out.", author="system"))
    refused = [Report((await take(store))[0], "retry", next_try_at=NOW + 10)]
    assert [parcel.author for parcel in (await store.exchange(refused, ASK, NOW + LASTING - 1)).parcels] == ["system"]
    await put(store, said("STOP", 2))
    await commit(store, speaks((await pending(store))[0], "You are opted out.", author="system"))
    await store.exchange([], Ask({}), NOW + LASTING)
    assert [trouble.text.split(" could")[0] for trouble in await store.troubles(5)] == ["A notice"]


async def test_rows_expire_whatever_became_of_their_account(store: Store, database: Path) -> None:
    await put(store, said("a", 1))
    await commit(store, speaks((await pending(store))[0], "a1", "a2", expires_at=NOW + 10))
    assert (await store.exchange([], Ask({"another": 5}), NOW)).wake_at == NOW + 10
    await store.exchange([], Ask({}), NOW + 10)
    assert rows(database, "SELECT status FROM outbox") == [("expired",), ("expired",)]


async def test_an_account_takes_no_more_than_its_room(store: Store) -> None:
    for number, account in enumerate([ACCOUNT] * 3 + ["site"] * 3):
        await put(store, said("a", number, contact=f"c{number}", account=account))
    await commit(store, *(speaks(work, "a") for work in await pending(store)))
    parcels = await take(store, ask=Ask({ACCOUNT: 2, "site": 1, "none": 0}))
    assert [parcel.account for parcel in parcels] == [ACCOUNT, ACCOUNT, "site"]


async def test_a_body_that_cannot_be_read_fails_alone(store: Store, database: Path) -> None:
    await put(store, said("a", 1), said("b", 2, contact="bo"))
    await commit(store, *(speaks(work, work.record.key.contact) for work in await pending(store)))
    await store._writer.run(lambda conn: conn.execute("UPDATE outbox SET body = '{' WHERE id = 1"))  # type: ignore[attr-defined]
    assert [parcel.body["text"] for parcel in await take(store)] == ["bo"]
    assert rows(database, "SELECT status FROM outbox ORDER BY id") == [("failed",), ("sending",)]


async def test_a_contact_that_cannot_be_read_holds_up_nobody_else(store: Store) -> None:
    await put(store, said("a", 1), said("b", 2, contact="bo"))
    await store._writer.run(lambda conn: conn.execute("UPDATE contacts SET profile = '{' WHERE id = 1"))  # type: ignore[attr-defined]
    assert [bool(work.fault) for work in await pending(store)] == [True, False]


async def test_a_contact_too_deep_to_be_read_again_is_refused_by_its_own_turn(store: Store) -> None:
    await put(store, said("a", 1))
    [work] = await pending(store)
    deep: list[object] = []
    for _ in range(210):
        deep = [deep]
    [verdict] = await commit(store, speaks(work, contact={"deep": deep}))
    assert isinstance(verdict, ValueError)
    assert len(await pending(store)) == 1


async def test_a_report_and_an_answer_that_cannot_be_stored_hold_up_no_others(store: Store, database: Path) -> None:
    for number, contact in enumerate(("ana", "bo", "cy")):
        await put(store, said("a", number, contact=contact))
    works = await pending(store)
    placed = [Call(1, "GET", "shop", "/", deadline_at=NOW + 1000)] * 3
    await commit(
        store, *(with_record(speaks(one, "a", call=call), call=1) for one, call in zip(works, placed, strict=True))
    )
    odd = "\ud83d"
    first, second, third = await take(store)
    await store.exchange(
        [Report(first, "sent", odd), Report(second, "failed", reason="content", error=odd), Report(third, "sent", "p")],
        Ask({}),
        NOW,
    )
    sent = rows(database, "SELECT status, platform_id FROM outbox ORDER BY id")
    assert sent == [("sent", None), ("failed", None), ("sent", "p")]
    calls = (await store.exchange_calls([], Slots(5), NOW)).calls
    ends = [
        CallEnd(call.id, CallAnswer(1, status=200, body=body))
        for call, body in zip(calls, (odd, "b", "c"), strict=True)
    ]
    await store.exchange_calls(ends, Slots(0), NOW)
    first_of_each = [work.arrival.answer or work.arrival.not_sent for work in await pending(store)]
    assert first_of_each == [NotSent("refused"), CallAnswer(1, error="invalid"), ends[2].answer]


@pytest.mark.parametrize(("resend", "status"), [((ACCOUNT,), "sending"), ((), "held")])
async def test_an_uncertain_row_waits_for_news_and_then_follows_the_channels_policy(
    store: Store, database: Path, resend: tuple[str, ...], status: str
) -> None:
    await put(store, said("a", 1))
    await commit(store, speaks((await pending(store))[0], "a1", "a2"))
    ask = Ask({ACCOUNT: 5}, resend)
    [parcel] = await take(store, ask=ask)
    await store.exchange([Report(parcel, "uncertain", next_try_at=NOW + 100)], ask, NOW)
    assert await take(store, NOW + 99, ask) == []
    await take(store, NOW + 100, ask)
    assert rows(database, "SELECT status FROM outbox WHERE id = 1") == [(status,)]


async def test_a_persons_uncertain_row_is_held_and_shown(store: Store, database: Path) -> None:
    work = await queued(store)
    await store.move(claims(work.record.id, "bo"), NOW)
    await store.reply(Reply(work.record.id, "bo", "Hi", "{}", ({"text": "Hi"},)), NOW)
    [parcel] = await take(store)
    await store.exchange([Report(parcel, "uncertain", next_try_at=NOW + 100)], ASK, NOW)
    assert await take(store, NOW + 100) == []
    assert [line.delivery for line in await store.transcript(work.record.id, 5)][-1] == "held"
    assert [trouble.kind for trouble in await store.troubles(5)] == ["uncertain"]


async def test_an_echo_settles_an_uncertain_row_and_frees_the_next(store: Store, database: Path) -> None:
    await put(store, said("a", 1))
    await commit(store, speaks((await pending(store))[0], "a1", "a2"))
    [parcel] = await take(store)
    await store.exchange([Report(parcel, "uncertain", next_try_at=NOW + 100)], ASK, NOW)
    await put(store, said("a1", 2, kind="echo", metadata=parcel.reference))
    assert [parcel.body["text"] for parcel in await take(store)] == ["a2"]


# --- the desk ---------------------------------------------------------------------------------------------


async def test_two_people_claim_and_one_wins(store: Store) -> None:
    work = await queued(store)
    assert await store.move(claims(work.record.id, "bo"), NOW)
    assert not await store.move(claims(work.record.id, "cy"), NOW)
    seat = await store.seat(work.record.id)
    assert seat is not None
    assert seat.assignee == "bo"


async def test_who_does_not_hold_it_any_more_changes_nothing(store: Store) -> None:
    """Between reading and writing it was given back and taken by another: the place is the same, the holder is not."""
    work = await queued(store)
    await store.move(claims(work.record.id, "bo"), NOW)
    await store.move(releases(work.record.id, "bo"), NOW)
    [returned] = await pending(store)
    await commit(store, with_record(speaks(returned, entered=HandOff("default")), control="queued"))
    await store.move(claims(work.record.id, "cy"), NOW)
    assert not await store.move(releases(work.record.id, "bo"), NOW)
    seat = await store.seat(work.record.id)
    assert seat is not None
    assert (seat.place, seat.assignee) == (OPEN_HUMAN, "cy")


async def test_what_is_on_its_way_when_a_person_takes_over_is_listed(store: Store) -> None:
    work = await queued(store, "let me get someone")
    assert len(await take(store)) == 1
    assert await store.move(claims(work.record.id, "bo"), NOW)
    [listed] = await store.troubles(5)
    assert (listed.kind, listed.conversation) == ("on_its_way", work.record.id)
    quiet = await queued(store, contact="bo", number=901)
    assert await store.move(claims(quiet.record.id, "bo"), NOW)
    assert len(await store.troubles(5)) == 1


async def test_only_who_holds_it_replies(store: Store) -> None:
    work = await queued(store)
    await store.move(claims(work.record.id, "bo"), NOW)
    assert not await store.reply(Reply(work.record.id, "cy", "Hi", "{}", ({"text": "Hi"},)), NOW)


async def test_there_is_one_open_handoff_of_a_conversation(store: Store) -> None:
    await queued(store)
    await put(store, said("person", 1))
    [work] = await pending(store)
    second = with_record(speaks(work, entered=HandOff("default")), control="queued")
    [verdict] = await commit(store, second)
    assert isinstance(verdict, Exception)
    ended_first = replace(second, result=replace(second.result, left="escalated"))
    assert await commit(store, ended_first) == [True]
    assert [episode.end_reason for episode in await store.episodes(open_only=False, limit=5)] == ["escalated", ""]


async def test_an_answer_in_the_native_app_takes_the_conversation_over(store: Store) -> None:
    await put(store, said("hello from the app", 1, kind="echo"))
    [work] = await pending(store)
    outcome = speaks(work, entered=HandOff("default", reason="echo"), taken_by="native")
    assert await commit(store, with_record(outcome, control="human", control_epoch=1)) == [True]
    seat = await store.seat(work.record.id)
    assert seat is not None
    assert (seat.place, seat.assignee) == (OPEN_HUMAN, "native")
    [episode] = await store.episodes(open_only=True, limit=5)
    assert (episode.agent, episode.reason) == ("native", "echo")


# --- the rest of one commit -------------------------------------------------------------------------------


async def test_a_contact_is_remembered_and_forgotten_field_by_field(store: Store) -> None:
    for number, change in enumerate(({"name": "Ana", "vip": True}, {"vip": None, "age": 3})):
        await put(store, said("hi", number))
        [work] = await pending(store)
        await commit(store, speaks(work, contact=change))
    await put(store, said("hi", 9))
    [work] = await pending(store)
    assert work.record.contact == {"id": "1", "name": "Ana", "age": 3}


async def test_programs_are_kept_by_hash_and_one_is_active(store: Store) -> None:
    assert await store.active_program() is None
    await store.activate("one", b"1", NOW)
    await store.activate("two", b"2", NOW)
    await store.activate("one", b"ignored", NOW)
    assert (await store.active_program(), await store.bundle("one"), await store.bundle("none")) == ("one", b"1", None)


async def test_starting_makes_interrupted_sends_uncertain_and_calls_due(store: Store, database: Path) -> None:
    await put(store, said("a", 1))
    [work] = await pending(store)
    call = Call(1, "GET", "shop", "/", deadline_at=NOW + 1000)
    await commit(store, with_record(speaks(work, "a1", "a2", call=call), call=1))
    await take(store)
    await store.exchange_calls([], Slots(5), NOW)
    await put(store, said("b", 2))
    assert await store.start(NOW, 100)
    assert not await store.start(NOW, 100)
    assert rows(database, "SELECT status FROM outbox ORDER BY id") == [("uncertain",), ("waiting",)]
    assert await take(store, NOW + 99) == []
    [placed] = (await store.exchange_calls([], Slots(5), NOW)).calls
    assert (placed.interrupted, placed.attempts) == (True, 2)


async def test_only_the_turn_under_way_at_a_crash_counts_as_an_attempt(store: Store, database: Path) -> None:
    """As often as the process may die, those who only wait behind it lose nothing."""
    await put(store, said("a", 1), said("b", 2, contact="bo"), said("c", 3, contact="cy"))
    first, second, _ = await pending(store)
    await store.start(NOW, 0)
    with store.under_way(first):
        pass
    with suppress(KeyboardInterrupt), store.under_way(second):
        raise KeyboardInterrupt
    for _ in range(3):
        await store.start(NOW, 0)
    assert rows(database, "SELECT attempts FROM inbox ORDER BY id") == [(0,), (1,), (0,)]


async def test_a_clean_stop_leaves_nothing_suspect(store: Store) -> None:
    await put(store, said("a", 1))
    load = await store.load(NOW)
    assert (load.arrivals, load.quiet) == (1, False)
