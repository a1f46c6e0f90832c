"""The store port: whether a row may go out is decided in the transaction that marks it `sending`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.conversation.episodes import Reply
from chatbot.conversation.record import Line
from chatbot.conversation.store import Ask, Outcome, Report, Store, Work
from chatbot.policy.consent import ConsentAction
from chatbot.policy.sending import MAY, Words, verdict
from chatbot.types import Author, Consent, Message, NotSent, Referral, Window
from tests.conversation.path_kit import ACCOUNT, NOW, said
from tests.storage.store_kit import ASK, commit, letter, pending, put, queued, rows, speaks, take, with_record
from tests.storage.test_fences import claims

DAY = 86_400_000
LONG = 10 * DAY
"""So that no row expires in these tests."""


def lasting(work: Work, *texts: str, author: Author = "bot", **more: object) -> Outcome:
    return speaks(work, *texts, author=author, expires_at=NOW + LONG, **more)


async def answered(store: Store, *texts: str, author: Author = "bot", number: int = 1) -> None:
    await put(store, said("hi", number))
    [work] = await pending(store)
    assert await commit(store, lasting(work, *texts, author=author)) == [True]


async def told(store: Store, now: int = NOW) -> list[tuple[str, str]]:
    """What the flows hear about what was not sent."""
    found = [work.arrival.not_sent for work in await pending(store, now)]
    return [(each.reason, each.origin) for each in found if each is not None]


async def test_a_row_that_waited_until_its_window_closed_is_refused_recorded_and_comes_back(
    store: Store, database: Path
) -> None:
    await answered(store, "late")
    post = await store.exchange([], ASK, NOW + DAY + 1)
    assert (post.parcels, post.told) == ([], True)
    assert rows(database, "SELECT status, reason, attempts FROM outbox") == [("refused", "window", 0)]
    [(why,)] = rows(database, "SELECT error FROM outbox")
    assert "24 hours" in str(why)
    [trouble] = await store.troubles(5)
    assert (trouble.kind, "24 hours" in trouble.text) == ("refused", True)
    assert await told(store) == [("window", "")]


async def test_what_the_same_turn_said_behind_it_is_not_said_either_and_the_flow_hears_of_it_once(
    store: Store, database: Path
) -> None:
    await answered(store, "one", "two")
    assert await take(store, NOW + DAY + 1) == []
    assert rows(database, "SELECT status FROM outbox") == [("refused",)] * 2
    assert await told(store) == [("window", "")]


async def test_the_contacts_next_message_opens_the_window_again(store: Store) -> None:
    await answered(store, "late")
    await put(store, said("are you there?", 2), now=NOW + DAY)
    [work] = await pending(store, NOW + DAY)
    await commit(store, lasting(work), now=NOW + DAY)
    assert [parcel.body["text"] for parcel in await take(store, NOW + DAY + 1)] == ["late"]


async def test_an_ad_opens_a_longer_window(store: Store) -> None:
    await put(store, said("hi", 1, referral=Referral("summer", "ADS", "7")))
    [work] = await pending(store)
    await commit(store, lasting(work, "late"))
    assert len(await take(store, NOW + 6 * DAY)) == 1


async def test_the_platforms_own_switches_open_no_window(store: Store) -> None:
    await put(store, said("", 1, kind="opt_out"))
    [work] = await pending(store)
    await commit(store, lasting(work, "bye", author="system"))
    assert await take(store) == []


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_persons_words_after_the_window_go_out_marked_if_the_account_may(store: Store, allowed: bool) -> None:
    work = await queued(store)
    await store.move(claims(work.record.id, "bo"), NOW)
    later = NOW + 2 * DAY
    assert await store.reply(Reply(work.record.id, "bo", "Hi", "{}", ({"text": "Hi"},)), later)
    ask = replace(ASK, human_agent=(ACCOUNT,) if allowed else ())
    parcels = await take(store, later, ask)
    assert [parcel.human_agent for parcel in parcels] == ([True] if allowed else [])
    assert await told(store, later) == []  # no flow said it


async def test_a_template_goes_out_after_the_window_where_templates_are(store: Store) -> None:
    inbound = said("hi", 1)
    await store.accept([replace(letter(inbound), channel="whatsapp")], NOW)
    [work] = await pending(store)
    lines = tuple(Line("bot", Message(kind), ({"type": kind},), origin=f"f/{kind}") for kind in ("template", "text"))
    agreed = (Consent("record", "shipping"),)
    await commit(store, replace(lasting(work), result=replace(speaks(work, consent=agreed).result, lines=lines)))
    [parcel] = await take(store, NOW + 2 * DAY)
    assert parcel.body == {"type": "template"}
    await store.exchange([Report(parcel, "sent", "p1")], ASK, NOW + 2 * DAY)
    assert await told(store, NOW + 2 * DAY) == [("window", "f/text")]


async def test_tiktok_takes_ten_messages_until_the_contact_writes_again(store: Store, database: Path) -> None:
    async def sends(limit: int) -> int:
        count = 0
        while parcels := await take(store):
            count += 1
            assert count <= limit
            await store.exchange([Report(parcels[0], "sent", f"p{parcels[0].id}")], Ask({}), NOW)
        return count

    for number in (1, 2):
        await store.accept([replace(letter(said("hi", number)), channel="tiktok")], NOW)
        [work] = await pending(store)
        await commit(store, lasting(work, *(f"{number}.{each}" for each in range(12))))
        assert await sends(10) == 10
        [refused] = await pending(store)
        assert refused.arrival.not_sent == NotSent("quota", "")
        await commit(store, lasting(refused))
    assert rows(database, "SELECT status, count(*) FROM outbox GROUP BY status") == [("refused", 4), ("sent", 20)]


async def test_an_account_with_a_window_of_its_own_is_decided_by_that(store: Store, database: Path) -> None:
    strict = replace(ASK, windows={ACCOUNT: Window(DAY, most=2)})
    await store.accept([replace(letter(said("hi", 1)), channel="tiktok")], NOW)
    [work] = await pending(store)
    await commit(store, lasting(work, "one", "two", "three"))
    for _ in range(2):
        [parcel] = await take(store, NOW + DAY, strict)
        await store.exchange([Report(parcel, "sent", f"p{parcel.id}")], Ask({}), NOW + DAY)
    assert await take(store, NOW + DAY, strict) == []
    [refused] = await pending(store, NOW + DAY)
    await commit(store, lasting(refused), now=NOW + DAY)
    await store.accept([replace(letter(said("hi", 2)), channel="tiktok")], NOW + DAY)
    [work] = await pending(store, NOW + DAY)
    await commit(store, lasting(work, "late"), now=NOW + DAY)
    assert await take(store, NOW + 2 * DAY + 1, strict) == []
    found = rows(database, "SELECT reason FROM outbox WHERE status = 'refused' ORDER BY id")
    assert found == [("quota",), ("window",)]


# --- consent ----------------------------------------------------------------------------------------------


async def opted_out(store: Store, *texts: str) -> None:
    await put(store, said("STOP", 2), now=NOW + 10)
    [work] = await pending(store, NOW + 10)
    outcome = lasting(work, "You are out.", author="system", consent=(Consent("opt_out"),))
    assert await commit(store, outcome, now=NOW + 10) == [True]


async def test_what_was_planned_before_an_opt_out_is_not_said_after_it_but_the_confirmation_is(
    store: Store, database: Path
) -> None:
    await answered(store, "an offer")
    await opted_out(store)
    [parcel] = await take(store, NOW + 10)
    assert parcel.author == "system"
    assert rows(database, "SELECT status, reason FROM outbox ORDER BY id")[0] == ("refused", "consent")


async def test_who_writes_again_while_their_opt_out_is_stored_gets_a_persons_answer(store: Store) -> None:
    work = await queued(store)
    await store.move(claims(work.record.id, "bo"), NOW)
    await opted_out(store)
    await put(store, said("one thing still", 3), now=NOW + 5)
    [work] = await pending(store, NOW + 20)
    seat = await store.seat(work.record.id)
    assert seat is not None
    late = replace(seat.reach, last_in_at=NOW + 11)
    assert (seat.reach.stopped_at, verdict(late, Words("person", NOW + 20), NOW + 20, human_agent=False)) == (
        NOW + 10,
        MAY,
    )


async def test_only_an_opt_out_moves_the_moment_from_which_nothing_is_wanted(store: Store, database: Path) -> None:
    await answered(store)
    await opted_out(store)
    await put(store, said("no news either", 3), now=NOW + 50)
    [work] = await pending(store, NOW + 50)
    await commit(store, lasting(work, consent=(Consent("refuse", "news"),)), now=NOW + 50)
    assert rows(database, "SELECT opted_out_at FROM contacts") == [(NOW + 10,)]


@pytest.mark.parametrize("proactive", [True, False])
async def test_after_an_opt_out_answers_go_out_and_nothing_else(store: Store, proactive: bool) -> None:
    await answered(store)
    await opted_out(store)
    [confirmation] = await take(store, NOW + 10)
    await store.exchange([Report(confirmation, "sent", "p1")], Ask({}), NOW + 10)
    await put(store, said("where is my order?", 3), now=NOW + 20)
    [work] = await pending(store, NOW + 20)
    line = Line("bot", Message("It is on its way."), ({"text": "It is on its way."},), proactive=proactive)
    await commit(store, replace(lasting(work), result=replace(speaks(work).result, lines=(line,))), now=NOW + 20)
    assert len(await take(store, NOW + 20)) == (0 if proactive else 1)


async def test_opting_in_again_lets_everything_through(store: Store) -> None:
    await answered(store)
    await opted_out(store)
    [confirmation] = await take(store, NOW + 10)
    await store.exchange([Report(confirmation, "sent", "p1")], Ask({}), NOW + 10)
    await put(store, said("START", 3), now=NOW + 20)
    [work] = await pending(store, NOW + 20)
    line = Line("bot", Message("News!"), ({"text": "News!"},), proactive=True)
    started = replace(speaks(work, consent=(Consent("opt_in"),)).result, lines=(line,))
    await commit(store, replace(lasting(work), result=started), now=NOW + 20)
    assert len(await take(store, NOW + 20)) == 1


# --- opt-ins ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "sent"), [((), 0), (("record",), 1), (("record", "revoke"), 0), (("opt_in",), 1)])
async def test_what_comes_unasked_waits_for_no_opt_in_and_is_refused_without_one(
    store: Store, given: tuple[ConsentAction, ...], sent: int
) -> None:
    await store.accept([replace(letter(said("hi", 1)), channel="x")], NOW)
    [work] = await pending(store)
    entries = tuple(Consent(action, "" if action == "opt_in" else "news") for action in given)
    await commit(store, lasting(work, "News!", consent=entries))
    assert len(await take(store, NOW + DAY + 1)) == sent
    assert await told(store, NOW + DAY + 1) == ([] if sent else [("opt_in", "")])


async def test_an_answer_of_the_same_day_needs_no_opt_in(store: Store) -> None:
    await store.accept([replace(letter(said("hi", 1)), channel="x")], NOW)
    [work] = await pending(store)
    await commit(store, lasting(work, "It has left."))
    assert len(await take(store, NOW + DAY)) == 1


# --- blocks and threads -----------------------------------------------------------------------------------


async def test_who_has_blocked_us_gets_nothing_until_they_write_again(store: Store, database: Path) -> None:
    await answered(store, "one")
    [parcel] = await take(store)
    await store.exchange([Report(parcel, "failed", reason="blocked")], ASK, NOW)
    [work] = await pending(store)
    assert work.record.contact["blocked"] is True
    await commit(store, lasting(work, "two"))
    assert await take(store) == []
    assert rows(database, "SELECT reason FROM outbox WHERE status = 'refused'") == [("blocked",)]
    await put(store, said("hello again", 2))
    *_, last = await pending(store)
    while last.arrival.inbound is None:
        await commit(store, lasting(last))
        [last] = await pending(store)
    assert "blocked" not in last.record.contact
    await commit(store, lasting(last, "welcome back"))
    assert [parcel.body["text"] for parcel in await take(store)] == ["welcome back"]


async def test_the_platforms_own_block_counts_as_well(store: Store) -> None:
    await answered(store)
    await put(store, said("", 2, kind="opt_out", payload="blocked"))
    [work] = await pending(store)
    await commit(store, lasting(work, "are you sure?", blocked=True))
    assert await take(store) == []


async def test_nothing_goes_into_a_thread_of_another_app_but_what_takes_it(store: Store, database: Path) -> None:
    await answered(store)
    await put(store, said("hi", 2))
    [work] = await pending(store)
    lines = tuple(Line("system", Message(""), (body,)) for body in ({"text": "a notice"}, {"thread": "take"}))
    lost = replace(lasting(work, thread="42").result, lines=lines)
    await commit(store, replace(lasting(work), result=lost))
    [parcel] = await take(store)
    assert parcel.body == {"thread": "take"}
    await store.exchange([Report(parcel, "sent")], ASK, NOW)
    assert rows(database, "SELECT thread FROM conversations") == [("",)]
    assert rows(database, "SELECT status, reason FROM outbox") == [("refused", "thread"), ("sent", "")]


async def test_what_passed_the_thread_on_says_whose_it_is_once_it_has_arrived(store: Store, database: Path) -> None:
    await answered(store)
    await put(store, said("person", 2))
    [work] = await pending(store)
    line = Line("system", Message("Passed."), ({"thread": "pass", "app": "42"},))
    await commit(store, replace(lasting(work), result=replace(speaks(work).result, lines=(line,))))
    [parcel] = await take(store)
    assert rows(database, "SELECT thread FROM conversations") == [("",)]
    await store.exchange([Report(parcel, "sent")], ASK, NOW)
    assert rows(database, "SELECT thread FROM conversations") == [("42",)]


async def test_a_refusal_because_another_app_has_the_thread_is_told_whoever_spoke(store: Store) -> None:
    await answered(store, "a notice", author="system")
    [parcel] = await take(store)
    await store.exchange([Report(parcel, "failed", reason="thread")], ASK, NOW)
    [work] = await pending(store)
    assert work.arrival.not_sent == NotSent("thread", "")


# --- rest -------------------------------------------------------------------------------------------------


async def test_a_conversation_that_rests_is_put_off_and_the_others_go(store: Store) -> None:
    await put(store, said("a", 1), said("b", 2, contact="bo"))
    a, b = await pending(store)
    await commit(store, lasting(a, "a1"), lasting(b, "b1"))
    resting = replace(ASK, rests={a.record.id: NOW + 1_000})
    post = await store.exchange([], resting, NOW)
    assert ([parcel.body["text"] for parcel in post.parcels], post.wake_at) == (["b1"], NOW + 1_000)
    assert [parcel.body["text"] for parcel in await take(store, NOW + 1_000)] == ["a1"]


async def test_a_refused_row_does_not_hold_up_what_comes_after_it(store: Store) -> None:
    await answered(store, "late")
    await put(store, said("hello?", 2), now=NOW + 2 * DAY)
    first = await take(store, NOW + 2 * DAY)
    assert first == []
    works = await pending(store, NOW + 2 * DAY)
    while works and works[0].arrival.inbound is None:
        await commit(store, lasting(works[0]), now=NOW + 2 * DAY)
        works = await pending(store, NOW + 2 * DAY)
    await commit(store, with_record(lasting(works[0], "here")), now=NOW + 2 * DAY)
    assert [parcel.body["text"] for parcel in await take(store, NOW + 2 * DAY)] == ["here"]
