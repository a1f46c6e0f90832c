"""The transcript from a cursor, in three ways: WebSocket, server-sent events, long polls. The frames are the same."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from chatbot.server.serve import serve
from chatbot.types import Message
from tests.browser.shop import Shop
from tests.server.webchat.conftest import AUTHORIZED, CONTACT, SESSION, Client, Socket, event, poll, post, texts

STREAM = "/chat/site/stream"


async def test_the_three_ways_bring_the_same_frames(client: Client, shop: Shop) -> None:
    await post(client)
    shop.put(CONTACT, "bot", Message("more"))
    socket = await Socket.open(client, after=1)
    by_socket = await socket.until("live")
    async with client.get(STREAM, headers={**AUTHORIZED, "Last-Event-ID": "1"}) as stream:
        assert stream.content_type == "text/event-stream"
        by_stream = [await event(stream) for _ in by_socket]
    by_poll = await poll(client, after=1)
    assert by_socket == by_stream == by_poll
    assert texts(by_poll) == ["You said: hello", "more"]


async def test_a_socket_resumes_where_it_broke_off(client: Client, shop: Shop) -> None:
    await post(client)
    socket = await Socket.open(client)
    seen = await socket.until("live")
    await socket.close()
    shop.put(CONTACT, "bot", Message("missed"))
    again = await Socket.open(client, after=seen[-2]["cursor"])
    assert texts(await again.until("live")) == ["missed"]
    shop.put(CONTACT, "bot", Message("live"))
    assert texts([await again.frame()]) == ["live"]


async def test_a_stream_resumes_where_it_broke_off(client: Client, shop: Shop) -> None:
    await post(client)
    async with client.get(STREAM, params={"session": SESSION}) as stream:
        assert [(await event(stream))["cursor"] for _ in range(2)] == [1, 2]
        assert (await event(stream))["type"] == "live"
        shop.put(CONTACT, "bot", Message("live"))
        assert (await event(stream))["text"] == "live"
    shop.put(CONTACT, "bot", Message("missed"))
    params = {"session": SESSION, "after": "0"}
    async with client.get(STREAM, params=params, headers={"Last-Event-ID": "3"}) as stream:
        assert (await event(stream))["text"] == "missed"


async def test_a_poll_waits_until_there_is_something(client: Client, shop: Shop) -> None:
    await post(client)
    waiting = asyncio.create_task(poll(client, after=2, wait="20"))
    while not shop.chat.notifier.open_streams(CONTACT):
        await asyncio.sleep(0.01)
    shop.put(CONTACT, "bot", Message("at last"))
    assert texts(await asyncio.wait_for(waiting, 10)) == ["at last"]
    assert texts(await poll(client, wait="20")) == ["hello", "You said: hello", "at last"], "history does not wait"


async def test_a_poll_ends_with_its_time(client: Client) -> None:
    await post(client)
    assert await poll(client, after=2, wait="1") == [{"type": "live"}]


async def test_typing_is_shown_while_the_bot_is_at_work_and_no_longer(client: Client, shop: Shop) -> None:
    await post(client)
    socket = await Socket.open(client, after=2)
    await socket.until("live")
    shop.busy = True
    await shop.chat.typing(CONTACT)
    assert await socket.frame() == {"type": "typing", "on": True}
    shop.busy = False
    assert await socket.frame() == {"type": "typing", "on": False}


async def test_a_page_that_shows_typing_already_is_not_told_again(client: Client, shop: Shop) -> None:
    await post(client)
    shop.busy = True
    waiting = asyncio.create_task(poll(client, after=2, wait="20", typing="1"))
    while not shop.chat.notifier.open_streams(CONTACT):
        await asyncio.sleep(0.01)
    shop.put(CONTACT, "bot", Message("done"))
    assert [frame["type"] for frame in await waiting] == ["live", "line"]
    assert (await poll(client, after=3, wait="20"))[-1] == {"type": "typing", "on": True}


async def test_a_line_of_another_process_is_found_by_polling(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.server.webchat.following.POLL_SECONDS", 0.05)
    socket = await Socket.open(client)
    await socket.until("live")
    monkeypatch.setattr(shop.chat.notifier, "ring", lambda _contact: None)
    shop.put(CONTACT, "bot", Message("from elsewhere"))
    assert texts([await socket.frame()]) == ["from elsewhere"]


async def test_a_quiet_line_gives_signs_of_life(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.server.webchat.following.POLL_SECONDS", 0.02)
    monkeypatch.setattr("chatbot.server.webchat.following.PING_SECONDS", 0.1)
    socket = await Socket.open(client)
    await socket.until("here")
    async with client.get(STREAM, headers=AUTHORIZED) as stream:
        assert [(await event(stream))["type"] for _ in range(2)] == ["live", "here"]


@pytest.mark.parametrize("hello", ["", "{", "[]", '{"session": "short"}', f'{{"session": "u.NDI.{"0" * 64}"}}'])
async def test_who_does_not_say_who_it_is_is_shown_out(client: Client, hello: str) -> None:
    async with client.ws_connect("/chat/site/socket") as socket:
        await socket.send_str(hello)
        assert (await socket.receive(10)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4403


async def test_who_says_nothing_is_shown_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.server.webchat.live.HELLO_SECONDS", 0.05)
    async with client.ws_connect("/chat/site/socket") as socket:
        assert (await socket.receive(10)).type is aiohttp.WSMsgType.CLOSE


async def test_a_cursor_that_is_none_begins_at_the_beginning(client: Client) -> None:
    await post(client)
    for after in (-1, 1 << 70, "x", None, 1.5, True):
        socket = await Socket.open(client, session=SESSION, after=after)  # type: ignore[arg-type]
        assert len(await socket.until("live")) >= 2, after
        await socket.close()


async def test_one_visitor_has_so_many_pages_and_the_house_so_many_streams(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post(client)
    sockets = [await Socket.open(client, after=2) for _ in range(6)]
    for socket in sockets:
        await socket.until("live")
    assert await (await Socket.open(client)).ended() == 4429
    assert (await client.get(STREAM, headers=AUTHORIZED)).status == 429
    assert (await client.get("/chat/site/messages", headers=AUTHORIZED, params={"wait": "5"})).status == 429
    assert texts(await poll(client)) == ["hello", "You said: hello"], "a page that does not wait is always answered"
    monkeypatch.setattr("chatbot.server.webchat.live.STREAMS", 6)
    refused = await client.get(STREAM, headers={"Authorization": f"Bearer {'b' * 43}"})
    assert refused.status == 503
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await Socket.open(client, session="b" * 43)
    await sockets[0].close()
    again = await Socket.open(client)
    await again.until("live")


async def test_a_plain_request_to_the_socket_is_told_what_it_is(client: Client) -> None:
    assert (await client.get("/chat/site/socket")).status == 426


async def test_open_pages_do_not_keep_a_stopping_server_waiting(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        serve(shop.app(), port=0, stop=stop, started=lambda host, port: address.set_result(f"http://{host}:{port}"))
    )
    url = await address
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/chat/site/socket") as socket:
        await socket.send_json({"type": "hello", "session": SESSION})
        assert await socket.receive_json() == {"type": "live"}
        async with session.get(f"{url}{STREAM}?session={SESSION}") as stream:
            waiting: Any = asyncio.create_task(
                session.get(f"{url}/chat/site/messages", headers=AUTHORIZED, params={"wait": "20"})
            )
            assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
            stop.set()
            await asyncio.wait_for(task, 8)
            assert (await socket.receive()).data == 1012
            waiting.cancel()
