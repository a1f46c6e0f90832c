"""Message templates between bot.yaml and WhatsApp: submitted, waited for, and told apart from what was approved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from chatbot.accounts import Accounts
from chatbot.channels.registry import open_channel
from chatbot.channels.setup import Templated
from chatbot.channels.whatsapp.templates import submission
from chatbot.content.bot_file import TemplateText
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.whatsapp_rules import check_template

SHIPPED = {
    "category": "utility",
    "body": {"en_US": "Hi {1}, order {{2}} has left.", "es": "Hola {1}, el pedido {2} ha salido."},
    "header": "Order {number}",
    "footer": "Acme Books",
    "buttons": [
        {"title": "Track it", "url": "https://acme.example/track/{number}"},
        {"title": "Call us", "phone": "+34600123123"},
        {"title": "Help", "intent": "help"},
    ],
}


@pytest.fixture
async def fake() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as opened:
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def accounts(fake: FakeWhatsApp, session: aiohttp.ClientSession, **templates: Mapping[str, Any]) -> Accounts:
    settings = {**fake.settings, "business_account_id": "102290129340398"}
    channel = open_channel("acct", settings, session)
    assert isinstance(channel, Templated)
    channel.expect_templates({name: TemplateText.model_validate(each) for name, each in templates.items()}, "en")
    return Accounts({"acct": channel}, "https://bot.invalid", session)


async def told(made: Accounts, name: str) -> list[tuple[str, str]]:
    """What is said of one template: level and words."""
    [shown] = (await made.status())["accounts"]
    return [(fact["level"], fact["says"]) for fact in shown["facts"] if f"template {name}" in fact["says"]]


async def test_what_is_missing_is_submitted_in_each_language_and_then_waits(
    fake: FakeWhatsApp, session: aiohttp.ClientSession
) -> None:
    made = accounts(fake, session, order_shipped=SHIPPED)
    assert await told(made, "order_shipped") == [
        ("warn", "the template order_shipped (en_US) is not there"),
        ("warn", "the template order_shipped (es) is not there"),
    ]
    assert fake.submitted == {}, "looking changes nothing"
    done = (await made.setup("acct"))["done"]
    assert {"says": "submit the template order_shipped in es for approval", "error": ""} in done
    assert set(fake.submitted) == {("order_shipped", "en_US"), ("order_shipped", "es")}
    assert [level for level, says in await told(made, "order_shipped") if "waits for approval" in says] == ["warn"] * 2
    fake.approve("order_shipped", "es")
    assert ("ok", "the template order_shipped (es) is approved") in await told(made, "order_shipped")


@pytest.mark.parametrize(
    ("there", "level", "says"),
    [
        ({}, "ok", "is approved"),
        ({"components": [{"type": "BODY", "text": "Hi {{1}}, it left."}]}, "fail", "has another body there"),
        ({"status": "REJECTED"}, "fail", "is rejected"),
        ({"status": "PAUSED"}, "fail", "is paused"),
        ({"category": "MARKETING"}, "warn", "is of the category marketing there"),
    ],
)
async def test_what_stands_there_is_compared(
    fake: FakeWhatsApp, session: aiohttp.ClientSession, there: dict[str, Any], level: str, says: str
) -> None:
    plain = {"category": "utility", "body": "Hi {1}, order {2} has left."}
    found = {**submission("order_shipped", TemplateText.model_validate(plain), "en"), "status": "APPROVED", **there}
    fake.submitted["another", "en"] = {"name": "another", "language": "en"}
    fake.submitted["order_shipped", "en"] = found
    made = accounts(fake, session, order_shipped=plain)
    assert await told(made, "order_shipped") == [(level, f"the template order_shipped (en) {says}")]


@pytest.mark.parametrize("more", [{"media": "image"}, {"category": "authentication"}])
async def test_what_needs_more_than_words_is_for_a_person_to_submit(
    fake: FakeWhatsApp, session: aiohttp.ClientSession, more: dict[str, Any]
) -> None:
    made = accounts(fake, session, code={"category": "utility", "body": "It is {1} today.", **more})
    [shown] = (await made.status())["accounts"]
    [fact] = [fact for fact in shown["facts"] if "template code" in fact["says"]]
    assert "WhatsApp Manager" in fact["advice"]
    assert not [step for step in shown["steps"] if "template" in step]


def test_a_submission_has_the_form_that_meta_documents() -> None:
    made = submission("order_shipped", TemplateText.model_validate(SHIPPED), "en_US")
    check_template(made)
    assert made == {
        "name": "order_shipped",
        "language": "en_US",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "Order {{1}}",
                "example": {"header_text": ["sample 1"]},
            },
            {
                "type": "BODY",
                "text": "Hi {{1}}, order {{2}} has left.",
                "example": {"body_text": [["sample 1", "sample 2"]]},
            },
            {"type": "FOOTER", "text": "Acme Books"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {
                        "type": "URL",
                        "text": "Track it",
                        "url": "https://acme.example/track/{{1}}",
                        "example": ["https://acme.example/track/sample"],
                    },
                    {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+34600123123"},
                    {"type": "QUICK_REPLY", "text": "Help"},
                ],
            },
        ],
    }


def test_named_holes_are_submitted_by_their_names() -> None:
    named = {"category": "marketing", "header": "For {name}", "body": "Hi { name }, {thing} is here."}
    made = submission("news", TemplateText.model_validate(named), "en")
    check_template(made)
    assert made["parameter_format"] == "NAMED"
    assert made["components"][1] == {
        "type": "BODY",
        "text": "Hi {{name}}, {{thing}} is here.",
        "example": {
            "body_text_named_params": [
                {"param_name": "name", "example": "name"},
                {"param_name": "thing", "example": "thing"},
            ]
        },
    }
