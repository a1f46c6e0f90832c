"""Events from systems of the business: a signed callback and the API, through a crash, brought twice, and forged."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from chatbot.testing.fake_messenger import FakeMessenger
from tests.journeys.served import Served, project, running, until
from tests.storage.store_kit import rows

PAY = """
flow: pay
start: [{ button: PAY }]
steps:
  - say: "Pay at {callback.paid}"
  - wait: { event: paid }
    save: payment
  - say: "Thank you for {payment.amount} euros."
"""
SHIPPED = """
flow: shipped
start: [{ event: shipped }]
steps:
  - say: "Your parcel {event.code} is on its way."
"""
SOON = """
flow: soon
start: [{ button: SOON }]
steps:
  - remind: shipped
    after: 1s
    with: { code: '"R1"' }
  - say: I will remind you.
"""


@pytest.fixture
async def shop_bot(tmp_path: Path, meta: FakeMessenger) -> AsyncIterator[Served]:
    folder = project(tmp_path / "bot", meta)
    for name, text in (("pay", PAY), ("shipped", SHIPPED), ("soon", SOON)):
        (folder / "flows" / f"{name}.yaml").write_text(text, "utf-8")
    environ = {"SHOP_API_URL": "http://127.0.0.1:9", "CHATBOT_API_TOKEN": "the-token"}
    async with running(folder, environ) as bot:
        yield bot


async def post(url: str, body: object = None, **headers: str) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
        await answer.read()
        return answer.status


async def test_a_payment_arrives_at_its_callback_once_and_after_a_crash(meta: FakeMessenger, shop_bot: Served) -> None:
    page = f"{shop_bot.url}/webhooks/main_page"
    await meta.deliver(page, [meta.postback("7700", "Pay", "PAY")])
    await until(lambda: any("Pay at" in text for text in meta.texts("7700")))
    link = re.search(r"http\S+", meta.texts("7700")[-1])
    assert link is not None

    shop_bot.kill()
    await shop_bot.start()
    forged = link[0][:-4] + "0000"
    assert await post(forged, {"amount": 1}) == 403
    assert await post(link[0].replace("/paid/", "/shipped/"), {"code": "X"}) == 403
    for _ in range(2):
        assert await post(link[0], {"amount": 20}) == 200
    await until(lambda: "Thank you for 20 euros." in meta.texts("7700"))
    await meta.deliver(page, [meta.message("7700", "thanks!")])
    await until(lambda: meta.texts("7700")[-1] != "Thank you for 20 euros.")
    assert meta.texts("7700").count("Thank you for 20 euros.") == 1


async def test_a_shop_tells_of_a_parcel_through_the_api(meta: FakeMessenger, shop_bot: Served) -> None:
    await meta.deliver(f"{shop_bot.url}/webhooks/main_page", [meta.message("7700", "thanks")])
    await until(lambda: len(meta.texts("7700")) >= 2)
    api, said = f"{shop_bot.url}/api/events", {"account": "main_page", "contact": "7700", "event": "shipped"}
    assert await post(api, said) == 401
    assert await post(api, said, Authorization="Bearer guess") == 401
    assert await post(api, [1], Authorization="Bearer the-token") == 400
    assert await post(api, {**said, "account": "nope"}, Authorization="Bearer the-token") == 404
    assert await post(api, {**said, "contact": "@ann"}, Authorization="Bearer the-token") == 400
    assert await post(api, {**said, "contact": "9999"}, Authorization="Bearer the-token") == 404
    for _ in range(3):
        told = {**said, "data": {"code": "X1"}}
        assert await post(api, told, Authorization="Bearer the-token", **{"Idempotency-Key": "n-1"}) == 200
    await until(lambda: "Your parcel X1 is on its way." in meta.texts("7700"))
    assert meta.texts("7700").count("Your parcel X1 is on its way.") == 1


async def test_a_consent_given_elsewhere_is_in_the_ledger_once_and_may_be_taken_back(
    meta: FakeMessenger, shop_bot: Served
) -> None:
    api = f"{shop_bot.url}/api/consents"
    given = {"account": "main_page", "contact": "7701", "action": "opt_in", "purpose": "news", "text": "Send me news."}
    token = {"Authorization": "Bearer the-token"}
    assert await post(api, given, **token) == 404  # on Messenger who has not written cannot be written to
    await meta.deliver(f"{shop_bot.url}/webhooks/main_page", [meta.message("7701", "thanks")])
    await until(lambda: len(meta.texts("7701")) >= 2)
    heard = list(meta.texts("7701"))
    assert await post(api, given) == 401
    assert await post(api, given, Authorization="Bearer \udcff") == 401
    for wrong in (
        {"purpose": ""},
        {"purpose": "opted_out"},
        {"action": "yes"},
        {"contact": ""},
        {"contact": "ann"},
        {"action": 1},
    ):
        assert await post(api, {**given, **wrong}, **token) == 400
    assert await post(api, {**given, "account": "nope"}, **token) == 404

    def ledger() -> list[tuple[object, ...]]:
        return rows(shop_bot.folder / "chatbot.db", "SELECT action, purpose, text FROM consents ORDER BY id")

    for _ in range(2):
        assert await post(api, given, **token, **{"Idempotency-Key": "form-1"}) == 200
    await until(lambda: ledger() == [("record", "news", "Send me news.")])
    out = {**given, "action": "opt_out"}
    for entry in (out, given, out):  # the same words again are a new entry: the last one holds
        assert await post(api, entry, **token) == 200
    assert await post(api, {"account": "main_page", "contact": "7701", "action": "opt_out"}, **token) == 200
    assert await post(api, given, **token) == 200  # a list kept elsewhere lifts no opt-out of everything
    wanted = [("revoke", "news"), ("record", "news"), ("revoke", "news"), ("opt_out", "")]
    await until(lambda: [row[:2] for row in ledger()[1:]] == wanted)
    assert meta.texts("7701") == heard


async def test_the_business_tells_that_two_contacts_are_one_person(meta: FakeMessenger, shop_bot: Served) -> None:
    page, api = f"{shop_bot.url}/webhooks/main_page", f"{shop_bot.url}/api/identities"
    token = {"Authorization": "Bearer the-token"}
    for contact in ("7701", "7702"):
        await meta.deliver(page, [meta.message(contact, "thanks")])
        await until(lambda contact=contact: len(meta.texts(contact)) >= 2)
    two = {"account": "main_page", "contact": "7702", "same_as": {"account": "main_page", "contact": "7701"}}
    assert await post(api, two) == 401
    for wrong, status in (
        ({"same_as": "7701"}, 400),
        ({"same_as": {**two, "contact": "9999"}}, 404),
        ({}, 200),
        ({}, 200),
    ):
        assert await post(api, {**two, **wrong}, **token) == status

    consents = f"{shop_bot.url}/api/consents"
    out = {"account": "main_page", "contact": "7702", "action": "opt_out"}
    assert await post(consents, out, **token) == 200  # who has opted out on one has on both

    def contacts() -> list[tuple[object, ...]]:
        query = "SELECT count(DISTINCT d.contact), count(DISTINCT p.opted_out_at) FROM identities d JOIN contacts p"
        return rows(shop_bot.folder / "chatbot.db", f"{query} ON p.id = d.contact WHERE d.external IN ('7701', '7702')")

    await until(lambda: contacts() == [(1, 1)])


async def test_a_reminder_comes_about_after_a_restart(meta: FakeMessenger, shop_bot: Served) -> None:
    await meta.deliver(f"{shop_bot.url}/webhooks/main_page", [meta.postback("7700", "Soon", "SOON")])
    await until(lambda: "I will remind you." in meta.texts("7700"))
    shop_bot.kill()
    await shop_bot.start()
    await until(lambda: "Your parcel R1 is on its way." in meta.texts("7700"))
