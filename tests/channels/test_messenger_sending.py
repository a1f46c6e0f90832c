"""What a page sends, against a Graph API that says no where Meta's does."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from chatbot.channels.messenger.channel import Messenger
from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.posting import seconds
from chatbot.errors import PlatformError
from chatbot.testing.fake_messenger import FakeMessenger, Mode
from chatbot.types import Button, Message

USER = "7700"


@pytest.fixture
async def meta() -> AsyncIterator[FakeMessenger]:
    async with FakeMessenger() as fake:
        fake.customer_wrote(USER)
        yield fake


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def page(meta: FakeMessenger, session: aiohttp.ClientSession) -> Messenger:
    return Messenger.open("main_page", meta.settings, session)


async def refused(page: Messenger, recipient: str = USER, message: Message | None = None) -> PlatformError:
    body = page.render(message or Message("Hello"))[0]
    with pytest.raises(PlatformError) as caught:
        await page.send(recipient, body, "row-1")
    return caught.value


async def test_a_message_arrives_with_our_reference_and_its_id_comes_back(meta: FakeMessenger, page: Messenger) -> None:
    (body,) = page.render(Message("Hello", options=(Button("Yes", "y"),)))
    mid = await page.send(USER, body, "row-17")
    (sent,) = meta.sent
    assert (sent.recipient, sent.text, sent.mid, sent.message["metadata"]) == (USER, "Hello", mid, "row-17")
    assert sent.message["quick_replies"] == [{"content_type": "text", "title": "Yes", "payload": "y"}]
    assert "metadata" not in body["message"], "the rendered body is stored and must stay as it is"


async def test_typing_is_shown_and_its_failure_is_nobodys_concern(meta: FakeMessenger, page: Messenger) -> None:
    await page.typing(USER)
    assert meta.typing == [USER]
    meta.mode = "reset"
    await page.typing(USER)


@pytest.mark.parametrize(
    ("mode", "reason", "uncertain"),
    [("rate", "rate", False), ("outage", "outage", False), ("reset", "outage", True), ("reset_after", "outage", True)],
)
async def test_trouble_says_whether_to_try_again_and_whether_it_may_have_arrived(
    meta: FakeMessenger, page: Messenger, mode: Mode, reason: str, uncertain: bool
) -> None:
    meta.mode = mode
    error = await refused(page)
    assert (error.reason, error.retryable, error.uncertain) == (reason, True, uncertain)
    assert error.retry_after == (1.0 if mode == "rate" else None)
    assert len(meta.sent) == (1 if mode == "reset_after" else 0)


async def test_a_platform_that_hangs_leaves_the_send_uncertain(
    meta: FakeMessenger, page: Messenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.channels.posting.TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    meta.mode = "hang"
    error = await refused(page)
    assert error.retryable
    assert error.uncertain


async def test_a_refused_connection_is_certainly_not_sent(meta: FakeMessenger, session: aiohttp.ClientSession) -> None:
    with_nobody = Messenger.open("main_page", {**meta.settings, "api_url": "http://127.0.0.1:1"}, session)
    error = await refused(with_nobody)
    assert (error.reason, error.retryable, error.uncertain) == ("outage", True, False)


async def test_an_unknown_recipient_and_a_closed_window_are_permanent(meta: FakeMessenger, page: Messenger) -> None:
    unknown = await refused(page, "nobody")
    assert (unknown.reason, unknown.retryable) == ("recipient", False)
    meta.customer_wrote(USER, at=0)
    closed = await refused(page)
    assert (closed.reason, closed.retryable) == ("window", False)


async def test_a_wrong_token_is_told_apart_and_never_told(meta: FakeMessenger, session: aiohttp.ClientSession) -> None:
    page = Messenger.open("main_page", {**meta.settings, "page_token": "EAAB-secret"}, session)
    error = await refused(page)
    assert (error.reason, error.retryable) == ("token", False)
    assert "EAAB-secret" not in str(error)


async def test_what_is_too_long_is_a_content_error(page: Messenger) -> None:
    with pytest.raises(PlatformError) as caught:
        await page.send(USER, {"message": {"text": "x" * 2001}}, "row-1")
    assert (caught.value.reason, caught.value.retryable) == ("content", False)


@pytest.mark.parametrize(
    ("status", "error", "reason", "retryable"),
    [
        (500, {"code": 1}, "outage", True),
        (400, {"code": 2}, "outage", True),
        (400, {"code": 4}, "rate", True),
        (400, {"code": 613, "error_subcode": 2534040}, "rate", True),
        (400, {"code": 613, "error_subcode": 2018338}, "permission", False),
        (400, {"code": 4, "error_subcode": 2018354}, "blocked", False),
        (400, {"code": 10, "error_subcode": 2018278}, "window", False),
        (400, {"code": 10, "error_subcode": 2018108}, "blocked", False),
        (400, {"code": 10, "error_subcode": 2018300}, "thread", False),
        (400, {"code": 10, "error_subcode": 2018321}, "thread", True),
        (400, {"code": 551}, "blocked", False),
        (400, {"code": 200, "error_subcode": 1545041}, "blocked", False),
        (400, {"code": 100, "error_subcode": 33}, "recipient", False),
        (400, {"code": 100}, "content", False),
        (401, {"code": 190, "error_subcode": 463}, "token", False),
        (403, {"code": 368}, "permission", False),
        (429, None, "rate", True),
        (502, None, "outage", True),
        (404, None, "content", False),
        (400, {"code": "?", "message": 5}, "content", False),
    ],
    ids=str,
)
def test_each_error_of_graph_has_its_class(status: int, error: Any, reason: str, retryable: bool) -> None:
    raw = json.dumps({"error": error}).encode() if error else b"<html>"
    found = refusal(status, {}, raw)
    assert (found.reason, found.retryable, found.uncertain) == (reason, retryable, False)


def test_a_gateway_that_gave_up_does_not_know() -> None:
    assert refusal(504, {}, b"<html>").uncertain


def test_secrets_that_graph_repeats_are_struck_out() -> None:
    raw = json.dumps({"error": {"code": 190, "message": "Malformed access token EAAB"}}).encode()
    assert "EAAB" not in str(refusal(400, {}, raw, ("EAAB",)))


def test_retry_after_is_read_in_both_forms() -> None:
    assert seconds("7") == 7.0
    assert seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert seconds("soon") is None
    assert seconds("") is None


async def test_a_checkbox_contact_is_addressed_by_its_reference(session: aiohttp.ClientSession) -> None:
    calls: list[Any] = []

    async def graph(request: web.Request) -> web.Response:
        calls.append((request.query_string, await request.json()))
        return web.json_response({"message_id": "m_1"})

    app = web.Application()
    app.router.add_post("/v25.0/me/messages", graph)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = {"kind": "messenger", "page_id": "1", "page_token": "t", "app_secret": "s", "verify_token": "v"}
    page = Messenger.open("p", {**settings, "api_url": url, "appsecret_proof": "true"}, session)
    await page.send("user_ref:u-1", {"message": {"text": "hi"}}, "row")
    query, call = calls[0]
    assert call["recipient"] == {"user_ref": "u-1"}
    assert query.startswith("access_token=t&appsecret_proof=")
    await runner.cleanup()


async def test_the_fake_echoes_what_it_took_and_repeats_until_200(meta: FakeMessenger, page: Messenger) -> None:
    got: list[Any] = []
    answers = iter([503, 500, 200])
    done = asyncio.Event()

    async def webhook(request: web.Request) -> web.Response:
        raw = await request.read()
        assert page.verify(request.headers, raw)
        got.extend(page.parse(raw))
        status = next(answers)
        if status == 200:
            done.set()
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    meta.echo_to = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    mid = await page.send(USER, page.render(Message("Hello"))[0], "row-17")
    await asyncio.wait_for(done.wait(), 5)
    assert [(each.kind, each.message_id, each.metadata, each.key.contact) for each in got] == [
        ("echo", mid, "row-17", USER)
    ] * 3
    await runner.cleanup()
