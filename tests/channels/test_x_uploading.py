"""Films and moving pictures on their way into a message of X: in pieces, converted, and never uploaded twice."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from chatbot.channels.registry import open_channel
from chatbot.channels.x import uploading
from chatbot.errors import PlatformError
from chatbot.testing.fake_platform import FILM
from chatbot.testing.fake_x import FakeX
from chatbot.types import Attachment, Message

WHO = "7700"
GIF = b"GIF89a" + bytes(500)
Send = Callable[..., Awaitable[None]]


@pytest.fixture
async def fake() -> AsyncIterator[FakeX]:
    async with FakeX() as opened:
        opened.customer_wrote(WHO)
        yield opened


@pytest.fixture
async def send(fake: FakeX) -> AsyncIterator[Send]:
    """One message to a customer, by one and the same account."""
    async with aiohttp.ClientSession() as session:
        channel = open_channel("acct", fake.settings, session)

        async def sends(url: str = "", kind: str = "video") -> None:
            for body in channel.render(Message("Look:", attachment=Attachment(kind, url or fake.film_url))):  # type: ignore[arg-type]
                await channel.send(WHO, body, "cb:1:1")

        yield sends


@pytest.fixture
async def files() -> AsyncIterator[dict[str, bytes]]:
    """Files somewhere else, by name; their address stands under ""."""
    held: dict[str, bytes] = {}

    async def hand_out(request: web.Request) -> web.Response:
        return web.Response(body=held[request.match_info["name"]])

    app = web.Application()
    app.router.add_get("/{name}", hand_out)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    held[""] = f"http://127.0.0.1:{runner.addresses[0][1]}".encode()
    yield held
    await runner.cleanup()


def shown(fake: FakeX) -> list[bytes]:
    """The media of the messages that were sent."""
    return [fake.uploads[each["media_id"]] for sent in fake.sent for each in sent.message.get("attachments", ())]


async def test_a_film_is_uploaded_in_pieces_and_shown_with_its_text(fake: FakeX, send: Send) -> None:
    await send()
    assert (shown(fake), fake.texts(WHO)) == ([FILM], ["Look:"])


async def test_a_large_one_comes_whole(fake: FakeX, send: Send, files: dict[str, bytes]) -> None:
    files["large"] = FILM + bytes(range(256)) * 40_000
    await send(f"{files[''].decode()}/large")
    assert shown(fake) == [files["large"]]
    [upload] = fake.media.begun.values()
    assert len(upload.pieces) == 3


async def test_a_moving_picture_is_uploaded_as_one(fake: FakeX, send: Send, files: dict[str, bytes]) -> None:
    files["wave"] = GIF
    await send(f"{files[''].decode()}/wave", "image")
    assert shown(fake) == [GIF]
    assert len(fake.media.begun) == 1, "not as a picture that stands still"


async def test_a_message_waits_until_its_film_is_converted(fake: FakeX, send: Send) -> None:
    fake.media.takes_looks = 2
    await send()
    assert shown(fake) == [FILM]


async def test_what_takes_longer_than_a_send_is_taken_up_again_and_not_uploaded_twice(
    fake: FakeX, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "PATIENCE", 0.6)
    fake.media.takes_looks = 2
    with pytest.raises(PlatformError) as refused:
        await send()
    assert (refused.value.retryable, refused.value.uncertain) == (True, False)
    assert fake.sent == []
    for upload in fake.media.begun.values():
        upload.looks = 1
    await send()
    assert (shown(fake), len(fake.media.begun)) == ([FILM], 1)
    fake.media.takes_looks = 0
    await send()
    assert len(fake.media.begun) == 2, "the next message has a film of its own"


async def test_an_upload_that_runs_out_of_time_goes_on_where_it_stopped(
    fake: FakeX, send: Send, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "PATIENCE", 0.8)
    files["large"] = FILM + bytes(range(256)) * 100_000
    fake.media.seconds_a_piece = 0.25
    tries = 0
    while not fake.sent:
        tries += 1
        with contextlib.suppress(PlatformError):
            await send(f"{files[''].decode()}/large")
    assert (shown(fake), len(fake.media.begun), tries > 1) == ([files["large"]], 1, True)


@pytest.mark.parametrize("slow", ["pieces", "conversion"])
async def test_what_x_is_never_done_with_goes_out_as_a_link_and_stays_one(
    fake: FakeX, send: Send, monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    await send(f"{fake.url}/nothing")
    monkeypatch.setattr(uploading, "PATIENCE", 0.1)
    monkeypatch.setattr(uploading, "TRIES", 3)
    fake.media.seconds_a_piece, fake.media.takes_looks = (1, 0) if slow == "pieces" else (0, 10**6)
    for _ in range(2):
        with pytest.raises(PlatformError) as refused:
            await send()
        assert refused.value.retryable
    fake.send_rate.most = 1
    with pytest.raises(PlatformError) as refused:
        await send()
    assert refused.value.reason == "rate", "the link is put off, too"
    fake.send_rate.most, begun = 15, len(fake.media.begun)
    await send()
    assert (shown(fake), fake.texts(WHO)) == ([], [f"Look:\n{fake.url}/nothing", f"Look:\n{fake.film_url}"])
    assert len(fake.media.begun) == begun == 1


@pytest.mark.parametrize("trouble", ["codec", "scope", "type", "gone"])
async def test_a_film_that_cannot_be_shown_goes_out_as_a_link(
    fake: FakeX, send: Send, files: dict[str, bytes], trouble: str
) -> None:
    url = fake.film_url
    match trouble:
        case "codec":
            fake.media.cannot_convert = True
        case "scope":
            fake.media.allowed = False
        case "type":
            files["film"] = b"\x1a\x45\xdf\xa3 webm" + bytes(100)
            url = f"{files[''].decode()}/film"
        case _:
            url = f"{fake.url}/nothing"
    await send(url)
    assert (shown(fake), fake.texts(WHO)) == ([], [f"Look:\n{url}"])


@pytest.mark.parametrize("words", [7_900, 10_000])
async def test_the_link_in_its_place_fits_however_much_is_said_beside_it(fake: FakeX, words: int) -> None:
    url = f"{fake.url}/{'n' * 2_000}"
    async with aiohttp.ClientSession() as session:
        channel = open_channel("acct", fake.settings, session)
        for body in channel.render(Message("w" * words, attachment=Attachment("video", url))):
            await channel.send(WHO, body, "cb:1:1")
    assert "".join(fake.texts(WHO)).replace("\n", "") in (f"{'w' * words}{url}", f"{url}{'w' * words}")


async def test_a_failing_upload_is_tried_again_and_nothing_is_uncertain(fake: FakeX, send: Send) -> None:
    await send()
    fake.mode = "outage"
    with pytest.raises(PlatformError) as refused:
        await send()
    assert (refused.value.reason, refused.value.retryable, refused.value.uncertain) == ("outage", True, False)


async def test_an_upload_waits_for_a_message_that_is_put_off_and_is_made_once(fake: FakeX, send: Send) -> None:
    await send()
    fake.send_rate.most = 1
    for _ in range(3):
        with pytest.raises(PlatformError) as refused:
            await send()
        assert refused.value.reason == "rate"
    fake.send_rate.most = 15
    await send()
    assert (shown(fake), len(fake.media.begun)) == ([FILM, FILM], 2)


async def test_an_upload_that_x_has_lost_meanwhile_is_made_anew(fake: FakeX, send: Send) -> None:
    await send()
    fake.send_rate.most = 1
    with pytest.raises(PlatformError):
        await send()
    fake.send_rate.most = 15
    _, lost = fake.media.begun
    del fake.media.begun[lost], fake.media.ready[lost]
    await send()
    assert (shown(fake), fake.texts(WHO)) == ([FILM, FILM], ["Look:", "Look:"])
