"""The shop behind real sockets, and what a page does there."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from chatbot.channels.webchat.parsing import contact_of
from tests.browser.shop import Shop

SESSION = "a" * 43
CONTACT = contact_of(SESSION)
AUTHORIZED = {"Authorization": f"Bearer {SESSION}"}

Client = TestClient[Any, Any]
Frame = dict[str, Any]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "files")


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[Client]:
    async with TestClient(TestServer(shop.app())) as opened:
        yield opened


async def post(client: Client, number: int = 1, origin: str = "", **fields: Any) -> aiohttp.ClientResponse:
    body = {"session": SESSION, "id": f"message-{number}", "text": "hello", **fields}
    return await client.post("/chat/site/messages", json=body, headers={"Origin": origin} if origin else {})


class Socket:
    """A page's WebSocket, past its hello."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    @classmethod
    async def open(cls, client: Client, after: int = 0, session: str = SESSION, **fields: Any) -> "Socket":
        socket = await client.ws_connect("/chat/site/socket")
        await socket.send_json({"type": "hello", "session": session, "after": after, **fields})
        return cls(socket)

    async def frame(self) -> Frame:
        return dict(await self._socket.receive_json(timeout=10))

    async def until(self, kind: str) -> list[Frame]:
        """All frames up to the next of this kind."""
        found = [await self.frame()]
        while found[-1]["type"] != kind:
            found.append(await self.frame())
        return found

    async def say(self, **body: Any) -> None:
        await self._socket.send_json(body)

    async def send(self, text: str) -> None:
        await self._socket.send_str(text)

    async def ended(self) -> int | None:
        """The code it was closed with."""
        while (said := await self._socket.receive(10)).type not in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
            pass
        return int(said.data) if said.type is aiohttp.WSMsgType.CLOSE else self._socket.close_code

    async def close(self) -> None:
        await self._socket.close()


async def event(response: aiohttp.ClientResponse) -> Frame:
    """The frame of the next server-sent event; retry hints are left out."""
    while True:
        block = (await asyncio.wait_for(response.content.readuntil(b"\n\n"), 10)).decode().strip()
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in fields:
            frame = json.loads(fields["data"])
            assert fields["event"] == frame["type"]
            assert fields.get("id", "") == str(frame.get("cursor", ""))
            return dict(frame)


async def poll(client: Client, after: int = 0, session: str = SESSION, **query: Any) -> list[Frame]:
    headers = {"Authorization": f"Bearer {session}", "Last-Event-ID": str(after)}
    answer = await client.get("/chat/site/messages", params=query, headers=headers)
    assert answer.status == 200, await answer.text()
    return list((await answer.json())["frames"])


def texts(frames: list[Frame]) -> list[str]:
    return [frame["text"] for frame in frames if frame["type"] == "line"]
