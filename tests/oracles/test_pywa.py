"""WhatsApp beside pywa: both read the same webhooks alike, and our fake takes what its client sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pywa_async import WhatsApp, types
from pywa_async.errors import WhatsAppError
from pywa_async.handlers import CallbackButtonHandler, CallbackSelectionHandler, MessageHandler, MessageStatusHandler
from pywa_async.utils import webhook_updates_validator

from chatbot.channels.whatsapp.parsing import parse
from chatbot.testing.fake_platform import DAY, Event
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.types import Inbound

WHO = "15551230000"
HANDLERS = (MessageHandler, CallbackButtonHandler, CallbackSelectionHandler, MessageStatusHandler)


@pytest.fixture
async def fake() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as opened:
        yield opened


@pytest.fixture
def seen() -> list[Any]:
    return []


@pytest.fixture
async def client(fake: FakeWhatsApp, seen: list[Any]) -> AsyncIterator[WhatsApp]:
    made = WhatsApp(phone_id=fake.phone_number_id, token=fake.token, server=None, verify_token="v")
    made.api._session.base_url = f"{fake.url}/v25.0"

    async def note(_: Any, update: Any) -> None:
        seen.append(update)

    made.add_handlers(*(kind(note) for kind in HANDLERS))
    yield made
    await made.api._session.aclose()


async def both(fake: FakeWhatsApp, client: WhatsApp, seen: list[Any], event: Event) -> tuple[Any, Inbound]:
    [(headers, raw)] = fake.signed([event])
    assert webhook_updates_validator(fake.app_secret, raw, headers["X-Hub-Signature-256"])
    await client.webhook_update_handler(raw)
    [ours] = parse(raw, "acct", fake.phone_number_id)
    return seen[-1], ours


async def test_messages_are_read_alike(fake: FakeWhatsApp, client: WhatsApp, seen: list[Any]) -> None:
    theirs, ours = await both(fake, client, seen, fake.message(WHO, "hi & hello"))
    assert (theirs.id, theirs.text, theirs.from_user.wa_id) == (ours.message_id, ours.text, ours.key.contact)
    assert theirs.timestamp.timestamp() * 1000 == ours.timestamp
    theirs, ours = await both(fake, client, seen, fake.photo(WHO))
    assert (theirs.image.id, theirs.image.mime_type) == (ours.attachments[0].id, ours.attachments[0].mime)
    theirs, ours = await both(fake, client, seen, fake.arrived_by(WHO, "spring"))
    assert ours.referral is not None
    assert (theirs.referral.ctwa_clid, theirs.referral.source_id) == (ours.referral.ref, ours.referral.ad_id)


async def test_presses_are_read_alike(fake: FakeWhatsApp, client: WhatsApp, seen: list[Any]) -> None:
    for event in (fake.press(WHO, "Yes", "y"), fake.row(WHO, "Red", "r")):
        theirs, ours = await both(fake, client, seen, event)
        assert (theirs.data, theirs.title, ours.kind) == (ours.payload, ours.text, "button")


async def test_receipts_are_read_alike(fake: FakeWhatsApp, client: WhatsApp, seen: list[Any]) -> None:
    fake.customer_wrote(WHO)
    sent = await client.send_message(WHO, "Hello", tracker="row-1")
    assert sent.id == fake.sent[0].mid
    for status in ("delivered", "read", "failed"):
        theirs, ours = await both(fake, client, seen, fake.status(fake.sent[0], status))
        assert (theirs.id, theirs.status.value) == (ours.refers_to, ours.kind)
        assert theirs.tracker == ours.metadata == "row-1"


async def test_our_fake_takes_what_their_client_sends(fake: FakeWhatsApp, client: WhatsApp) -> None:
    fake.customer_wrote(WHO)
    await client.send_message(WHO, "Which?", buttons=[types.Button("Yes", "y"), types.Button("No", "n")])
    rows = [types.SectionRow("Red", "r", "the warm one"), types.SectionRow("Blue", "b")]
    await client.send_message(WHO, "Which?", buttons=types.SectionList("Colors", [types.Section("All", rows)]))
    await client.send_message(WHO, "The shop", buttons=types.URLButton("Open", "https://shop.example"))
    await client.send_image(WHO, "https://shop.example/1.png", caption="A hat")
    await client.send_location(WHO, 1.5, 2.5, "Shop", "Main St 1")
    assert [dict(sent.ways) for sent in fake.sent] == [{"Yes": "y", "No": "n"}, {"Red": "r", "Blue": "b"}, {}, {}, {}]
    assert fake.texts(WHO) == ["Which?", "Which?", "The shop", "A hat", ""]


async def test_their_client_understands_our_refusals(fake: FakeWhatsApp, client: WhatsApp) -> None:
    async def code() -> int:
        with pytest.raises(WhatsAppError) as caught:
            await client.send_message(WHO, "Hello")
        return caught.value.code

    assert await code() == 131026
    fake.customer_wrote(WHO, fake._clock() - 2 * DAY)
    assert await code() == 131047
    fake.customer_wrote(WHO)
    fake.mode = "rate"
    assert await code() == 130429
    fake.mode, fake.token = "ok", "another"
    assert await code() == 190
