"""The store port: forgetting a contact leaves nothing that says what was said or who they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from chatbot.conversation.ledgers import Deletion
from chatbot.conversation.record import Result
from chatbot.conversation.store import Ask, Outcome, Report, Slots, Store
from chatbot.types import Alert, Attachment, Call, Consent, HandOff, Milestone, StartTimer, Tag
from tests.conversation.path_kit import ACCOUNT, NOW, said
from tests.storage.store_kit import ASK, commit, pending, put, rows, speaks, take, with_record

SECRET = "4111-1111"


CONSENTS = (Consent("record", "news", "May we?"), Consent("refuse", "offers", "And offers?"))


async def lived(store: Store) -> None:
    """A conversation that left something in every table."""
    photo = Attachment("image", f"https://files.example/{SECRET}")
    await put(store, said(SECRET, 1, kind="attachment", attachments=(photo,)))
    [work] = await pending(store)
    outcome = speaks(
        work, f"You said {SECRET}", contact={"name": SECRET}, consent=CONSENTS,
        tags=(Tag(SECRET),), milestones=(Milestone("goal", "sold", 1.0, {"card": SECRET}),),
        call=Call(1, "GET", "shop", f"/{SECRET}", deadline_at=NOW + 9_000), start_timers=(StartTimer("t", NOW + 9, 1),),
        entered=HandOff("default", note=SECRET),
    )  # fmt: skip
    outcome = with_record(outcome, control="queued", call=1, state=f'{{"slots": "{SECRET}"}}'.encode())
    assert await commit(store, outcome) == [True]
    [parcel] = await take(store)
    await store.exchange([Report(parcel, "sent", "p1")], Ask({}), NOW)
    await put(store, said(SECRET, 2))
    [work] = await pending(store)
    parked = Outcome(work, Result(work.record, parked=True), NOW)
    assert await commit(store, parked) == [True]
    await put(store, said(SECRET, 3, kind="group"))
    await put(store, said("hi", 9, contact="bo"))


def everything(database: Path) -> str:
    with closing(sqlite3.connect(database)) as conn:
        return "\n".join(conn.iterdump())


async def test_nothing_of_it_is_left_and_others_are_left_alone(store: Store, database: Path) -> None:
    await lived(store)
    assert SECRET in everything(database)
    assert await store.erase(ACCOUNT, ["nobody", "ana", "ana"], NOW + 5) == 1
    left = everything(database)
    assert SECRET not in left
    assert "You said" not in left
    assert rows(database, "SELECT external FROM identities ORDER BY id") == [("ana",), ("bo",)]
    assert rows(database, "SELECT profile FROM contacts ORDER BY id") == [('{"consent":{"offers":false}}',), ("{}",)]
    assert rows(database, "SELECT action, purpose FROM consents") == [("record", "news"), ("refuse", "offers")]
    assert rows(database, "SELECT count(*) FROM timers") == [(0,)]
    assert [work.record.key.contact for work in await pending(store)] == ["bo"]
    assert (await store.exchange_calls([], Slots(5), NOW)).calls == []


async def test_a_forgotten_contact_can_write_again_and_begins_anew(store: Store) -> None:
    await lived(store)
    await store.erase(ACCOUNT, ["ana"], NOW)
    await put(store, said("hello again", 20))
    work = next(work for work in await pending(store) if work.record.key.contact == "ana")
    assert (work.record.state, work.record.call) == (b"", None)
    assert await commit(store, speaks(work, "hello")) == [True]


async def test_a_turn_that_was_computed_before_the_erasure_is_out_of_date(store: Store) -> None:
    await put(store, said(SECRET, 1))
    [work] = await pending(store)
    await store.erase(ACCOUNT, ["ana"], NOW)
    assert await commit(store, speaks(work, f"You said {SECRET}")) == [False]


async def test_who_asks_in_the_conversation_is_forgotten_with_the_turn_and_still_told(
    store: Store, database: Path
) -> None:
    await put(store, said(SECRET, 1))
    [work] = await pending(store)
    await commit(store, speaks(work, f"You said {SECRET}", contact={"name": SECRET}))
    [parcel] = await take(store)
    await store.exchange([Report(parcel, "sent", "p1")], Ask({}), NOW)
    await put(store, said("yes, delete it", 2))
    [work] = await pending(store)
    done = speaks(work, "It is deleted.", author="system", consent=(Consent("erase"),))
    assert await commit(store, done) == [True]
    assert [parcel.body["text"] for parcel in await take(store)] == ["It is deleted."]
    left = everything(database)
    assert SECRET not in left
    assert "yes, delete it" not in left


async def test_their_own_view_of_the_conversation_is_empty(store: Store) -> None:
    await lived(store)
    await store.erase(ACCOUNT, ["ana"], NOW)
    assert await store.lines_after(ACCOUNT, "ana", 0, 50) == []


async def test_what_was_taken_up_is_not_kept_a_second_time(store: Store, database: Path) -> None:
    await put(store, said(SECRET, 1))
    [work] = await pending(store)
    await commit(store, speaks(work))
    assert rows(database, "SELECT status, body FROM inbox") == [("done", "")]


async def test_a_wish_is_noted_once_and_forgets_whose_it_was_when_done(store: Store, database: Path) -> None:
    wish = Deletion("c0de", ACCOUNT, "42", NOW)
    assert await store.ask_deletion(wish)
    assert not await store.ask_deletion(replace(wish, asked_at=NOW + 9))
    assert await store.unfinished_deletions() == [wish]
    await store.warn("Who is the app's user 42?", NOW)
    await store.deletion_done("c0de", NOW + 5)
    assert "user 42" not in everything(database)
    assert await store.unfinished_deletions() == []
    assert await store.deletion("c0de") == Deletion("c0de", ACCOUNT, "", NOW, NOW + 5)
    assert await store.deletion("other") is None


async def test_at_the_platforms_word_nothing_that_waits_goes_out_and_nothing_is_sent_twice(
    store: Store, database: Path
) -> None:
    await put(store, said("hi", 1))
    [work] = await pending(store)
    await commit(store, speaks(work, f"under way {SECRET}", f"waits {SECRET}"))
    [parcel] = await take(store, NOW, ASK)
    await put(store, said(f"unread {SECRET}", 2))
    await store.erase(ACCOUNT, ["ana"], NOW)
    assert await take(store, NOW, ASK) == []
    assert await pending(store) == []
    await store.exchange([Report(parcel, "retry", next_try_at=NOW + 1, error="later")], Ask({}), NOW)
    assert await take(store, NOW + 5, ASK) == []
    assert SECRET not in everything(database)


async def test_alerts_and_dead_letters_tell_nothing_of_them(store: Store, database: Path) -> None:
    await put(store, said(SECRET, 1))
    [work] = await pending(store)
    result = Result(work.record, alerts=(Alert(f"They said {SECRET}"),))
    await commit(store, Outcome(work, result, NOW, dead="failed 3 times"))
    await store.dead_letter(ACCOUNT, f'{{"from": "ana-77", "text": "{SECRET}"}}'.encode(), "unreadable", NOW)
    await store.dead_letter(ACCOUNT, b'{"from": "ana-77-other"}', "unreadable", NOW)
    await store.erase(ACCOUNT, ["ana", "ana-77"], NOW + 5)
    assert SECRET not in everything(database)
    assert rows(database, "SELECT length(raw) > 0 FROM dead_letters") == [(0,), (0,), (1,)]


async def test_a_letter_under_a_former_number_is_theirs_as_long_as_the_number_was(store: Store, database: Path) -> None:
    await put(store, said("hi", 1, contact="old"), said("", 2, contact="old", kind="system"))
    for _ in range(2):
        [work] = await pending(store)
        changed = work.arrival.inbound is not None and work.arrival.inbound.kind == "system"
        outcome = Outcome(work, Result(work.record, external="new" if changed else ""), NOW)
        at = NOW + 10 if changed else NOW
        if changed:
            await store.dead_letter(ACCOUNT, b'{"from": "old", "text": "theirs"}', "unreadable", NOW + 5)
        assert await commit(store, outcome, now=at) == [True]
    await store.dead_letter(ACCOUNT, b'{"from": "old", "text": "of who has the number now"}', "unreadable", NOW + 20)
    assert await store.erase(ACCOUNT, ["new"], NOW + 30) == 1
    assert rows(database, "SELECT length(raw) > 0 FROM dead_letters ORDER BY id") == [(0,), (1,)]
    assert rows(database, "SELECT count(*) FROM former_ids") == [(0,)]


async def test_who_asks_under_a_new_number_is_forgotten_under_the_old_one(store: Store, database: Path) -> None:
    """Their turns are counted one by one, so that the turn which says it is done has a namesake in the other."""
    await put(store, said(SECRET, 1, contact="old"), said("hi", 2, contact="new"))
    for _ in range(2):
        for work in await pending(store):
            contact = work.record.key.contact
            await commit(store, speaks(work, f"{contact} said {SECRET}"))
    await put(store, said("", 3, contact="old", kind="system"), said("delete", 4, contact="new"))
    change, wish = await pending(store)
    renamed = Outcome(change, Result(change.record, external="new"), NOW)
    assert await commit(store, renamed) == [True]
    done = speaks(wish, "It is deleted.", author="system", consent=(Consent("erase"),))
    assert await commit(store, done, now=NOW + 5) == [True]
    assert SECRET not in everything(database)
    assert [parcel.body["text"] for parcel in await take(store, NOW + 9)] == ["It is deleted."]


async def test_a_wish_for_no_messages_outlives_the_erasure_that_overtakes_it(store: Store) -> None:
    await put(store, said(SECRET, 1), said("", 2, kind="opt_out"))
    await store.erase(ACCOUNT, ["ana"], NOW)
    assert [work.arrival.inbound.kind for work in await pending(store) if work.arrival.inbound] == ["opt_out"]


async def test_the_page_shows_that_it_is_done_and_nothing_else(store: Store) -> None:
    await put(store, said(SECRET, 1))
    [work] = await pending(store)
    await commit(store, speaks(work, f"You said {SECRET}"))
    await put(store, said("yes, delete it", 2))
    [work] = await pending(store)
    done = speaks(work, "It is deleted.", author="system", consent=(Consent("erase"),))
    assert await commit(store, done) == [True]
    for parcel in await take(store):
        await store.exchange([Report(parcel, "sent", "p9")], Ask({}), NOW)
    assert [line.message.text for line in await store.lines_after(ACCOUNT, "ana", 0, 50)] == ["It is deleted."]
