"""The webhook's door on a real socket: 200 only for what is stored, and nothing hostile gets a 5xx."""

import asyncio
import gzip
import hashlib
import hmac
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from chatbot.channels.messenger.channel import Messenger
from chatbot.channels.telegram.channel import Telegram
from chatbot.errors import OperatorError
from chatbot.server.app import create_app
from chatbot.server.serve import Limits, bind, serve
from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.types import Inbound

SETTINGS = {
    "kind": "messenger",
    "page_id": "1029384756",
    "page_token": "EAAB",
    "app_secret": "the-app-secret",
    "verify_token": "the-verify-token",
}


class Busy(Exception):
    retry_after = 7


class House:
    """Stand-ins for what is behind the server: what was stored, what was dead-lettered, and what to fail with."""

    def __init__(self) -> None:
        self.stored: list[Inbound] = []
        self.dead: list[tuple[str, str]] = []
        self.failure: Exception | None = None
        self.slow = asyncio.Event()
        self.slow.set()
        self.reason = ""
        self.url = ""
        self.port = 0

    async def accept(self, account: str, inbounds: Sequence[Inbound], raw: bytes) -> None:
        await self.slow.wait()
        if self.failure is not None:
            raise self.failure
        self.stored.extend(inbounds)

    async def dead_letter(self, account: str, raw: bytes, reason: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.dead.append((account, reason))

    async def after(self, account: str, contact: str, cursor: int) -> Sequence[Any]:
        return ()

    async def at_work(self, account: str, contact: str) -> bool:
        return False

    async def ready(self) -> str:
        return self.reason


async def run(house: House, limits: Limits) -> AsyncIterator[House]:
    app = create_app(
        channels={
            "main_page": Messenger.open("main_page", SETTINGS, None),
            "tg": Telegram.open("tg", {"kind": "telegram", "token": "12:ab", "secret_token": "word"}, None),
        },
        accept=house.accept,
        dead_letter=house.dead_letter,
        transcript=house,
        ready=house.ready,
    )
    stop, started = asyncio.Event(), asyncio.Event()

    def tell(host: str, port: int) -> None:
        house.url, house.port = f"http://{host}:{port}", port
        started.set()

    task = asyncio.create_task(serve(app, host="127.0.0.1", port=0, started=tell, stop=stop, limits=limits))
    await asyncio.wait_for(started.wait(), 5)
    yield house
    stop.set()
    await asyncio.wait_for(task, 15)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async for running in run(House(), Limits(drain_seconds=2, header_seconds=0.5)):
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def sign(raw: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(b"the-app-secret", raw, hashlib.sha256).hexdigest()}


def text(mid: str = "m_1") -> bytes:
    event = {"sender": {"id": "7"}, "recipient": {"id": "1029384756"}, "message": {"mid": mid, "text": "hi"}}
    return json.dumps({"object": "page", "entry": [{"id": "1029384756", "messaging": [event]}]}).encode()


async def post(client: aiohttp.ClientSession, house: House, raw: bytes, **headers: str) -> tuple[int, dict[str, str]]:
    url = f"{house.url}/webhooks/main_page"
    async with client.post(
        url, data=raw, headers={**sign(raw), **headers}, skip_auto_headers=["Content-Type"]
    ) as answer:
        return answer.status, dict(answer.headers)


async def test_a_signed_message_is_stored_and_only_then_answered(house: House, client: aiohttp.ClientSession) -> None:
    house.slow.clear()
    answer = asyncio.create_task(post(client, house, text()))
    await asyncio.sleep(0.1)
    assert not answer.done()
    house.slow.set()
    assert (await answer)[0] == 200
    assert [each.message_id for each in house.stored] == ["m_1"]


async def test_the_fake_platform_and_the_door_agree(house: House) -> None:
    async with FakeMessenger(page_id="1029384756", app_secret="the-app-secret") as meta:
        posts = await meta.deliver(f"{house.url}/webhooks/main_page", [meta.message("7", "Grüße 😀")], times=3)
    assert posts == 3
    assert {each.text for each in house.stored} == {"Grüße 😀"}


async def test_a_store_that_cannot_is_503_with_a_time_to_come_back(house: House, client: aiohttp.ClientSession) -> None:
    house.failure = Busy()
    status, headers = await post(client, house, text())
    assert (status, headers["Retry-After"]) == (503, "7")
    house.failure = OSError(28, "No space left on device")
    status, headers = await post(client, house, b"not json")
    assert (status, headers["Retry-After"]) == (503, "5")


async def test_handshake_known_token_only(house: House, client: aiohttp.ClientSession) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "<b>42</b>"}
    url = f"{house.url}/webhooks/main_page"
    async with client.get(url, params={**query, "hub.verify_token": "the-verify-token"}) as answer:
        assert (answer.status, await answer.text(), answer.content_type) == (200, "<b>42</b>", "text/plain")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with client.get(url, params={**query, "hub.verify_token": "wröng"}) as answer:
        assert answer.status == 403
    async with client.get(url) as answer:
        assert answer.status == 403


async def test_unknown_places_and_methods(house: House, client: aiohttp.ClientSession) -> None:
    async with client.post(f"{house.url}/webhooks/nobody", data=text(), headers=sign(text())) as answer:
        assert answer.status == 404
    async with client.get(f"{house.url}/elsewhere") as answer:
        assert (answer.status, await answer.json()) == (404, {"error": "Not Found"})
    async with client.delete(f"{house.url}/webhooks/main_page") as answer:
        assert answer.status == 405


async def test_health_and_readiness(house: House, client: aiohttp.ClientSession) -> None:
    async with client.get(f"{house.url}/healthz") as answer:
        assert answer.status == 200
    async with client.get(f"{house.url}/readyz") as answer:
        assert answer.status == 200
    house.reason = "migrating"
    async with client.get(f"{house.url}/readyz") as answer:
        assert (answer.status, (await answer.json())["reason"]) == (503, "migrating")


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=" + "0" * 64, "sha256=ü", "sha1=00"], ids=repr)
async def test_a_bad_signature_is_403(house: House, client: aiohttp.ClientSession, signature: str | None) -> None:
    headers = {} if signature is None else {"X-Hub-Signature-256": signature}
    async with client.post(f"{house.url}/webhooks/main_page", data=text(), headers=headers) as answer:
        assert answer.status == 403
    assert not house.stored


async def test_a_signature_header_of_raw_bytes_is_403(house: House) -> None:
    head = b"POST /webhooks/main_page HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
    assert b" 403 " in await raw_exchange(house, head + b"X-Hub-Signature-256: sha256=\xff\xfe\r\n\r\n{}")


UNPARSEABLE = {
    "malformed": b"{",
    "list": b"[]",
    "null": b"null",
    "100k nesting": b"[" * 100_000,
    "5000 digits": b'{"entry": ' + b"9" * 5000 + b"}",
    "bad utf-8": b'{"entry": "\xff"}',
    "empty": b"",
    "nan": b'{"entry": NaN}',
    "too many events": json.dumps({"object": "page", "entry": [{"messaging": [{}] * 1001}]}).encode(),
}


@pytest.mark.parametrize("raw", UNPARSEABLE.values(), ids=UNPARSEABLE)
async def test_signed_but_unusable_is_kept_aside_and_answered_200(
    house: House, client: aiohttp.ClientSession, raw: bytes
) -> None:
    assert (await post(client, house, raw))[0] == 200
    assert len(house.dead) == 1
    assert not house.stored


async def test_a_lone_surrogate_is_stored_as_something_a_database_takes(
    house: House, client: aiohttp.ClientSession
) -> None:
    assert (await post(client, house, text("m\\ud800").replace(b"\\\\", b"\\")))[0] == 200
    assert house.stored[0].message_id == "m\ufffd"


async def test_unknown_events_are_accepted(house: House, client: aiohttp.ClientSession) -> None:
    raw = json.dumps({"object": "page", "entry": [{"id": "1029384756", "messaging": [{"x": 1}, 5, None]}]}).encode()
    assert (await post(client, house, raw))[0] == 200
    assert {each.kind for each in house.stored} == {"ignored"}


async def test_compressed_bodies_are_415_whether_bomb_or_not(house: House, client: aiohttp.ClientSession) -> None:
    status, _ = await post(client, house, gzip.compress(b"0" * 5_000_000), **{"Content-Encoding": "gzip"})
    assert status == 415


async def test_too_large_is_413_by_declaration_and_by_measure(house: House, client: aiohttp.ClientSession) -> None:
    head = b"POST /webhooks/main_page HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
    assert b" 413 " in await raw_exchange(house, head)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"0" * 65536

    try:
        async with client.post(f"{house.url}/webhooks/main_page", data=endless()) as answer:
            assert answer.status == 413
    except aiohttp.ClientError:
        pass  # closed while we were still writing: as good


@pytest.mark.parametrize(
    "head",
    [
        b"POST /webhooks/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 65536 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(1000)) + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ],
    ids=["smuggling", "long header", "many headers", "tls", "version"],
)
async def test_broken_http_is_400(house: House, head: bytes) -> None:
    assert b" 400 " in (await raw_exchange(house, head))[:40]


async def test_odd_paths_are_404(house: House) -> None:
    for path in (b"/webhooks/%ff%fe", b"/webhooks/..%2f..%2fetc", b"/webhooks/" + b"a" * 5000, b"/%00"):
        answer = await raw_exchange(house, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b" 404 " in answer[:40], path


async def test_slow_heads_are_closed_and_others_are_served_meanwhile(
    house: House, client: aiohttp.ClientSession
) -> None:
    slow = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(50)]
    for _, writer in slow[:25]:
        writer.write(b"POST /webhooks/main_page HT")
    assert (await post(client, house, text()))[0] == 200
    async with asyncio.timeout(3):
        for reader, writer in slow:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
            writer.close()


async def test_a_kept_connection_is_watched_again_for_its_next_request(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(len('{"status": "alive"}'))
    writer.write(b"GET /heal")
    async with asyncio.timeout(3):
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    writer.close()


async def test_a_slow_body_is_408_and_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.server.bodies.READ_SECONDS", 0.3)
    head = b"POST /webhooks/main_page HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
    async with asyncio.timeout(5):
        assert b" 408 " in await raw_exchange(house, head)


async def raw_exchange(house: House, request: bytes) -> bytes:
    """What a hand-made request is answered with, until the server closes or has said a head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(request)
    try:
        async with asyncio.timeout(5):
            return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    finally:
        writer.close()


async def test_one_address_may_be_limited_to_so_many_connections() -> None:
    async for house in run(House(), Limits(drain_seconds=1, connections_each=2)):
        kept = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(3)]
        kept[0][1].write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in await kept[0][0].readuntil(b"\r\n\r\n")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await kept[2][0].readexactly(1)
        for _, writer in kept:
            writer.close()


async def test_stopping_finishes_what_runs_and_takes_nothing_new() -> None:
    running = run(House(), Limits(drain_seconds=5))
    house = await anext(running)
    house.slow.clear()
    async with aiohttp.ClientSession() as client:
        answer = asyncio.create_task(post(client, house, text()))
        await asyncio.sleep(0.1)
        stopping = asyncio.create_task(anext(running, None))
        await asyncio.sleep(0.1)
        with pytest.raises(OSError, match=r"refused|Connect"):
            await asyncio.open_connection("127.0.0.1", house.port)
        house.slow.set()
        assert (await answer)[0] == 200
    await stopping
    assert len(house.stored) == 1


def test_a_busy_port_is_named_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OperatorError, match=f"port {port} on 127.0.0.1 is in use.*--port"):
            bind("127.0.0.1", port)
    with pytest.raises(OperatorError, match="--host"):
        bind("203.0.113.77", 0)


async def test_a_busy_port_leaves_no_operator_socket_behind(tmp_path: Path) -> None:
    from chatbot.server.operators import create_operator_app  # noqa: PLC0415
    from tests.server.test_operators import FakeDesk  # noqa: PLC0415

    house = House()
    app = create_app(
        channels={}, accept=house.accept, dead_letter=house.dead_letter, transcript=house, ready=house.ready
    )
    operators = create_operator_app(FakeDesk())
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OperatorError):
            await serve(app, operators, port=port, socket_path=tmp_path / "op.sock")
    assert not (tmp_path / "op.sock").exists()


async def test_sigterm_stops_it() -> None:
    house = House()
    app = create_app(
        channels={}, accept=house.accept, dead_letter=house.dead_letter, transcript=house, ready=house.ready
    )
    task = asyncio.create_task(serve(app, port=0, started=lambda _host, _port: os.kill(os.getpid(), signal.SIGTERM)))
    await asyncio.wait_for(task, 5)


async def test_a_sender_that_goes_away_in_the_middle_is_no_error(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(b"POST /webhooks/main_page HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await asyncio.sleep(0.1)
    writer.transport.abort()
    await asyncio.sleep(0.2)
    assert caplog.records == []


async def test_a_press_on_telegram_is_stored_and_answered_in_one(house: House, client: aiohttp.ClientSession) -> None:
    chat = {"id": 9, "type": "private"}
    press = {"id": "77", "from": {"id": 9}, "data": "y", "message": {"message_id": 1, "chat": chat, "date": 1}}
    update = {"update_id": 1, "callback_query": press}
    url, secret = f"{house.url}/webhooks/tg", {"X-Telegram-Bot-Api-Secret-Token": "word"}
    async with client.post(url, json=update, headers=secret) as response:
        assert (response.status, await response.json()) == (
            200,
            {"method": "answerCallbackQuery", "callback_query_id": "77"},
        )
    assert [each.payload for each in house.stored] == ["y"]
    async with client.post(url, json=update) as response:
        assert response.status == 403
    house.failure = Busy()
    async with client.post(url, json=update, headers=secret) as response:
        assert response.status == 503, "nothing was stored, so nothing is answered"
