"""Instagram, WhatsApp and Telegram accounts: what they send, and what a platform's refusal means.

A real HTTP server stands in for each platform.
"""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from chatbot.channels.bridge import signature
from chatbot.channels.protocol import Acknowledging, Platform
from chatbot.channels.registry import open_channel
from chatbot.errors import OperatorError, PlatformError
from chatbot.types import Button, Json, Message

WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD = "whsec_b2xkLWtleS1vbGQta2V5LW9sZC1rZXkt"
BOT_TOKEN = "123456:ABC-def_1"


@dataclass
class Standin:
    """Remembers the calls it gets and answers as it is told."""

    url: str = ""
    status: int = 200
    answer: Json = None
    calls: list[tuple[str, str, Any]] = field(default_factory=list)

    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""

    async def handle(self, request: web.Request) -> web.Response:
        self.headers, self.raw = dict(request.headers), await request.read()
        body = json.loads(self.raw) if self.raw else dict(request.query)
        self.calls.append((request.path, request.headers.get("Authorization", ""), body))
        return web.json_response(self.answer, status=self.status)


@asynccontextmanager
async def standing() -> AsyncIterator[Standin]:
    standin = Standin()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", standin.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    standin.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield standin
    await runner.cleanup()


@pytest.fixture
async def platform() -> AsyncIterator[Standin]:
    async with standing() as standin:
        yield standin


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


META = {"token": "EAAB", "app_secret": "s", "verify_token": "v"}
SETTINGS: dict[str, dict[str, str]] = {
    "instagram": {"kind": "instagram", "account_id": "17", **META},
    "whatsapp": {"kind": "whatsapp", "phone_number_id": "106", **META},
    "telegram": {"kind": "telegram", "token": BOT_TOKEN, "secret_token": "word_of-mine"},
}
SETTINGS["bridge"] = {"kind": "bridge", "api_url": "https://partner.example", "secret": WHSEC, "old_secret": OLD}
WAYS = (Button("Yes", "y"), Button("No", "n"))


def opened(kind: str, platform: Standin, session: aiohttp.ClientSession) -> Platform:
    return open_channel("acct", {**SETTINGS[kind], "api_url": platform.url}, session)


async def sent(channel: Platform, platform: Standin, message: Message, recipient: str) -> tuple[str, Any]:
    (body,) = channel.render(message)
    return await channel.send(recipient, body, "row-1"), platform.calls[-1]


async def test_instagram_is_called_with_its_own_token(platform: Standin, session: aiohttp.ClientSession) -> None:
    platform.answer = {"recipient_id": "6003", "message_id": "aWdf"}
    told, call = await sent(opened("instagram", platform, session), platform, Message("Hello"), "6003")
    body = {"recipient": {"id": "6003"}, "messaging_type": "RESPONSE", "message": {"text": "Hello"}}
    assert (told, call) == ("aWdf", ("/v25.0/me/messages", "Bearer EAAB", body))


async def test_whatsapp_carries_our_reference(platform: Standin, session: aiohttp.ClientSession) -> None:
    platform.answer = {"messages": [{"id": "wamid.A"}]}
    channel = opened("whatsapp", platform, session)
    told, (path, token, body) = await sent(channel, platform, Message("Hello"), "15551234567")
    assert (told, path, token) == ("wamid.A", "/v25.0/106/messages", "Bearer EAAB")
    assert (body["to"], body["text"]["body"], body["biz_opaque_callback_data"]) == ("15551234567", "Hello", "row-1")
    _, (_, _, body) = await sent(channel, platform, Message("Hello"), "US.1349")
    assert body["recipient"] == "US.1349"
    assert "to" not in body


@pytest.mark.parametrize(("count", "shape"), [(2, "button"), (3, "button"), (4, "list"), (10, "list")])
async def test_whatsapp_has_three_buttons_and_ten_rows(
    count: int, shape: str, platform: Standin, session: aiohttp.ClientSession
) -> None:
    ways = tuple(Button(f"Way {n}", f"w{n}") for n in range(count))
    (body,) = opened("whatsapp", platform, session).render(Message("Which?", options=ways))
    assert body["interactive"]["type"] == shape
    rows = body["interactive"]["action"].get("buttons") or body["interactive"]["action"]["sections"][0]["rows"]
    assert len(rows) == count


async def test_a_long_text_goes_before_the_buttons_of_whatsapp(
    platform: Standin, session: aiohttp.ClientSession
) -> None:
    bodies = opened("whatsapp", platform, session).render(Message("A sentence. " * 200, options=WAYS))
    assert [body["type"] for body in bodies] == ["text", "text", "interactive"] or len(bodies) > 1
    assert all(len(body["interactive"]["body"]["text"]) <= 1024 for body in bodies if body["type"] == "interactive")
    assert bodies[-1]["type"] == "interactive"


async def test_telegram_is_called_by_method_and_its_id_comes_back(
    platform: Standin, session: aiohttp.ClientSession
) -> None:
    platform.answer = {"ok": True, "result": {"message_id": 77}}
    channel = opened("telegram", platform, session)
    told, (path, _, body) = await sent(channel, platform, Message("<b>Hi</b>", options=WAYS), "9")
    assert (told, path) == ("77", f"/bot{BOT_TOKEN}/sendMessage")
    keyboard = [[{"text": "Yes", "callback_data": "y"}], [{"text": "No", "callback_data": "n"}]]
    assert body == {"chat_id": "9", "text": "<b>Hi</b>", "reply_markup": {"inline_keyboard": keyboard}}
    await channel.typing("9")
    assert platform.calls[-1][2] == {"chat_id": "9", "action": "typing"}


async def test_a_press_is_answered_with_the_webhook(platform: Standin, session: aiohttp.ClientSession) -> None:
    channel = opened("telegram", platform, session)
    assert isinstance(channel, Acknowledging)
    user = {"id": 9, "first_name": "Ann"}
    chat = {"id": 9, "type": "private"}
    query = {"id": "77", "from": user, "data": "y", "message": {"message_id": 1, "chat": chat, "date": 5}}
    found = channel.parse(json.dumps({"update_id": 1, "callback_query": query}).encode())
    assert channel.acknowledgment(found) == {"method": "answerCallbackQuery", "callback_query_id": "77"}
    assert found[0].timestamp > 1_700_000_000_000, "a press has no time of its own, and counts as made now"


async def test_a_bridge_signs_what_it_sends_and_hears_what_is_signed(
    platform: Standin, session: aiohttp.ClientSession
) -> None:
    platform.answer = {"id": "p-9"}
    channel = opened("bridge", platform, session)
    told, (_, _, body) = await sent(channel, platform, Message("Which?", options=WAYS), "u1")
    ways = [{"title": "Yes", "payload": "y"}, {"title": "No", "payload": "n"}]
    assert (told, body["type"], body["data"]["options"]) == ("p-9", "message.send", ways)
    assert (body["data"]["recipient"], body["data"]["text"]) == ("u1", "Which?")
    assert platform.headers["webhook-id"] == "row-1"
    assert channel.verify(platform.headers, platform.raw), "what we sign passes our own door"
    assert not channel.verify(platform.headers, platform.raw + b" ")
    now = int(time.time())
    signed = signature.signature(signature.key_of(OLD), "m", now, b"{}")
    assert channel.verify({"webhook-id": "m", "webhook-timestamp": str(now), "webhook-signature": signed}, b"{}")


def test_linkedins_challenge_is_answered_only_where_its_secret_is_set() -> None:
    code = {"challengeCode": "890e4665-4dfe-4ab1-b689-ed553bceeed0"}
    assert open_channel("acct", SETTINGS["bridge"]).handshake(code) is None
    answer = open_channel("acct", {**SETTINGS["bridge"], "linkedin_secret": "s"}).handshake(code)
    assert json.loads(answer or "")["challengeCode"] == code["challengeCode"]


def graph(code: int, subcode: int = 0) -> Json:
    return {"error": {"message": "no, EAAB", "code": code, "error_subcode": subcode}}


def bot(code: int, said: str, **parameters: Json) -> Json:
    return {"ok": False, "error_code": code, "description": f"{said} {BOT_TOKEN}", "parameters": parameters}


REFUSALS: list[tuple[str, int, Json, str, bool]] = [
    ("instagram", 400, graph(10, 2534022), "window", False),
    ("instagram", 400, graph(100, 2534014), "recipient", False),
    ("instagram", 400, graph(190), "token", False),
    ("instagram", 500, None, "outage", True),
    ("whatsapp", 400, graph(131047), "window", False),
    ("whatsapp", 400, graph(131026), "blocked", False),
    ("whatsapp", 429, graph(130429), "rate", True),
    ("whatsapp", 400, graph(131056), "rate", True),
    ("whatsapp", 400, graph(131049), "rate", False),
    ("whatsapp", 400, graph(131030), "recipient", False),
    ("whatsapp", 400, graph(133010), "permission", False),
    ("whatsapp", 400, graph(132001), "content", False),
    ("whatsapp", 401, graph(190), "token", False),
    ("whatsapp", 500, graph(131000), "outage", True),
    ("telegram", 429, bot(429, "Too Many Requests", retry_after=7), "rate", True),
    ("telegram", 403, bot(403, "Forbidden: bot was blocked by the user"), "blocked", False),
    ("telegram", 400, bot(400, "Bad Request: chat not found"), "recipient", False),
    ("telegram", 400, bot(400, "Bad Request: message is too long"), "content", False),
    ("telegram", 401, bot(401, "Unauthorized"), "token", False),
    ("telegram", 409, bot(409, "Conflict"), "permission", False),
    ("telegram", 502, None, "outage", True),
    ("bridge", 429, None, "rate", True),
    ("bridge", 503, None, "outage", True),
    ("bridge", 422, None, "content", False),
    ("bridge", 400, {"error": {"reason": "window"}}, "window", False),
]


@pytest.mark.parametrize(("kind", "status", "answer", "reason", "again"), REFUSALS)
async def test_a_refusal_has_its_reason_and_keeps_secrets(
    kind: str, status: int, answer: Json, reason: str, *, again: bool, platform: Standin, session: aiohttp.ClientSession
) -> None:
    platform.status, platform.answer = status, answer
    with pytest.raises(PlatformError) as caught:
        await sent(opened(kind, platform, session), platform, Message("Hello"), "9")
    error = caught.value
    assert (error.reason, error.retryable) == (reason, again)
    assert error.retry_after == (7 if reason == "rate" and kind == "telegram" else None)
    assert BOT_TOKEN not in str(error)
    assert "EAAB" not in str(error)


@pytest.mark.parametrize("kind", SETTINGS)
async def test_a_platform_that_cannot_be_reached_is_an_outage(kind: str, session: aiohttp.ClientSession) -> None:
    channel = open_channel("acct", {**SETTINGS[kind], "api_url": "http://127.0.0.1:9"}, session)
    with pytest.raises(PlatformError) as caught:
        await channel.send("9", channel.render(Message("Hello"))[0], "row-1")
    assert (caught.value.reason, caught.value.retryable, caught.value.uncertain) == ("outage", True, False)
    assert BOT_TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        ("telegram", {"token": "abc"}, "channels.acct.token"),
        ("telegram", {"secret_token": "not this!"}, "channels.acct.secret_token"),
        ("telegram", {"secret_token": ""}, "channels.acct.secret_token"),
        ("whatsapp", {"phone_number_id": "+1 555"}, "channels.acct.phone_number_id"),
        ("whatsapp", {"app_secret": " "}, "channels.acct.app_secret"),
        ("instagram", {"login": "myspace"}, "channels.acct.login"),
        ("bridge", {"secret": "whsec_!"}, "channels.acct.secret"),
        ("bridge", {"tolerance": "0"}, "channels.acct.tolerance"),
        ("instagram", {"page_id": "1"}, "channels.acct.page_id is not a setting"),
    ],
)
def test_a_wrong_setting_is_named(kind: str, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        open_channel("acct", {**SETTINGS[kind], **wrong})
    assert said in str(caught.value)
    assert "not this!" not in str(caught.value)


@pytest.mark.parametrize("kind", ["instagram", "whatsapp"])
def test_metas_handshake_is_answered(kind: str) -> None:
    channel = open_channel("acct", SETTINGS[kind])
    query = {"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "11"}
    assert channel.handshake(query) == "11"
    assert channel.handshake({**query, "hub.verify_token": "w"}) is None
