"""WhatsApp beside pywa: what we render is, key by key, what its client sends for the same message."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pywa.types import templates
from pywa_async import WhatsApp, types

from chatbot.channels.registry import renderer
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.types import Attachment, Button, Message, MessageTemplate, TemplateButton, TemplateValue

WHO = "15551230000"
theirs: Any = templates
"""Its types say nothing of how its own documentation fills a template in."""
PHOTO = "https://shop.example/1.png"
ENVELOPE = frozenset({"messaging_product", "recipient_type", "to", "biz_opaque_callback_data"})
OURS_ALONE = frozenset({"preview_url"})
"""Said by us where it is the platform's default."""

Send = Callable[[WhatsApp], Awaitable[Any]]


@pytest.fixture
async def fake() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as opened:
        opened.templates |= {"shipped"}
        yield opened


@pytest.fixture
async def client(fake: FakeWhatsApp) -> AsyncIterator[WhatsApp]:
    made = WhatsApp(phone_id=fake.phone_number_id, token=fake.token, server=None, verify_token="v")
    made.api._session.base_url = f"{fake.url}/v25.0"
    yield made
    await made.api._session.aclose()


def bare(value: Any) -> Any:
    """Without what is empty, what is the default, and what delivery adds; of one case where the platform minds none."""
    if isinstance(value, list | tuple):
        return [bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: bare(each) for key, each in value.items() if key not in OURS_ALONE | ENVELOPE}
    plain = {key: str(each).lower() if key in {"type", "sub_type", "index"} else each for key, each in kept.items()}
    return {key: each for key, each in plain.items() if each not in (None, "", [])}


SHIPPED = MessageTemplate(
    "shipped",
    "en_US",
    body=(TemplateValue("Ana"), TemplateValue("B-77")),
    buttons=(TemplateButton(0, "url", "B-77"), TemplateButton(1, "quick_reply", "HELP")),
)
NAMED = MessageTemplate(
    "shipped", "es", header=(TemplateValue("B-77", "order"),), body=(TemplateValue("Ana", "first_name"),)
)
CASES: dict[str, tuple[Message, Send]] = {
    "text": (Message("Hello"), lambda wa: wa.send_message(WHO, "Hello")),
    "buttons": (
        Message("Which?", options=(Button("Yes", "y"), Button("No", "n"))),
        lambda wa: wa.send_message(WHO, "Which?", buttons=[types.Button("Yes", "y"), types.Button("No", "n")]),
    ),
    "list": (
        Message("Which?", options=(Button("Red", "r", text="the warm one"), Button("Blue", "b"))),
        lambda wa: wa.send_message(
            WHO,
            "Which?",
            buttons=types.SectionList(
                "☰",
                [types.Section("☰", [types.SectionRow("Red", "r", "the warm one"), types.SectionRow("Blue", "b")])],
            ),
        ),
    ),
    "link": (
        Message("The shop", buttons=(Button("Open", url="https://shop.example"),)),
        lambda wa: wa.send_message(WHO, "The shop", buttons=types.URLButton("Open", "https://shop.example")),
    ),
    "picture": (
        Message("A hat", attachment=Attachment("image", PHOTO)),
        lambda wa: wa.send_image(WHO, PHOTO, caption="A hat"),
    ),
    "picture over buttons": (
        Message("A hat", options=(Button("Buy", "b"),), attachment=Attachment("image", PHOTO)),
        lambda wa: wa.send_image(WHO, PHOTO, caption="A hat", buttons=[types.Button("Buy", "b")]),
    ),
    "document": (
        Message("Yours", attachment=Attachment("file", "https://shop.example/i.pdf", "Invoice.pdf")),
        lambda wa: wa.send_document(WHO, "https://shop.example/i.pdf", filename="Invoice.pdf", caption="Yours"),
    ),
    "place": (
        Message(attachment=Attachment("location", "", "Shop", 1.5, 2.5, address="Main St 1")),
        lambda wa: wa.send_location(WHO, 1.5, 2.5, "Shop", "Main St 1"),
    ),
    "template": (
        Message("Hi Ana", template=SHIPPED),
        lambda wa: wa.send_template(
            WHO,
            "shipped",
            theirs.TemplateLanguage.ENGLISH_US,
            [
                theirs.BodyText("Hi {{1}}, {{2}}.", "x", "y").params("Ana", "B-77"),
                theirs.URLButton(
                    text="Track", url="https://shop.example/{{1}}", example="https://shop.example/1"
                ).params(url_variable="B-77", index=0),
                theirs.QuickReplyButton(text="Help").params(callback_data="HELP", index=1),
            ],
        ),
    ),
    "template of names": (
        Message("Hola Ana", template=NAMED),
        lambda wa: wa.send_template(
            WHO,
            "shipped",
            theirs.TemplateLanguage.SPANISH,
            [
                theirs.HeaderText("{{order}}!", order="x").params(order="B-77"),
                theirs.BodyText("Hola {{first_name}}.", first_name="x").params(first_name="Ana"),
            ],
        ),
    ),
    "template under a picture": (
        Message("Hi", attachment=Attachment("image", PHOTO), template=MessageTemplate("shipped", "en_US")),
        lambda wa: wa.send_template(
            WHO,
            "shipped",
            theirs.TemplateLanguage.ENGLISH_US,
            [theirs.HeaderImage(example=PHOTO).params(image=PHOTO)],
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_both_send_the_same(fake: FakeWhatsApp, client: WhatsApp, name: str) -> None:
    message, send = CASES[name]
    fake.customer_wrote(WHO)
    await send(client)
    [ours] = renderer("whatsapp").render(message)
    assert bare(json.loads(json.dumps(ours))) == bare(fake.sent[0].message)
