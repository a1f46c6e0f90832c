"""Files as the platforms give them out: by a handle with our token, and never from an address of this network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import aiohttp
import pytest

from chatbot.channels.fetching import anywhere
from chatbot.channels.registry import open_channel
from chatbot.contacts.media import MediaSource
from chatbot.errors import PlatformError
from chatbot.testing.fake_platform import PICTURE
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.types import Attachment
from tests.channels.test_accounts import META, standing


async def whole(pieces: AsyncGenerator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.mark.parametrize("fake", [FakeWhatsApp, FakeTelegram])
async def test_a_photo_is_fetched_by_its_handle(
    fake: type[FakeWhatsApp | FakeTelegram], session: aiohttp.ClientSession
) -> None:
    async with fake() as platform:
        channel = open_channel("acct", platform.settings, session)
        assert isinstance(channel, MediaSource)
        [(_, raw)] = platform.signed([platform.photo("15551")])
        (found,) = channel.parse(raw)
        [photo] = found.attachments
        assert not photo.url
        assert await whole(channel.media(photo)) == PICTURE


async def test_a_handle_that_nobody_knows_is_no_file(session: aiohttp.ClientSession) -> None:
    async with FakeWhatsApp() as platform:
        channel = open_channel("acct", platform.settings, session)
        assert isinstance(channel, MediaSource)
        with pytest.raises(PlatformError):
            await whole(channel.media(Attachment("image", id="../nothing")))


@pytest.mark.parametrize(
    "url", ["https://evil.example/a", "http://lookaside.fbsbx.com/a", "https://fbsbx.com.evil/a", "", "x"]
)
async def test_whatsapps_token_goes_to_meta_only(url: str, session: aiohttp.ClientSession) -> None:
    async with standing() as graph:
        graph.answer = {"url": url}
        settings = {"kind": "whatsapp", "phone_number_id": "106", **META, "api_url": graph.url}
        channel = open_channel("acct", settings, session)
        assert isinstance(channel, MediaSource)
        with pytest.raises(PlatformError, match="address"):
            await whole(channel.media(Attachment("image", id="7")))
        assert len(graph.calls) == 1


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/a", "http://localhost:1/a", "http://169.254.169.254/", "ftp://x.example/a", "nowhere", ""],
)
async def test_nothing_private_is_fetched_because_a_message_says_so(url: str) -> None:
    with pytest.raises(PlatformError):
        await whole(anywhere(url))
