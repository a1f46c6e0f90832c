"""The store port: what accepting promises, whichever database stands behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chatbot.conversation.ports import NOTICE
from chatbot.conversation.record import Line
from chatbot.conversation.store import Accepted, Report, Store
from chatbot.types import ConversationKey, Message
from tests.conversation.path_kit import ACCOUNT, NOW, said
from tests.storage.store_kit import ASK, commit, letter, pending, put, rows, speaks, take

DAY = 86_400_000


async def test_a_redelivery_changes_nothing(store: Store) -> None:
    first = await store.accept([letter(said("hi", 1))], NOW)
    again = await store.accept([letter(said("hi", 1)), letter(said("hi", 1))], NOW + 5)
    assert (first, again) == (Accepted(turns=1), Accepted(duplicates=2))
    assert len(await pending(store)) == 1


async def test_a_duplicate_inside_one_batch_is_stored_once(store: Store) -> None:
    assert await store.accept([letter(said("hi", 1))] * 3, NOW) == Accepted(turns=1, duplicates=2)


async def test_a_redelivery_after_midnight_lands_in_the_day_of_its_message(store: Store) -> None:
    await put(store, said("hi", 1))
    assert await store.accept([letter(said("hi", 1))], NOW + DAY) == Accepted(duplicates=1)


async def test_a_retry_over_midnight_whose_time_is_our_own_is_known(store: Store) -> None:
    """A channel that has no time of its own gives a message the time it came, and its retry another."""
    midnight = NOW // DAY * DAY + DAY
    for number, (first, again) in enumerate(((-500, 1500), (200, -300))):  # the second: the clock was set back
        await put(store, said("hi", number, at=midnight + first), now=midnight + first)
        retry = letter(said("hi", number, at=midnight + again))
        assert await store.accept([retry], midnight + again) == Accepted(duplicates=1)


async def test_a_message_that_comes_late_or_with_a_wrong_clock_is_remembered_as_long(store: Store) -> None:
    old = said("sent in a tunnel", 1, at=NOW - 40 * DAY)
    seconds = said("a clock in seconds", 2, at=NOW // 1000)
    ahead = said("a clock ahead", 3, at=NOW + 40 * DAY)
    await put(store, old, seconds, ahead)
    for later in range(0, 8 * DAY, DAY):
        await store.prune(NOW + later, keep=DAY)
        accepted = await store.accept([letter(one) for one in (old, seconds, ahead)], NOW + later)
        assert accepted == Accepted(duplicates=3)


async def test_a_message_is_remembered_for_a_week_however_old_it_was(store: Store) -> None:
    for age in range(12):
        await put(store, said("hi", age, at=NOW - age * DAY))
    await store.prune(NOW + 7 * DAY, keep=DAY)
    again = [letter(said("hi", age, at=NOW - age * DAY)) for age in range(12)]
    assert await store.accept(again, NOW + 7 * DAY) == Accepted(duplicates=12)
    await store.prune(NOW + 30 * DAY, keep=DAY)
    assert (await store.accept(again, NOW + 30 * DAY)).duplicates == 0


async def test_same_message_id_of_another_sender_or_kind_is_no_duplicate(store: Store) -> None:
    await put(store, said("hi", 1))
    more = [letter(said("hi", 1, contact="bo")), letter(said("", 1, kind="edit"))]
    assert (await store.accept(more, NOW)).duplicates == 0


async def test_accepting_for_a_known_sender_leaves_the_conversation_row_alone(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    [work] = await pending(store)
    assert await commit(store, speaks(work, "hello")) == [True]
    before = rows(database, "SELECT * FROM conversations")
    await put(store, said("again", 2))
    assert rows(database, "SELECT * FROM conversations") == before


async def test_a_kind_without_a_turn_is_recorded(store: Store, database: Path) -> None:
    assert await store.accept([letter(said("", 1, kind="group"))], NOW) == Accepted()
    assert await pending(store) == []
    assert rows(database, "SELECT status FROM inbox") == [("noted",)]


async def test_news_of_an_account_is_told_once_each_however_often_and_mixed_it_comes(store: Store) -> None:
    first, second = (said("", number, kind="ignored", data={NOTICE: f"role {number}"}) for number in (1, 2))
    other = replace(first, key=ConversationKey("other", ""), data={NOTICE: "role of another"})
    for _ in range(3):
        for each in (first, other, second):
            await store.accept([letter(each)], NOW)
    assert sorted(trouble.text for trouble in await store.troubles(9)) == ["role 1", "role 2", "role of another"]


async def test_what_nobody_knows_is_counted_by_type_and_makes_no_conversation(store: Store, database: Path) -> None:
    strange = said("", 1, kind="ignored", contact="", raw_type="hologram", reason="no use", unknown=True)
    again = replace(strange, message_id="m2")
    known = said("", 3, kind="ignored", contact="", raw_type="own.feed", reason="done by the account itself")
    for _ in range(2):
        await put(store, strange, again, known)
    unread = said("", 4, kind="unsupported", raw_type="message.poll")
    assert (await store.accept([letter(unread)], NOW + 5)).turns == 1
    found = [(each.account, each.raw_type, each.count, each.first_at, each.last_at) for each in await store.unused()]
    assert found == [("page", "hologram", 2, NOW, NOW), ("page", "message.poll", 1, NOW + 5, NOW + 5)]
    assert rows(database, "SELECT count(*) FROM conversations") == [(1,)]


async def test_the_last_of_each_unknown_type_are_kept_as_they_came(store: Store, database: Path) -> None:
    kept = "SELECT account, raw_type, raw, at FROM unused_bodies ORDER BY id"
    for number in range(1, 24):
        strange = said("", number, kind="ignored", contact="", raw_type="hologram", unknown=True)
        body = b'{"number": %d}' % number
        # A body of two such events is kept once.
        twin = replace(strange, message_id=f"twin{number}")
        await store.accept([replace(letter(one), raw=body) for one in (strange, twin)], NOW + number)
    assert rows(database, kept) == [
        ("page", "hologram", b'{"number": %d}' % number, NOW + number) for number in range(4, 24)
    ]
    huge = replace(letter(said("", 30, kind="unsupported", raw_type="message.poll")), raw=b"x" * 70_000)
    await store.accept([huge], NOW)
    assert rows(database, "SELECT count(*) FROM unused_bodies") == [(20,)]
    assert (await store.unused())[1].count == 1


async def test_what_nobody_knows_is_forgotten_with_time_and_with_the_contact(store: Store, database: Path) -> None:
    kept = "SELECT raw FROM unused_bodies ORDER BY id"
    bodies = (b'{"from": "ana"}', b'{"from": "anabel"}', b'{"from": "ana", "b": 2}', b'{"thread": "t_ana-99"}')
    for number, raw in enumerate(bodies, 1):
        strange = said("", number, kind="ignored", contact="", raw_type="hologram", unknown=True)
        await store.accept([replace(letter(strange), raw=raw)], NOW + number)
    await store.prune(NOW + 10, 8)
    assert rows(database, kept) == [(body,) for body in bodies[1:]]
    await store.erase("page", ["ana"], NOW + 20)
    assert rows(database, kept) == [(b'{"from": "anabel"}',)]


async def test_a_receipt_of_a_stranger_makes_no_conversation(store: Store, database: Path) -> None:
    await put(store, said("", 1, kind="read", refers_to="p1"))
    assert rows(database, "SELECT count(*) FROM conversations") == [(0,)]


async def test_receipts_go_forwards_only(store: Store, database: Path) -> None:
    await _sent(store)
    await put(store, said("", 2, kind="read", refers_to="p1", at=NOW + 9))
    await put(store, said("", 3, kind="delivered", refers_to="p1", at=NOW + 20))
    await put(store, said("", 4, kind="read", refers_to="p1", at=NOW + 30))
    assert rows(database, "SELECT delivered_at, read_at FROM outbox") == [(NOW + 9, NOW + 9)]


async def test_a_watermark_speaks_of_everything_sent_before(store: Store, database: Path) -> None:
    await _sent(store)
    await put(store, said("", 2, kind="delivered", at=NOW - 1))
    assert rows(database, "SELECT delivered_at FROM outbox") == [(None,)]
    await put(store, said("", 3, kind="delivered", at=NOW + 1))
    assert rows(database, "SELECT delivered_at FROM outbox") == [(NOW + 1,)]


async def test_a_failure_receipt_fails_the_row_and_alerts(store: Store, database: Path) -> None:
    await _sent(store)
    await put(store, said("", 2, kind="failed", refers_to="p1"))
    assert rows(database, "SELECT status FROM outbox") == [("failed",)]
    assert [trouble.kind for trouble in await store.troubles(5)] == ["not_sent"]


async def test_an_echo_of_our_reference_settles_the_row_and_is_no_arrival(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    await commit(store, speaks((await pending(store))[0], "hello"))
    [parcel] = await take(store)
    await put(store, said("hello", 2, kind="echo", metadata=parcel.reference))
    assert rows(database, "SELECT status, platform_id FROM outbox") == [("sent", "m2")]
    assert await pending(store) == []


async def test_a_forged_reference_settles_nothing(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    await commit(store, speaks((await pending(store))[0], "hello"))
    [parcel] = await take(store)
    await put(store, said("hello", 2, kind="echo", metadata=f"cb:{parcel.id}:guess"))
    assert rows(database, "SELECT status FROM outbox") == [("sending",)]
    assert len(await pending(store)) == 1


async def test_an_echo_of_a_known_platform_id_is_ours(store: Store) -> None:
    await _sent(store)
    assert await store.accept([letter(said("hello", 0, kind="echo"))], NOW) == Accepted(turns=1)  # m0: not ours
    ours = replace(said("hello", 0, kind="echo"), message_id="p1")
    assert await store.accept([letter(ours)], NOW) == Accepted(settled=1)


async def test_an_echo_without_a_reference_may_be_here_before_the_answer_to_its_send(
    store: Store, database: Path
) -> None:
    await put(store, said("hi", 1))
    await commit(store, speaks((await pending(store))[0], "hello"))
    [parcel] = await take(store)
    await put(store, said("hello ", 7, kind="echo"))
    assert rows(database, "SELECT status, platform_id FROM outbox") == [("sent", "m7")]
    assert await pending(store) == [], "nobody took over"
    await store.exchange([Report(parcel, "sent", platform_id="m7")], ASK, NOW)
    assert rows(database, "SELECT status, platform_id FROM outbox") == [("sent", "m7")]
    await put(store, said("hello", 8, kind="echo"))
    assert len(await pending(store)) == 1, "the same words again are somebody else's"


async def test_a_link_that_the_platform_has_shortened_makes_no_other_message(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    await commit(store, speaks((await pending(store))[0], "Our shop:  https://shop.example/a?b=1"))
    await take(store)
    await put(store, said("Our shop: https://t.co/xYz", 7, kind="echo"))
    assert rows(database, "SELECT status FROM outbox") == [("sent",)]


async def test_an_empty_field_of_a_message_is_no_words_of_its_own(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    work = (await pending(store))[0]
    line = Line("bot", Message("hello"), ({"text": "hello", "attachment": None},))
    await commit(store, replace(speaks(work), result=replace(speaks(work).result, lines=(line,))))
    await take(store)
    await put(store, said("Bo here", 7, kind="echo"))
    assert rows(database, "SELECT status FROM outbox") == [("sending",)]


async def test_an_echo_of_what_was_forgotten_is_ours_all_the_same(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    await commit(store, speaks((await pending(store))[0], "hello"))
    await take(store)
    await store.erase(ACCOUNT, ["ana"], NOW)
    await put(store, said("hello", 7, kind="echo"))
    assert rows(database, "SELECT status FROM outbox") == [("sent",)]
    assert await pending(store) == []


async def test_other_words_than_those_under_way_are_a_persons(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    await commit(store, speaks((await pending(store))[0], "hello"))
    await take(store)
    await put(store, said("Bo here", 7, kind="echo"))
    assert rows(database, "SELECT status FROM outbox") == [("sending",)]
    assert len(await pending(store)) == 1


async def test_a_body_put_aside_is_kept_whole(store: Store, database: Path) -> None:
    await store.dead_letter("page", b"\x00\xff{", "not JSON", NOW)
    assert rows(database, "SELECT account, raw, reason FROM dead_letters") == [("page", b"\x00\xff{", "not JSON")]


async def test_pruning_forgets_old_days_and_old_arrivals_but_not_the_newest(store: Store, database: Path) -> None:
    for number in (1, 2):
        await put(store, said("hi", number))
        await commit(store, speaks((await pending(store))[0], "hello"))
    await store.prune(NOW + 10 * DAY, keep=DAY)
    assert rows(database, "SELECT count(*) FROM dedupe") == [(2,)]
    assert rows(database, "SELECT id FROM inbox") == [(2,)]
    await store.prune(NOW + 20 * DAY, keep=DAY)
    assert rows(database, "SELECT count(*) FROM dedupe") == [(0,)]


async def _sent(store: Store) -> None:
    """One answer on the platform as p1, sent at NOW."""
    await put(store, said("hi", 1))
    await commit(store, speaks((await pending(store))[0], "hello"))
    [parcel] = await take(store)
    assert await take(store) == []
    await store.exchange([Report(parcel, "sent", platform_id="p1")], ASK, NOW)
