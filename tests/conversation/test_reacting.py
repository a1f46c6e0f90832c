"""An emoji of a person's on what the customer wrote last: sent, listed, and no answer."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path as File

import pytest

from chatbot.conversation.path import Path
from chatbot.errors import Refused
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Attachment, Inbound
from tests.conversation.path_kit import ACCOUNT, Ticking, counting_turn, make_path, said
from tests.conversation.test_long_payloads import Renders
from tests.storage.store_kit import rows

HOUR = 3_600_000
PHOTO = said("", 2, kind="attachment", attachments=(Attachment("image", "https://x.example/a"),))
PRESSED = said("Red", 3, kind="button", payload="RED")


@asynccontextmanager
async def at_the_desk(store: SqliteStore, channel: Renders, *heard: Inbound) -> AsyncIterator[tuple[Path, Ticking]]:
    """Bo holds the conversation of a customer who has said these things."""
    clock = Ticking()
    path = make_path(store, clock, [channel], turn=counting_turn)
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 1)])
        await path.quiet()
        await path.handoffs.claim(1, "bo")
        for each in heard:
            await path.accept(ACCOUNT, [each])
            await path.quiet()
        channel.bodies.clear()
        yield path, clock


@pytest.mark.parametrize(("heard", "about"), [((), "m1"), ((PHOTO,), "m2")])
async def test_it_stands_on_what_the_customer_wrote_or_sent_last(
    store: SqliteStore, heard: tuple[Inbound, ...], about: str
) -> None:
    channel = Renders(kind="whatsapp")
    async with at_the_desk(store, channel, *heard) as (path, _):
        shown = await path.handoffs.react(1, "bo", "👍")
        await path.quiet()
        assert (shown.lines[-1].author, shown.lines[-1].text) == ("person", "Reacted with 👍.")
        await path.handoffs.react(1, "bo", "")
        await path.quiet()
    assert channel.bodies == [
        {"type": "reaction", "reaction": {"message_id": about, "emoji": emoji}} for emoji in ("👍", "")
    ]


async def test_it_is_no_answer_and_the_customer_waits_on(store: SqliteStore, database: File) -> None:
    async with at_the_desk(store, Renders(kind="telegram"), said("hello?", 2)) as (path, _):
        await path.handoffs.react(1, "bo", "👍")
        await path.quiet()
        waits = "SELECT waiting_since IS NOT NULL, first_reply_at FROM conversations c JOIN handoffs h"
        assert rows(database, waits) == [(1, None)]
        await path.handoffs.reply(1, "bo", "Here I am.")
        await path.quiet()
        [(waiting, replied_at)] = rows(database, waits)
        assert (waiting, replied_at is None) == (0, False)


@pytest.mark.parametrize(
    ("kind", "heard", "emoji", "why"),
    [
        ("x", (), "👍", "takes no reactions"),
        ("telegram", (PRESSED,), "👍", "no message"),
        ("telegram", (), "🥦", "telegram takes 👍 👎"),
        ("whatsapp", (), "ok", "any emoji"),
        ("whatsapp", (), "👍👍", "any emoji"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_sent(
    store: SqliteStore, kind: str, heard: tuple[Inbound, ...], emoji: str, why: str
) -> None:
    channel = Renders(kind=kind)
    async with at_the_desk(store, channel, *heard) as (path, _):
        with pytest.raises((Refused, ValueError), match=why):
            await path.handoffs.react(1, "bo", emoji)
        with pytest.raises((Refused, ValueError)):
            await path.handoffs.react(1, "cy", "👍")
    assert channel.bodies == []


async def test_it_ends_with_the_window_also_where_words_of_a_person_may_go_on(store: SqliteStore) -> None:
    channel = Tagging(kind="messenger")
    async with at_the_desk(store, channel) as (path, clock):
        clock.now += 25 * HOUR
        with pytest.raises(Refused, match="window"):
            await path.handoffs.react(1, "bo", "👍")
    assert channel.bodies == []


@dataclasses.dataclass
class Tagging(Renders):
    """An account whose people may answer after the window."""

    human_agent: bool = True

    async def send(self, recipient: str, body: object, reference: str, *, human_agent: bool = False) -> str:
        return await super().send(recipient, body, reference)
