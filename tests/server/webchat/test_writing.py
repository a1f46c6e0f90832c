"""What a page says, by POST and over its WebSocket: who may, how fast, and once only."""

import json
from typing import Any

import pytest

from tests.browser.shop import Shop
from tests.server.webchat.conftest import CONTACT, SESSION, Client, Socket, poll, post, texts

MESSAGES = "/chat/site/messages"


async def test_the_same_message_twice_is_one(client: Client, shop: Shop) -> None:
    assert (await post(client)).status == 200
    assert (await post(client)).status == 200
    assert len(shop.inbounds) == 1
    line, live = await poll(client, after=1)
    assert (line["cursor"], line["author"], line["text"], line["id"]) == (2, "bot", "You said: hello", "")
    assert live == {"type": "live"}


async def test_a_message_by_post_and_again_by_socket_is_one(client: Client, shop: Shop) -> None:
    await post(client)
    socket = await Socket.open(client)
    await socket.until("live")
    await socket.say(id="message-1", text="hello")
    assert await socket.frame() == {"type": "answer", "id": "message-1", "status": 200, "ok": True}
    assert len(shop.inbounds) == 1


async def test_a_button_pressed_over_the_socket(client: Client, shop: Shop) -> None:
    socket = await Socket.open(client)
    await socket.until("live")
    await socket.say(id="message-1", title="I lost the number", payload="lost")
    assert (await socket.until("answer"))[-1]["ok"] is True
    assert (shop.inbounds[0].kind, shop.inbounds[0].payload) == ("button", "lost")


async def test_the_token_is_never_stored(client: Client, shop: Shop) -> None:
    await post(client)
    assert SESSION not in repr((shop.inbounds, shop.raw))
    assert json.loads(shop.raw[0])["text"] == "hello"


async def test_another_session_sees_nothing(client: Client) -> None:
    await post(client)
    assert await poll(client, session="b" * 43) == [{"type": "live"}]
    for session in (CONTACT, "", "short", f"u.NDI.{'0' * 64}"):
        assert (await client.get(MESSAGES, params={"session": session})).status == 400
    assert (await client.get("/chat/site/stream")).status == 400
    assert (await post(client, session=f"u.NDI.{'0' * 64}")).status == 400


async def test_only_listed_origins_and_our_own(client: Client) -> None:
    assert (await post(client, origin="https://evil.example")).status == 403
    assert (await post(client, origin="null")).status == 403
    answer = await post(client, origin="http://localhost:1")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "http://localhost:1")
    own = str(client.make_url("/")).rstrip("/")
    assert (await post(client, 2, origin=own)).status == 200
    for path in (MESSAGES, "/chat/site/stream", "/chat/site/files"):
        asked = await client.options(path, headers={"Origin": "http://localhost:1"})
        assert asked.status == 204
        assert asked.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type, Last-Event-ID"
    evil = {"Origin": "https://evil.example"}
    for path in ("/chat/site/stream", "/chat/site/socket", MESSAGES):
        assert (await client.get(path, params={"session": SESSION}, headers=evil)).status == 403
    assert (await client.post("/chat/site/files", data=b"x", headers=evil)).status == 403


async def test_eight_at_once_then_a_kind_word(client: Client) -> None:
    answers = [await post(client, number) for number in range(10, 20)]
    assert [answer.status for answer in answers[:8]] == [200] * 8
    assert answers[9].status == 429
    assert int(answers[9].headers["Retry-After"]) >= 1
    assert "Please wait a moment" in (await answers[9].json())["error"]
    assert (await post(client, session="b" * 43)).status == 200, "others are not slowed down"


async def test_the_socket_has_the_same_pace_and_says_when_to_try_again(client: Client, shop: Shop) -> None:
    socket = await Socket.open(client)
    await socket.until("live")
    answers = []
    for number in range(10):
        await socket.say(id=f"message-{number}", text="hello")
        answers.append((await socket.until("answer"))[-1])
    assert [each["status"] for each in answers[:8]] == [200] * 8
    assert answers[9]["status"] == 429
    assert answers[9]["retry_after"] >= 1
    assert len(shop.inbounds) == len([each for each in answers if each["status"] == 200])


async def test_one_address_may_not_bring_ever_new_visitors(client: Client) -> None:
    statuses = [(await post(client, session=f"{number:043d}")).status for number in range(130)]
    assert set(statuses[:100]) == {200}
    assert 429 in statuses


NO_MESSAGES = [
    b"",
    b"[]",
    b"null",
    b"{",
    b"[" * 30_000,
    b'{"a": ' + b"9" * 5000 + b"}",
    b"\xff",
    b'{"session": "\\ud800"}',
]


async def test_what_is_no_message_is_refused_and_nothing_is_5xx(client: Client, shop: Shop) -> None:
    for body in NO_MESSAGES:
        answer = await client.post(MESSAGES, data=body, headers={"Content-Type": "application/json"})
        assert answer.status == 400, body[:20]
    assert (await client.post(MESSAGES, data=b"{}", headers={"Content-Type": "text/plain"})).status == 415
    large = await client.post(MESSAGES, data=b"0" * 40_000, headers={"Content-Type": "application/json"})
    assert large.status == 413
    assert (await client.get("/chat/nobody")).status == 404
    assert not shop.inbounds


async def test_what_makes_no_sense_over_the_socket_is_answered_and_the_line_stands(client: Client, shop: Shop) -> None:
    socket = await Socket.open(client)
    await socket.until("live")
    for said in ("", "[]", "{", '"text"', '{"type": "shout"}', '{"id": 5, "text": "hi"}', '{"id": "message-1"}'):
        await socket.send(said)
        assert (await socket.frame())["status"] == 400
    await socket.say(id="message-1", text="hello")
    assert (await socket.until("answer"))[-1]["ok"] is True
    await socket.send("x" * 40_000)
    assert await socket.ended() == 1009
    assert len(shop.inbounds) == 1


async def test_a_full_store_says_so(client: Client, shop: Shop) -> None:
    shop.broken = True
    answer = await post(client, origin="http://localhost:1")
    assert answer.status == 503
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:1"
    assert (await answer.json())["retry_after"] >= 1
    socket = await Socket.open(client)
    await socket.until("live")
    await socket.say(id="message-1", text="hello")
    assert (await socket.frame())["status"] == 503


# --- hints ---


async def hints(client: Client, shop: Shop, *bodies: dict[str, Any]) -> list[str]:
    for body in bodies:
        assert (await post(client, **body)).status == 200
    return [hint.kind for hint in shop.hints]


async def test_typing_is_told_but_makes_no_contact(client: Client, shop: Shop) -> None:
    assert await hints(client, shop, {"type": "typing"}) == []
    await post(client)
    assert await hints(client, shop, {"type": "typing"}) == ["typing"]
    assert shop.hints[0].key.contact == CONTACT


async def test_too_many_hints_are_dropped_without_a_word(client: Client, shop: Shop) -> None:
    await post(client)
    assert len(await hints(client, shop, *[{"type": "typing"}] * 20)) < 20


async def test_who_has_seen_everything_has_read_it(client: Client, shop: Shop) -> None:
    await post(client)
    assert await hints(client, shop, {"type": "read", "cursor": 1}) == [], "our answer has not been seen yet"
    assert await hints(client, shop, {"type": "read", "cursor": 2}) == ["read"]
    assert await hints(client, shop, {"type": "read", "cursor": "2"}, {"type": "read"}) == ["read"]


async def test_reading_is_told_over_the_socket_without_an_answer(client: Client, shop: Shop) -> None:
    await post(client)
    socket = await Socket.open(client)
    await socket.until("live")
    await socket.say(type="read", cursor=2)
    await socket.say(id="message-2", text="hello")
    assert (await socket.frame())["id"] == "message-2", "a hint has no answer"
    assert [hint.kind for hint in shop.hints] == ["read"]


@pytest.mark.parametrize("broken", ["after", "at_work"])
async def test_an_unreadable_store_ends_the_line_and_the_page_comes_back(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    async def fails(*_: Any) -> Any:
        raise OSError("disk gone")

    await post(client)
    with monkeypatch.context() as patched:
        patched.setattr(shop, broken, fails)
        socket = await Socket.open(client)
        assert await socket.ended() == 1012
        answer = await client.get(MESSAGES, params={"session": SESSION, "after": "2", "wait": "5"})
        assert answer.status == 503
    assert texts(await poll(client)) == ["hello", "You said: hello"]
