"""What one commit notes beside the conversation: consent, ratings, milestones, labels, and when a line may go out."""

from __future__ import annotations

from pathlib import Path

from chatbot.conversation.record import Line
from chatbot.conversation.store import Ask, Store
from chatbot.types import Consent, Message, Milestone, Rating, Tag
from tests.conversation.path_kit import ACCOUNT, NOW, said
from tests.storage.store_kit import commit, pending, put, rows, speaks


async def test_consent_is_kept_entry_by_entry_and_as_it_stands(store: Store, database: Path) -> None:
    entries = (Consent("record", "offers", "May we?"), Consent("record", "news"), Consent("opt_out"))
    for number, entry in enumerate(entries):
        await put(store, said("hi", number))
        [work] = await pending(store)
        await commit(store, speaks(work, consent=(entry,)))
    kept = rows(database, "SELECT action, purpose, text FROM consents ORDER BY id")
    assert kept == [("record", "offers", "May we?"), ("record", "news", ""), ("opt_out", "", "")]
    await put(store, said("hi", 9))
    [work] = await pending(store)
    assert work.record.contact["consent"] == {"offers": False, "news": False, "opted_out": True}


async def test_ratings_milestones_and_labels_are_kept(store: Store, database: Path) -> None:
    await put(store, said("hi", 1))
    [work] = await pending(store)
    goal = Milestone("goal", "sold", 9.5, {"hat": 1})
    await commit(
        store, speaks(work, ratings=(Rating("csat", 4, "f"),), milestones=(goal,), tags=(Tag("vip"), Tag("vip")))
    )
    assert rows(database, "SELECT kind, score, flow FROM ratings") == [("csat", 4, "f")]
    assert rows(database, "SELECT kind, name, value, data FROM milestones") == [("goal", "sold", 9.5, '{"hat":1}')]
    await put(store, said("hi", 2))
    [work] = await pending(store)
    assert work.record.contact["tags"] == ["vip"]


async def test_a_message_with_a_delay_waits_so_long(store: Store) -> None:
    await put(store, said("hi", 1))
    [work] = await pending(store)
    line = Line("bot", Message("slow", delay=2_000), ({"text": "slow"},), "f/say:slow")
    await commit(store, speaks(work, lines=(line,)))
    assert (await store.exchange([], Ask({ACCOUNT: 5}), NOW + 1_999)).parcels == []
    assert len((await store.exchange([], Ask({ACCOUNT: 5}), NOW + 2_000)).parcels) == 1


async def test_an_event_from_outside_is_no_word_of_the_customer(store: Store, database: Path) -> None:
    await put(store, said("paid", 1, kind="event"))
    [work] = await pending(store)
    await commit(store, speaks(work))
    assert rows(database, "SELECT author FROM messages WHERE author = 'customer'") == []
    await put(store, said("hi", 2))
    [work] = await pending(store)
    assert work.record.last_in_at is None
