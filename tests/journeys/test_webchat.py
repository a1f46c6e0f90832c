"""The web chat before the real store: resumed behind its cursor over a kill -9, and files in the transcript."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from tests.journeys.served import chatbot, project, running, shop, until
from tests.storage.fake_s3 import FakeS3

SESSION = "s" * 43
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 200


class Page:
    """A page's WebSocket, past its hello."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.seen: list[dict[str, Any]] = []

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, url: str, after: int = 0) -> Page:
        socket = await session.ws_connect(url.replace("http", "ws", 1) + "/chat/site/socket")
        await socket.send_json({"type": "hello", "session": SESSION, "after": after})
        return cls(socket)

    async def say(self, number: int, text: str) -> None:
        await self._socket.send_json({"id": f"message-{number}", "text": text})

    async def until(self, text: str) -> None:
        """Take frames until a line says so."""
        while not any(text in frame.get("text", "") for frame in self.seen):
            self.seen.append(await self._socket.receive_json(timeout=20))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [frame for frame in self.seen if frame["type"] == "line"]


async def test_a_page_resumes_behind_its_cursor_over_a_kill(tmp_path: Path) -> None:
    async with (
        shop() as address,
        running(project(tmp_path / "bot"), {"SHOP_API_URL": address}) as served,
        aiohttp.ClientSession() as session,
    ):
        page = await Page.open(session, served.url)
        await page.say(1, "where is my order")
        await page.until("What is your order number?")
        cursor = page.lines[-1]["cursor"]
        served.kill()
        await served.start()
        again = await Page.open(session, served.url, cursor)
        await again.say(1, "where is my order")  # its answer may have been lost: the page sends it again
        await again.say(2, "AB-123456")
        await again.until("is on its way")
        assert [line["id"] for line in again.lines if line["author"] == "customer"] == ["message-2"]
        assert all(line["cursor"] > cursor for line in again.lines)


async def test_a_file_is_in_the_transcript_and_fetched_after_a_restart(tmp_path: Path) -> None:
    async with (
        shop() as address,
        running(project(tmp_path / "bot"), {"SHOP_API_URL": address}) as served,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {SESSION}"}) as session,
    ):
        chat = f"{served.url}/chat/site"
        sent = await session.post(f"{chat}/files", params={"id": "message-1", "name": "a.png"}, data=PNG)
        assert sent.status == 200
        served.kill()
        await served.start()
        frames: list[dict[str, Any]] = []
        while not any(frame.get("author") == "bot" for frame in frames):
            frames = (await (await session.get(f"{chat}/messages")).json())["frames"]
        (mine,) = (frame for frame in frames if frame.get("author") == "customer")
        assert (mine["attachment"]["kind"], mine["attachment"]["title"]) == ("image", "a.png")
        assert await (await session.get(f"{chat}/{mine['attachment']['url']}")).read() == PNG


async def test_files_in_a_bucket_are_handed_out_by_us_and_go_with_their_contact(tmp_path: Path) -> None:
    async with FakeS3() as bucket:
        folder = project(tmp_path / "bot", files={**bucket.settings, "prefix": "chat"})
        looked = await asyncio.to_thread(chatbot, folder, "doctor", "--online", "--port", "1024")
        assert "bucket      acme-chat: a file was written, read and deleted" in looked.stdout
        assert bucket.objects == {}
        async with running(folder) as served, aiohttp.ClientSession() as session:
            chat = f"{served.url}/chat/site"
            mine, other = ({"Authorization": f"Bearer {letter * 43}"} for letter in "so")
            params = {"id": "message-1", "name": "a.png"}
            assert (await session.post(f"{chat}/files", params=params, data=PNG, headers=mine)).status == 200
            [key] = bucket.objects
            assert (key.startswith("chat/site/"), bucket.objects[key]) == (True, PNG)
            page = await Page.open(session, served.url)
            await page.until("agent")
            url = next(line["attachment"]["url"] for line in page.lines if line["author"] == "customer")
            assert await (await session.get(f"{chat}/{url}")).read() == PNG
            await page.say(2, "delete my data")
            await page.until("Shall we do that?")
            await page.say(3, "yes")
            await page.until("Your data has been deleted.")
            # Whoever puts a file next has somebody look for those that are to go.
            assert (await session.post(f"{chat}/files", params=params, data=PNG, headers=other)).status == 200
            await until(lambda: key not in bucket.objects)
            assert len(bucket.objects) == 1
            assert (await session.get(f"{chat}/{url}")).status == 404
        assert "fake-secret" not in served.log.read_text("utf-8")
