"""Edits, deletions, reactions, new ids and switches: what asks for no answer changes what is known all the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path as File
from typing import Any

import pytest

from chatbot.errors import PlatformError
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Attachment, Inbound
from tests.conversation.house import House
from tests.conversation.path_kit import ACCOUNT, NOW, FakeCaller, FakeChannel, Ticking, make_path, said, until
from tests.storage.store_kit import letter, rows

LINES = (
    "SELECT text, body, edited_at IS NOT NULL, deleted_at IS NOT NULL, reaction FROM messages WHERE author = 'customer'"
)


def edited(number: int, of: int, text: str, **more: Any) -> Inbound:
    return said(text, number, kind="edit", refers_to=f"m{of}", **more)


def deleted(number: int, of: int) -> Inbound:
    return said("", number, kind="delete", refers_to=f"m{of}")


async def test_a_message_that_was_taken_back_leaves_the_transcript_and_its_line_stays(tmp_path: File) -> None:
    house = House(tmp_path)
    photo = Attachment("image", "https://files.example/private.png")
    await house.plays(said("my secret", 1, kind="attachment", attachments=(photo,)), deleted(2, 1))
    assert house.rows(LINES) == [("", "", 0, 1, "")]
    assert house.rows("SELECT count(*) FROM events WHERE body || trace LIKE '%secret%' OR body LIKE '%private%'") == [
        (0,)
    ]


async def test_an_edit_of_what_was_answered_changes_the_transcript_and_nothing_else(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), edited(2, 1, "agent"))
    assert house.rows(LINES) == [("agent", "", 1, 0, "")]
    assert house.rows("SELECT control FROM conversations") == [("bot",)]
    assert len(house.channel.sent) == 2  # the greeting


async def test_an_edit_of_what_nobody_has_answered_is_read_again(tmp_path: File) -> None:
    """The bot's first answer is on its way back from the platform as undelivered: nothing was said yet."""
    house = House(tmp_path)
    await house.plays(said("hello", 1), said("agent", 2), "claim", "Hi", said("thnx", 3), edited(4, 3, "stop"))
    assert house.rows("SELECT action FROM consents") == [("opt_out",)]
    assert house.rows(LINES)[-1] == ("stop", "", 1, 0, "")
    assert len(house.rows(LINES)) == 3


async def test_an_edit_or_deletion_of_what_waits_for_a_call_changes_it_before_it_is_read(
    store: SqliteStore, database: File
) -> None:
    channel, gate = FakeChannel(), asyncio.Event()
    path = make_path(store, Ticking(), [channel], FakeCaller(script=[gate]))
    async with path.running():
        await path.accept(ACCOUNT, [said("call GET 0 60000", 1), said("forty", 2), said("a slip", 3)])
        await until(lambda: rows(database, "SELECT count(*) FROM inbox WHERE status = 'parked'") == [(2,)])
        await path.accept(ACCOUNT, [edited(4, 2, "fourteen"), deleted(5, 3)])
        await until(lambda: rows(database, "SELECT count(*) FROM inbox WHERE status = 'pending'") == [(0,)])
        gate.set()
        await path.quiet()
    assert channel.texts() == ["1:call GET 0 60000", "2:answer 200", "3:fourteen"]
    assert rows(database, "SELECT count(*) FROM inbox WHERE body LIKE '%slip%'") == [(0,)]


async def test_a_deleted_line_stays_deleted_when_an_older_edit_comes_late(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("my secret", 1), deleted(2, 1), edited(3, 1, "my other secret"))
    assert house.rows(LINES) == [("", "", 0, 1, "")]


async def test_reactions_stand_on_the_message_they_are_about_ours_or_theirs(tmp_path: File) -> None:
    house = House(tmp_path)
    heart = said("❤", 2, kind="reaction", refers_to="p1", payload="react")
    thumb = said("👍", 3, kind="reaction", refers_to="m1", payload="react")
    gone = said("👍", 4, kind="reaction", refers_to="m1", payload="unreact")
    await house.plays(said("hello", 1), heart, thumb)
    assert house.rows("SELECT author, reaction FROM messages WHERE reaction <> ''") == [
        ("customer", "👍"), ("bot", "❤")
    ]  # fmt: skip
    again = House(tmp_path)
    await again.plays(gone)
    assert again.rows("SELECT author, reaction FROM messages WHERE reaction <> ''") == [("bot", "❤")]


async def test_none_of_them_is_a_line_or_opens_a_window(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1))
    [before] = house.rows("SELECT last_in_at FROM conversations")
    later = House(tmp_path)
    later.at += 3_600_000
    await later.plays(edited(2, 1, "hello!"), said("❤", 3, kind="reaction", refers_to="p1"), deleted(4, 1))
    assert later.rows("SELECT last_in_at FROM conversations") == [before]
    assert later.rows("SELECT count(*) FROM messages WHERE author = 'customer'") == [(1,)]


# --- switches and ids -------------------------------------------------------------------------------------


async def test_marketing_stopped_at_the_platform_is_one_purpose_and_no_opt_out(tmp_path: File) -> None:
    house = House(tmp_path)
    stopped = said("", 2, kind="opt_out", payload="marketing_messages", data={"purpose": "marketing"})
    resumed = said("", 3, kind="opt_in", payload="marketing_messages", data={"purpose": "marketing"})
    await house.plays(said("hello", 1), stopped)
    assert house.rows("SELECT json_extract(profile, '$.consent') FROM contacts") == [('{"marketing":false}',)]
    assert house.rows("SELECT opted_out_at FROM contacts") == [(None,)]
    again = House(tmp_path)
    await again.plays(resumed)
    assert again.rows("SELECT action, purpose FROM consents") == [("revoke", "marketing"), ("record", "marketing")]
    assert again.rows("SELECT count(*) FROM messages WHERE author = 'customer'") == [(1,)]
    assert len(house.channel.sent) == 2  # the greeting


async def test_a_block_at_the_platform_is_no_opt_out_and_ends_with_the_next_message(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), said("", 2, kind="opt_out", payload="blocked"))
    assert house.rows("SELECT blocked_at IS NOT NULL FROM conversations") == [(1,)]
    assert house.rows("SELECT count(*) FROM consents") == [(0,)]
    again = House(tmp_path)
    await again.plays(said("hello", 3))
    assert again.rows("SELECT blocked_at FROM conversations") == [(None,)]


async def test_a_block_that_is_taken_back_says_nothing_else(tmp_path: File) -> None:
    house = House(tmp_path)
    back = said("", 3, kind="opt_in", payload="unblocked")
    await house.plays(said("stop", 1), said("", 2, kind="opt_out", payload="blocked"), back)
    assert house.rows("SELECT blocked_at FROM conversations") == [(None,)]
    assert house.rows("SELECT action FROM consents") == [("opt_out",)]
    assert house.rows("SELECT count(*) FROM messages WHERE author = 'customer'") == [(1,)]


async def test_a_platform_that_says_blocked_is_believed_once_and_the_flow_hears_of_it(tmp_path: File) -> None:
    house = House(tmp_path, FakeChannel(script=[PlatformError("blocked", reason="blocked")]))
    await house.plays(said("hello", 1))
    assert house.rows("SELECT blocked_at IS NOT NULL FROM conversations") == [(1,)]
    assert house.channel.sent == []


async def test_a_failure_that_a_receipt_tells_of_comes_back_to_the_flow(store: SqliteStore, database: File) -> None:
    path = make_path(store, Ticking(), [FakeChannel()])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await path.quiet()
        failed = said("not on WhatsApp", 2, kind="failed", refers_to="p1", reason="blocked")
        await path.accept(ACCOUNT, [failed])
        await path.accept(ACCOUNT, [failed])
        await path.quiet()
    assert rows(database, "SELECT status, reason, error FROM outbox") == [("failed", "blocked", "not on WhatsApp")]
    assert rows(database, "SELECT count(*) FROM inbox WHERE source = 'desk'") == [(1,)]


async def test_a_new_number_is_the_same_conversation_and_is_written_to_from_then_on(tmp_path: File) -> None:
    house = House(tmp_path)
    changed = said(
        "", 2, contact="15551", kind="system", payload="user_changed_number", data={"wa_id": "15552", "user_id": "US.2"}
    )
    await house.plays(
        said("hello", 1, contact="15551"), changed, said("what are your opening hours", 3, contact="15552")
    )
    assert house.rows("SELECT external FROM identities") == [("15552",)]
    assert len({text for who, text in house.channel.sent if who == "15552"}) >= 1
    assert house.rows("SELECT count(*) FROM conversations") == [(1,)]


async def test_bodies_that_nobody_knew_go_with_what_was_taken_back_and_with_a_former_number(tmp_path: File) -> None:
    """Nobody could find them later: the line is empty then, and the number another's."""
    house = House(tmp_path)
    strange = said("", 9, contact="", kind="ignored", raw_type="hologram", unknown=True)
    changed = said("", 3, contact="15551", kind="system", payload="user_changed_number", data={"wa_id": "15552"})
    bodies = ('{"about": "m1"}', '{"from": "t_15551"}', '{"about": "m12", "from": "155512"}')
    for number, raw in enumerate(bodies, 20):
        came = letter(replace(strange, message_id=f"s{number}"))
        await house.store.accept([replace(came, raw=raw.encode())], NOW)
    await house.store.dead_letter(ACCOUNT, b'{"about": "m1", "from": "another"}', "unreadable", NOW)
    taken_back = said("", 2, contact="15551", kind="delete", refers_to="m1")
    await house.plays(said("hello", 1, contact="15551"), taken_back, changed)
    assert house.rows("SELECT raw FROM unused_bodies") == [(bodies[2].encode(),)]
    assert house.rows("SELECT length(raw) > 0 FROM dead_letters") == [(1,)], "what is not theirs stays"


async def test_a_new_user_id_changes_only_who_is_known_by_it(tmp_path: File) -> None:
    house = House(tmp_path)
    new = {"user_id": "US.2"}
    await house.plays(
        said("hello", 1, contact="15551"),
        said("hello", 2, contact="US.1"),
        said("", 3, contact="15551", kind="system", payload="user_changed_user_id", data=new),
        said("", 4, contact="US.1", kind="system", payload="user_changed_user_id", data=new),
    )
    assert house.rows("SELECT external FROM identities ORDER BY external") == [("15551",), ("US.2",)]


async def test_a_new_number_that_has_written_before_is_the_same_contact(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(
        said("hello", 1, contact="15551"),
        said("hello", 2, contact="15552"),
        said("", 3, contact="15551", kind="system", payload="user_changed_number", data={"wa_id": "15552"}),
    )
    assert house.rows("SELECT count(DISTINCT contact), count(*) FROM identities") == [(1, 2)]


@pytest.mark.parametrize("stopped", ["15551", "15552"])
async def test_who_wants_no_messages_under_one_number_wants_none_under_the_other(tmp_path: File, stopped: str) -> None:
    house = House(tmp_path)
    await house.plays(
        said("hello", 1, contact="15551"),
        said("hello", 2, contact="15552"),
        said("stop", 3, contact=stopped),
        said("", 4, contact="15551", kind="system", payload="user_changed_number", data={"wa_id": "15552"}),
    )
    [(since, profile)] = house.rows(
        "SELECT DISTINCT p.opted_out_at, p.profile FROM contacts p JOIN identities d ON d.contact = p.id"
    )
    assert since is not None
    assert '"opted_out":true' in str(profile)
    assert house.rows("SELECT action FROM consents c JOIN identities d ON d.contact = c.contact GROUP BY c.id") == [
        ("opt_out",)
    ]


async def test_a_name_that_comes_with_a_message_is_the_contacts_and_later_ones_change_nothing(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(
        said("hello", 1, profile={"name": "Ana Ruiz", "username": "ana", "locale": "en_GB", "age": 7}),
        said("hello", 2, profile={"name": "Somebody Else", "locale": "de"}),
    )
    assert house.rows("SELECT profile FROM contacts") == [('{"name":"Ana Ruiz","username":"ana"}',)]
    assert house.rows("SELECT locale FROM conversations") == [("en_GB",)]
