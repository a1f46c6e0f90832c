"""Files of visitors: what is taken, what becomes of it, and that a browser never runs one."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import time_machine
from aiohttp.test_utils import TestClient, TestServer

from chatbot.channels.registry import open_channel
from chatbot.channels.webchat.channel import WebChat
from chatbot.server.webchat.files import Files
from chatbot.server.webchat.routes import UPLOADS_EACH
from chatbot.storage.blobs import Directory
from tests.browser.shop import Shop
from tests.server.webchat.conftest import AUTHORIZED, CONTACT, Client, poll, post

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PDF = b"%PDF-1.7\n" + b"x" * 500
PAGE = b"<!doctype html><script>alert(document.cookie)</script>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


async def upload(
    client: Client, body: Any, name: str = "photo.png", number: int = 1, claimed: str = "application/octet-stream"
) -> aiohttp.ClientResponse:
    params = {"id": f"message-{number}", "name": name}
    return await client.post(
        "/chat/site/files", params=params, data=body, headers={**AUTHORIZED, "Content-Type": claimed}
    )


async def link(client: Client, after: int = 0) -> str:
    """Of the file in the visitor's newest line, as the page gets it."""
    line = [frame for frame in await poll(client, after=after) if frame.get("attachment")][-1]
    return f"/chat/site/{line['attachment']['url']}"


async def test_a_picture_reaches_the_bot_as_an_attachment_and_the_page_as_a_link(client: Client, shop: Shop) -> None:
    answer = await upload(client, PNG)
    assert (answer.status, await answer.json()) == (200, {"ok": True})
    (inbound,) = shop.inbounds
    (file,) = inbound.attachments
    assert (inbound.kind, inbound.key.contact, inbound.text) == ("attachment", CONTACT, "")
    assert (file.kind, file.mime, file.title) == ("image", "image/png", "photo.png")
    mine, theirs, _ = await poll(client)
    assert mine["attachment"] == {"kind": "image", "url": mine["attachment"]["url"], "title": "photo.png"}
    assert mine["id"] == "message-1"
    assert theirs["text"] == "Thank you for the image photo.png"
    fetched = await client.get(await link(client))
    assert await fetched.read() == PNG
    by_the_bot = await client.get(urlsplit(file.url).path + "?" + urlsplit(file.url).query)
    assert await by_the_bot.read() == PNG, "systems behind the bot fetch it too"


async def test_a_browser_only_ever_downloads_it(client: Client) -> None:
    await upload(client, PNG, name='../../"<ev\u202eil>\r\nSet-Cookie: a=b.html')
    answer = await client.get(await link(client))
    assert answer.content_type == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    shown = answer.headers["Content-Disposition"]
    assert shown.startswith("attachment; filename*=UTF-8''")
    assert shown.endswith(".html.png")
    assert not any(mark in shown for mark in ("%2F", "%22", "%3C", "%0D", "%E2%80%AE"))
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "empty.png"),
        (b"MZ\x90\x00" + b"\x00" * 100, "setup.png"),
        (b"\x7fELF" + b"\x00" * 100, "photo.jpg"),
        (b"PK\x03\x04" + b"\x00" * 100, "archive.zip"),
        (b"\x00" * 5000, "zeros.txt"),
        (b"\xff\xfe<\x00s\x00", "wide.txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_not_known_is_refused_whatever_it_is_called(
    client: Client, shop: Shop, body: bytes, name: str
) -> None:
    answer = await upload(client, body, name, claimed="image/png")
    assert answer.status == 415
    assert "cannot be sent here" in (await answer.json())["error"]
    assert not shop.inbounds
    assert not [each for each in shop.folder.rglob("*") if each.is_file()]


@pytest.mark.parametrize(("body", "name"), [(PAGE, "page.html"), (DRAWING, "logo.svg")])
async def test_a_page_or_a_drawing_is_text_and_handed_out_as_text(client: Client, body: bytes, name: str) -> None:
    assert (await upload(client, body, name)).status == 200
    answer = await client.get(await link(client))
    assert answer.content_type == "text/plain"
    assert answer.headers["Content-Disposition"].endswith(f"{name}.txt")


async def test_a_file_of_two_kinds_is_what_it_begins_as(client: Client, shop: Shop) -> None:
    await upload(client, b"GIF89a" + PAGE, "both.html")
    assert shop.inbounds[0].attachments[0].mime == "image/gif"
    assert (await client.get(await link(client))).content_type == "image/gif"


async def test_one_too_large_is_refused_by_its_length_and_without_one(client: Client, shop: Shop) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield PNG

    large = await upload(client, PNG + b"\0" * 1_000_001)
    assert large.status == 413
    assert "at most 1 MB" in (await large.json())["error"]
    # The answer may come while the body is still on its way, and the line is closed then.
    with contextlib.suppress(aiohttp.ClientError):
        assert (await upload(client, endless())).status == 413
    assert not shop.inbounds
    assert not [each for each in shop.folder.rglob("*") if each.is_file()]


async def test_the_same_upload_again_is_one_message_and_one_file(client: Client, shop: Shop) -> None:
    for _ in range(2):
        assert (await upload(client, PNG)).status == 200
    assert (await upload(client, PNG + b"other")).status == 200
    assert len(shop.inbounds) == 1
    assert len([each for each in shop.folder.rglob("*") if each.is_file()]) == 1
    assert await (await client.get(await link(client))).read() == PNG, "what people have seen does not change"


async def test_the_same_message_with_a_file_of_another_type_is_still_one_message_and_one_file(
    client: Client, shop: Shop
) -> None:
    for body, name in ((PNG, "photo.png"), (PDF, "invoice.pdf")):
        assert (await upload(client, body, name)).status == 200
    assert len([each for each in shop.folder.rglob("*") if each.is_file()]) == 1
    [inbound] = shop.inbounds
    [file] = inbound.attachments
    assert (file.kind, file.mime, file.title) == ("image", "image/png", "photo.png")
    fetched = await client.get(await link(client))
    assert (fetched.content_type, await fetched.read()) == ("image/png", PNG)


async def test_a_file_that_was_stored_before_its_message_keeps_its_type(tmp_path: Path) -> None:
    """A process that dies between the two leaves the file; whoever tries again with another one hears of the first."""

    async def pieces(body: bytes) -> AsyncGenerator[bytes]:
        yield body

    chat = open_channel("site", {"kind": "webchat"}, None)
    assert isinstance(chat, WebChat)
    files = Files(Directory(tmp_path), b"k" * 32, "https://bot.example")
    kept = [await files.keep(chat, "ann:1", name, pieces(body)) for body, name in ((PNG, "photo"), (PDF, "invoice"))]
    assert [(each.mime, each.title) for each in kept] == [("image/png", "photo.png"), ("image/png", "invoice.png")]


async def test_one_address_never_holds_all_the_uploads_there_may_be(client: Client, shop: Shop) -> None:
    arrives = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield PNG
        await arrives.wait()

    under_way = [asyncio.create_task(upload(client, slowly(), number=number)) for number in range(UPLOADS_EACH)]
    while len([each for each in shop.folder.rglob("*") if each.is_file()]) < UPLOADS_EACH:
        await asyncio.sleep(0.01)
    assert (await upload(client, PNG, number=98)).status == 503
    arrives.set()
    assert [(await each).status for each in under_way] == [200] * UPLOADS_EACH
    assert (await upload(client, PNG, number=99)).status == 200


async def test_only_the_visitor_may_send_and_only_a_good_link_fetches(client: Client) -> None:
    await upload(client, PNG)
    good = await link(client)
    anonymous = await client.post("/chat/site/files", params={"id": "message-2", "name": "a"}, data=PNG)
    assert anonymous.status == 400
    assert (await client.post("/chat/site/files", data=PNG, headers=AUTHORIZED)).status == 400
    address = urlsplit(good)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    later = {**query, "until": str(int(query["until"]) + 1)}
    for wrong in ({}, {**query, "signature": "0" * 64}, {**query, "name": "other.png"}, later, {**query, "until": "é"}):
        assert (await client.get(address.path, params=wrong)).status == 404
    other = address.path.rpartition("/")[0] + "/..%2f..%2fsecret.png"
    assert (await client.get(other, params=query)).status == 404
    assert (await client.get(good)).status == 200


async def test_a_link_ends(client: Client) -> None:
    await upload(client, PNG)
    good = await link(client)
    with time_machine.travel(int(parse_qs(urlsplit(good).query)["until"][0]) + 1, tick=True):
        assert (await client.get(good)).status == 404
        assert (await client.get(await link(client))).status == 200, "the page gets a new one"


async def test_a_player_asks_for_parts(client: Client) -> None:
    await upload(client, PNG)
    address = await link(client)
    part = await client.get(address, headers={"Range": "bytes=8-15"})
    assert (part.status, part.headers["Content-Range"]) == (206, f"bytes 8-15/{len(PNG)}")
    assert await part.read() == PNG[8:16]
    tail = await client.get(address, headers={"Range": "bytes=-5"})
    assert await tail.read() == PNG[-5:]
    for wrong in ("bytes=99999999-", "bytes=5-2", "chapters=1"):
        assert (await client.get(address, headers={"Range": wrong})).status in {200, 416}


async def test_six_at_once_then_slowly(client: Client) -> None:
    answers = [await upload(client, PDF, "a.pdf", number) for number in range(8)]
    assert [answer.status for answer in answers[:6]] == [200] * 6
    assert answers[7].status == 429
    assert (await post(client, 99)).status in {200, 429}


async def test_a_disk_that_takes_nothing_says_so(client: Client, shop: Shop) -> None:
    shop.folder.write_text("a file where the folder should be")
    answer = await upload(client, PNG)
    assert answer.status == 503
    assert not shop.inbounds


async def test_a_file_that_cannot_be_read_now_is_not_called_gone(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upload(client, PNG)
    address = await link(client)

    async def refuses(self: Directory, key: str) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Directory, "open", refuses)
        answer = await client.get(address)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert (await client.get(address)).status == 200


async def test_an_account_takes_what_it_says(tmp_path: Path) -> None:
    shop = Shop(tmp_path, files={"types": ["pdf"], "max_size": "1 kB"})
    async with TestClient(TestServer(shop.app())) as client:
        assert (await upload(client, PDF, "a.pdf")).status == 200
        refused = await upload(client, PNG[:100], number=2)
        assert (refused.status, "Possible are: pdf" in (await refused.json())["error"]) == (415, True)
        assert (await upload(client, PDF * 3, number=3)).status == 413
