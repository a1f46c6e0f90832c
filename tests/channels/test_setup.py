"""Accounts at their platforms: looking changes nothing, each step puts something right, and then nothing is left."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from chatbot.accounts import Accounts
from chatbot.channels.registry import open_channel
from chatbot.errors import OperatorError, Refused
from chatbot.testing.fake_bridge import FakeBridge
from chatbot.testing.fake_instagram import FakeInstagram
from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.testing.fake_platform import FakePlatform
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_tiktok import FakeTikTok
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX

HOME = "https://bot.invalid"
HOOK = f"{HOME}/webhooks/acct"
BREAKERS = [{"question": "Where is my order?", "payload": "ORDER_STATUS"}]
MENU = [{"title": "My order", "payload": "ORDER_STATUS"}, {"title": "Shop", "url": "https://shop.example"}]
MORE: dict[str, dict[str, Any]] = {
    "messenger": {"app_id": "4242", "ice_breakers": BREAKERS, "menu": MENU, "get_started": "START"},
    "instagram": {"app_id": "4242", "ice_breakers": BREAKERS, "menu": MENU, "login": "instagram"},
    "whatsapp": {"app_id": "4242", "business_account_id": "102290129340398"},
    "telegram": {"commands": {"order": "Check an order"}},
}
FAKES: dict[str, Callable[[], FakePlatform]] = {
    "messenger": FakeMessenger, "instagram": FakeInstagram, "whatsapp": FakeWhatsApp, "telegram": FakeTelegram,
    "x": FakeX, "tiktok": FakeTikTok,
}  # fmt: skip


@pytest.fixture(params=FAKES)
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[FakePlatform]:
    async with FAKES[request.param]() as opened:
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def accounts(fake: FakePlatform, session: aiohttp.ClientSession, public_url: str = HOME, **more: Any) -> Accounts:
    settings = {**fake.settings, **MORE.get(fake.kind, {}), **more}
    return Accounts({"acct": open_channel("acct", settings, session)}, public_url, session)


async def status(made: Accounts) -> Any:
    [shown] = (await made.status())["accounts"]
    return shown


def seen(fake: FakePlatform) -> str:
    """All that a set-up could have changed at the platform."""
    names = ("app", "subscribed", "profile", "webhook", "commands", "callback_url", "webhooks", "subscriptions")
    values = {name: getattr(fake, name) for name in names if hasattr(fake, name)}
    return str({name: getattr(value, "subscriptions", value) for name, value in values.items()})


def told(fake: FakePlatform) -> list[str]:
    """Where the platform calls now."""
    match fake:
        case FakeTelegram():
            return [str(fake.webhook.get("url"))]
        case FakeX():
            return [each["url"] for each in fake.webhooks]
        case FakeTikTok():
            return [fake.callback_url]
        case FakeMessenger() | FakeWhatsApp():
            return [each["callback_url"] for each in fake.app.subscriptions.values()]
    raise AssertionError(fake)


async def test_a_set_up_leaves_nothing_to_do(fake: FakePlatform, session: aiohttp.ClientSession) -> None:
    made = accounts(fake, session)
    before = seen(fake)
    first = await status(made)
    assert first["steps"]
    assert first["facts"][0]["level"] == "ok", "the token works"
    assert seen(fake) == before, "looking changes nothing"
    done = await made.setup("acct")
    assert [step["error"] for step in done["done"]] == [""] * len(first["steps"])
    assert [step["says"] for step in done["done"]] == first["steps"]
    after = await status(made)
    assert after["steps"] == []
    assert told(fake) == [HOOK]
    assert {each["level"] for each in after["facts"] if "healthz" not in each["says"]} == {"ok"}


async def test_a_token_that_does_not_work_is_said_with_what_to_do(
    fake: FakePlatform, session: aiohttp.ClientSession
) -> None:
    wrong = {
        "messenger": {"page_token": "EAAB-wrong"}, "instagram": {"token": "EAAB-wrong"},
        "whatsapp": {"token": "EAAB-wrong"}, "telegram": {"token": "123456:EAAB-wrong"},
        "x": {"refresh_token": "EAAB-wrong"}, "tiktok": {"refresh_token": "EAAB-wrong"},
    }[fake.kind]  # fmt: skip
    shown = await status(accounts(fake, session, **wrong))
    assert shown["facts"][0]["level"] == "fail"
    assert "new token" in shown["facts"][0]["advice"]
    assert shown["steps"] == []
    assert "EAAB-wrong" not in str(shown)


@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("messenger", "pages_messaging"),
        ("instagram", "instagram_manage_messages"),
        ("whatsapp", "whatsapp_business_management"),
    ],
)
async def test_a_permission_that_a_token_of_meta_lacks_is_named_with_what_to_do(
    session: aiohttp.ClientSession, kind: str, lost: str
) -> None:
    async with FAKES[kind]() as fake:
        assert isinstance(fake, FakeMessenger | FakeWhatsApp)
        fake.app.scopes.remove(lost)
        shown = await status(accounts(fake, session, **{"login": "facebook"} if kind == "instagram" else {}))
    [fact] = [each for each in shown["facts"] if "lacks" in each["says"]]
    assert (fact["level"], fact["says"]) == ("fail", f"the token lacks {lost}")
    assert "new token" in fact["advice"]


@pytest.mark.parametrize(("days", "warned"), [(0.0, False), (3.0, True), (59.0, False)])
async def test_people_hear_of_a_token_that_ends_soon(session: aiohttp.ClientSession, days: float, warned: bool) -> None:
    async with FakeWhatsApp() as fake:
        fake.app.ends_at = int(time.time() + days * 86_400) if days else 0
        shown = await status(accounts(fake, session))
    assert any("the token ends on" in each["says"] for each in shown["facts"]) is warned


@pytest.mark.parametrize("public_url", ["", "http://127.0.0.1:8000"])
async def test_without_an_address_of_https_nobody_is_told_to_call(
    fake: FakePlatform, session: aiohttp.ClientSession, public_url: str
) -> None:
    made = accounts(fake, session, public_url)
    shown = await status(made)
    assert shown["webhook"] == ""
    assert "public_url" in str(shown["facts"])
    await made.setup("acct")
    assert [url for url in told(fake) if url and url != "None"] == []


async def test_a_platform_with_troubles_is_told_of_and_not_fatal(
    fake: FakePlatform, session: aiohttp.ClientSession
) -> None:
    fake.mode = "outage"
    shown = await status(accounts(fake, session))
    assert shown["facts"][0]["level"] == "fail"
    fake.mode = "ok"


@pytest.mark.parametrize(
    ("kind", "setting", "more"),
    [
        ("messenger", "page_id", {}),
        ("instagram", "account_id", {"login": "facebook"}),
        ("instagram", "account_id", {"login": "instagram"}),
        ("whatsapp", "phone_number_id", {}),
        ("x", "user_id", {}),
        ("tiktok", "business_id", {}),
    ],
)
async def test_a_token_of_another_account_is_said_with_what_to_do(
    session: aiohttp.ClientSession, kind: str, setting: str, more: dict[str, str]
) -> None:
    """Else every message would be ignored as another account's."""
    async with FAKES[kind]() as fake:
        shown = await status(accounts(fake, session, **{**more, setting: "999"}))
    first = shown["facts"][0]
    assert (first["level"], setting in first["says"], bool(first["advice"])) == ("fail", True, True), first
    assert shown["steps"] == []


async def test_without_the_permission_to_read_it_the_linked_account_is_taken_on_trust(
    session: aiohttp.ClientSession,
) -> None:
    async with FakeInstagram() as fake:
        fake.tells_linked = False
        shown = await status(accounts(fake, session, login="facebook", account_id="999"))
        assert shown["facts"][0]["level"] == "ok"


async def test_used_up_credits_are_no_permission_that_an_app_could_be_given(session: aiohttp.ClientSession) -> None:
    async with FakeX() as fake:
        fake.has_credits = False
        [first, *_] = (await status(accounts(fake, session)))["facts"]
        assert "buy more in X's developer console" in first["says"]


async def test_a_step_that_fails_says_why_and_the_others_are_done() -> None:
    async with FakeMessenger() as fake, aiohttp.ClientSession() as session:
        made = accounts(fake, session)

        fake.app.subscriptions = FailingDict()
        done = (await made.setup("acct"))["done"]
        assert [bool(step["error"]) for step in done] == [True, False, False]
        assert "2200" in done[0]["error"]


class FailingDict(dict[str, Any]):
    """An app whose webhook nobody answers: Meta refuses it."""

    def __setitem__(self, key: str, value: Any) -> None:
        from chatbot.testing.messenger_rules import GraphError  # noqa: PLC0415 - beside its one use

        raise GraphError(2200, "(#2200) callback verification failed")


async def test_the_token_of_another_page_is_noticed() -> None:
    async with FakeMessenger() as fake, aiohttp.ClientSession() as session:
        shown = await status(accounts(fake, session, page_id="1"))
        assert (shown["facts"][0]["level"], shown["steps"]) == ("fail", [])


async def test_what_meta_was_told_before_stays() -> None:
    async with FakeMessenger() as fake, aiohttp.ClientSession() as session:
        fake.subscribed = ["feed", "messages"]
        await accounts(fake, session).setup("acct")
        assert {"feed", "messages", "message_echoes"} <= set(fake.subscribed)


async def test_x_is_asked_to_call_again_where_it_gave_up() -> None:
    async with FakeX() as fake, aiohttp.ClientSession() as session:
        made = accounts(fake, session)
        await made.setup("acct")
        fake.webhooks[0]["valid"] = False
        assert [step["says"] for step in (await made.setup("acct"))["done"]] == ["have X try again"]
        assert fake.webhooks[0]["valid"]


async def test_an_account_that_is_not_there_and_one_with_nothing_to_ask() -> None:
    async with FakeBridge() as fake, aiohttp.ClientSession() as session:
        made = accounts(fake, session)
        shown = await status(made)
        assert [fact["level"] for fact in shown["facts"]] == ["ok"]
        with pytest.raises(Refused, match="acct"):
            await made.status("other")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"menu": [{"title": "Both", "payload": "A", "url": "https://b"}]}, "menu.0"),
        ({"menu": [{"title": "x" * 31, "payload": "A"}]}, "menu.0.title"),
        ({"ice_breakers": BREAKERS * 5}, "ice_breakers"),
    ],
)
def test_a_wrong_menu_is_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        open_channel("acct", {**FakeMessenger().settings, "api_url": "https://graph.facebook.com", **wrong})
    assert f"channels.acct.{said}" in str(caught.value)
