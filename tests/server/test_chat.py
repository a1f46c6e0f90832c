"""The web chat's routes without a browser: who may use them, how fast, and resuming at a cursor."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.parsing import contact_of
from chatbot.server.app import create_app
from chatbot.server.serve import serve
from chatbot.types import Message
from tests.browser.shop import Shop

SESSION = "a" * 43
CONTACT = contact_of(SESSION)
MESSAGES = "/chat/site/messages"


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(shop.app())) as opened:
        yield opened


async def post(
    client: TestClient[Any, Any], number: int = 1, origin: str = "", **fields: Any
) -> aiohttp.ClientResponse:
    body = {"session": SESSION, "id": f"message-{number}", "text": "hello", **fields}
    return await client.post(MESSAGES, json=body, headers={"Origin": origin} if origin else {})


async def test_the_same_message_twice_is_one(client: TestClient[Any, Any], shop: Shop) -> None:
    assert (await post(client)).status == 200
    assert (await post(client)).status == 200
    assert len(shop.inbounds) == 1
    answer = await client.get(MESSAGES, params={"session": SESSION, "after": "1"})
    (entry,) = (await answer.json())["entries"]
    assert (entry["cursor"], entry["author"], entry["text"], entry["id"]) == (2, "bot", "You said: hello", "")


async def test_another_session_sees_nothing(client: TestClient[Any, Any]) -> None:
    await post(client)
    answer = await client.get(MESSAGES, params={"session": "b" * 43})
    assert (await answer.json())["entries"] == []
    assert (await client.get(MESSAGES, params={"session": CONTACT})).status == 400
    assert (await client.get("/chat/site/stream")).status == 400


async def test_only_listed_origins_and_our_own(client: TestClient[Any, Any]) -> None:
    assert (await post(client, origin="https://evil.example")).status == 403
    assert (await post(client, origin="null")).status == 403
    answer = await post(client, origin="http://localhost:1")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "http://localhost:1")
    own = str(client.make_url("/")).rstrip("/")
    assert (await post(client, 2, origin=own)).status == 200
    asked = await client.options(MESSAGES, headers={"Origin": "http://localhost:1"})
    assert (asked.status, asked.headers["Access-Control-Allow-Headers"]) == (204, "Content-Type")
    refused = await client.get(
        "/chat/site/stream", params={"session": SESSION}, headers={"Origin": "https://e.example"}
    )
    assert refused.status == 403


async def test_eight_at_once_then_a_kind_word(client: TestClient[Any, Any], shop: Shop) -> None:
    answers = [await post(client, number) for number in range(10, 20)]
    assert [answer.status for answer in answers[:8]] == [200] * 8
    assert answers[9].status == 429
    assert int(answers[9].headers["Retry-After"]) >= 1
    assert "Please wait a moment" in (await answers[9].json())["error"]
    assert (await post(client, session="b" * 43)).status == 200, "others are not slowed down"


async def test_what_is_no_message_is_refused_and_nothing_is_5xx(client: TestClient[Any, Any], shop: Shop) -> None:
    bodies = [
        b"",
        b"[]",
        b"null",
        b"{",
        b"[" * 30_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\xff",
        b'{"session": "\\ud800"}',
    ]
    for body in bodies:
        answer = await client.post(MESSAGES, data=body, headers={"Content-Type": "application/json"})
        assert answer.status == 400, body[:20]
    assert (await client.post(MESSAGES, data=b"{}", headers={"Content-Type": "text/plain"})).status == 415
    large = await client.post(MESSAGES, data=b"0" * 40_000, headers={"Content-Type": "application/json"})
    assert large.status == 413
    assert (await client.get("/chat/nobody")).status == 404
    assert not shop.inbounds


async def test_a_full_store_says_so(client: TestClient[Any, Any], shop: Shop) -> None:
    shop.broken = True
    answer = await post(client, origin="http://localhost:1")
    assert answer.status == 503
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:1"


async def event(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The next server-sent event, comments and retry hints left out."""
    while True:
        block = (await asyncio.wait_for(response.content.readuntil(b"\n\n"), 5)).decode().strip()
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            return fields


async def test_a_stream_resumes_where_it_broke_off(client: TestClient[Any, Any], shop: Shop) -> None:
    await post(client)
    async with client.get("/chat/site/stream", params={"session": SESSION}) as stream:
        assert stream.content_type == "text/event-stream"
        assert [(await event(stream))["id"] for _ in range(2)] == ["1", "2"]
        assert (await event(stream))["event"] == "live"  # the history is through
        shop.put(CONTACT, "bot", Message("live"))
        assert json.loads((await event(stream))["data"])["text"] == "live"
        await shop.chat.typing(CONTACT)
        assert (await event(stream))["event"] == "typing"
    shop.put(CONTACT, "bot", Message("missed"))
    params = {"session": SESSION, "after": "0"}
    async with client.get("/chat/site/stream", params=params, headers={"Last-Event-ID": "3"}) as stream:
        assert json.loads((await event(stream))["data"])["text"] == "missed"


async def test_a_line_of_another_process_is_found_by_polling(
    client: TestClient[Any, Any], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.server.chat.POLL_SECONDS", 0.05)
    async with client.get("/chat/site/stream", params={"session": SESSION}) as stream:
        monkeypatch.setattr(shop.chat.notifier, "ring", lambda _contact, **_more: None)
        assert (await event(stream))["event"] == "live"
        shop.put(CONTACT, "bot", Message("from elsewhere"))
        assert json.loads((await event(stream))["data"])["text"] == "from elsewhere"


async def test_page_and_script_are_strict_about_what_may_run(client: TestClient[Any, Any]) -> None:
    page = await client.get("/chat/site")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    script = await client.get("/chat/site/widget.js")
    again = await client.get("/chat/site/widget.js", headers={"If-None-Match": script.headers["ETag"]})
    assert (script.status, again.status) == (200, 304)


async def test_open_pages_do_not_keep_a_stopping_server_waiting(shop: Shop) -> None:
    stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        serve(shop.app(), port=0, stop=stop, started=lambda host, port: address.set_result(f"http://{host}:{port}"))
    )
    url = f"{await address}/chat/site/stream?session={SESSION}"
    async with aiohttp.request("GET", url) as stream:
        assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
        stop.set()
        await asyncio.wait_for(task, 2)


async def test_the_root_leads_to_the_only_chat(client: TestClient[Any, Any]) -> None:
    answer = await client.get("/", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "chat/site")
    assert (await client.get("/")).content_type == "text/html"


async def test_the_root_lists_several_chats_and_is_not_there_without_any(shop: Shop) -> None:
    async def home(pages: dict[str, WebChat]) -> tuple[int, str]:
        ports = {"accept": shop.accept, "dead_letter": shop.dead_letter, "transcript": shop, "ready": shop.ready}
        async with TestClient(TestServer(create_app(channels=pages, **ports))) as client:  # type: ignore[arg-type]
            answer = await client.get("/")
            return answer.status, await answer.text()

    other = WebChat.open("help", {"kind": "webchat", "title": "<b>Help</b>"}, None)
    status, text = await home({"site": shop.chat, "help": other})
    assert status == 200
    assert '<a href="chat/site">Acme Support</a>' in text
    assert '<a href="chat/help">&lt;b&gt;Help&lt;/b&gt;</a>' in text
    assert (await home({}))[0] == 404
