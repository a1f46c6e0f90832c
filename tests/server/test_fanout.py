"""One address for an app with several accounts: each hears its own, and nobody speaks for another app."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from chatbot.channels.registry import open_channel
from chatbot.server.webhooks import Webhooks
from chatbot.testing.fake_bridge import FakeBridge
from chatbot.testing.fake_instagram import FakeInstagram
from chatbot.testing.fake_messenger import FakeMessenger, sign
from chatbot.testing.fake_platform import FakePlatform, Post
from chatbot.testing.fake_tiktok import FakeTikTok
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX
from chatbot.types import Inbound

PAIRS: dict[str, tuple[FakePlatform, FakePlatform]] = {
    "messenger": (FakeMessenger(), FakeMessenger(page_id="222")),
    "instagram": (FakeInstagram(), FakeInstagram(page_id="222")),
    "whatsapp": (FakeWhatsApp(), FakeWhatsApp(phone_number_id="222")),
    "x": (FakeX(), FakeX(user_id="222")),
    "tiktok": (FakeTikTok(), FakeTikTok(business_id="222")),
    "products": (FakeMessenger(), FakeInstagram(page_id="222")),
}


class House:
    def __init__(self) -> None:
        self.stored: list[tuple[str, Inbound]] = []
        self.refuse = ""
        self.channels: dict[str, Any] = {}

    async def accept(self, account: str, inbounds: Sequence[Inbound], raw: bytes) -> None:
        await asyncio.sleep(0)
        if account == self.refuse:
            raise OSError("no room")
        self.stored += [(account, inbound) for inbound in inbounds]

    async def dead_letter(self, account: str, raw: bytes, reason: str) -> None:
        raise AssertionError(reason)

    def heard(self) -> list[tuple[str, str]]:
        return [(account, inbound.text) for account, inbound in self.stored if inbound.kind != "ignored"]

    async def gets(self, account: str, post: Post) -> int:
        headers, raw = post
        app = web.Application()
        app.router.add_routes(Webhooks(self.channels, self.accept, self.dead_letter).routes())
        async with (
            serving(app) as url,
            aiohttp.ClientSession() as session,
            session.post(f"{url}/webhooks/{account}", data=raw, headers=headers) as response,
        ):
            return response.status


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def house(**accounts: dict[str, str]) -> House:
    made = House()
    made.channels = {
        name: open_channel(name, {key: value for key, value in settings.items() if key != "api_url"})
        for name, settings in accounts.items()
    }
    return made


@pytest.mark.parametrize("kind", PAIRS)
async def test_what_is_for_another_account_of_the_app_goes_there(kind: str) -> None:
    one, other = PAIRS[kind]
    ours = house(one=one.settings, other=other.settings)
    assert await ours.gets("one", one.signed([one.message("7", "for one")])[0]) == 200
    assert await ours.gets("one", other.signed([other.message("7", "for the other")])[0]) == 200
    assert ours.heard() == [("one", "for one"), ("other", "for the other")]
    assert all(inbound.key.account == account for account, inbound in ours.stored)


def body_for_two_pages() -> Post:
    entries = []
    for page, word in zip(PAIRS["messenger"], ("for one", "for the other"), strict=True):
        entries += json.loads(page.signed([page.message("7", word)])[0][1])["entry"]
    return sign({"object": "page", "entry": entries}, "fake-app-secret")


async def test_one_body_for_two_pages_is_shared_out() -> None:
    one, other = PAIRS["messenger"]
    ours = house(one=one.settings, other=other.settings)
    assert await ours.gets("one", body_for_two_pages()) == 200
    assert sorted(ours.heard()) == [("one", "for one"), ("other", "for the other")]
    assert not any(inbound.kind == "ignored" for _, inbound in ours.stored)


async def test_another_apps_secret_speaks_for_nobody_else() -> None:
    one, other = FakeMessenger(), FakeMessenger(page_id="222", app_secret="another app's")
    ours = house(one=one.settings, other=other.settings)
    forged = json.loads(other.signed([other.message("7", "forged")])[0][1])
    assert await ours.gets("one", sign(forged, one.app_secret)) == 200
    assert ours.heard() == []
    assert [(account, inbound.reason) for account, inbound in ours.stored] == [("one", "of another account")]


async def test_an_account_of_nobody_stays_ignored() -> None:
    one, stranger = FakeWhatsApp(), FakeWhatsApp(phone_number_id="333")
    ours = house(one=one.settings, other=PAIRS["whatsapp"][1].settings)
    assert await ours.gets("one", stranger.signed([stranger.message("7", "hello")])[0]) == 200
    assert [(account, inbound.kind) for account, inbound in ours.stored] == [("one", "ignored")]


async def test_what_one_account_cannot_store_is_asked_for_again() -> None:
    one, other = PAIRS["messenger"]
    ours = house(one=one.settings, other=other.settings)
    ours.refuse = "other"
    assert await ours.gets("one", other.signed([other.message("7", "for the other")])[0]) == 503


async def test_a_partner_names_the_account() -> None:
    partner = FakeBridge()
    settings = {**partner.settings, "api_url": "https://partner.example"}
    ours = House()
    ours.channels = {name: open_channel(name, {**settings, "account_id": name}) for name in ("one", "other")}
    for events in ([partner.message("7", "a", account="other"), partner.message("7", "b")],):
        assert await ours.gets("one", partner.batch(events)) == 200
    assert sorted(ours.heard()) == [("one", "b"), ("other", "a")], "what names no account is for the address"


async def test_a_fault_of_another_account_costs_this_one_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = PAIRS["messenger"]
    ours = house(one=one.settings, other=other.settings)

    def broken(raw: bytes) -> Sequence[Inbound]:
        raise ZeroDivisionError

    monkeypatch.setattr(ours.channels["other"], "parse", broken)
    assert await ours.gets("one", body_for_two_pages()) == 200
    assert ours.heard() == [("one", "for one")]
