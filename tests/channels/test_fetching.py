"""Files as the platforms give them out: by a handle with our token, and never from an address of this network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from chatbot.channels.fetching import anywhere, handed_out
from chatbot.channels.registry import open_channel
from chatbot.contacts.media import Guarding, MediaSource
from chatbot.errors import OperatorError, PlatformError
from chatbot.testing.fake_platform import PICTURE
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_tiktok import FakeTikTok
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX
from chatbot.types import Attachment, ConversationKey, Inbound
from tests.channels.test_accounts import META, standing


async def whole(pieces: AsyncGenerator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


SAID = Inbound(ConversationKey("acct", "15551"), "attachment", "m1", 1)


@pytest.mark.parametrize("fake", [FakeWhatsApp, FakeTelegram, FakeTikTok])
async def test_a_photo_is_fetched_by_its_handle(
    fake: type[FakeWhatsApp | FakeTelegram | FakeTikTok], session: aiohttp.ClientSession
) -> None:
    async with fake() as platform:
        channel = open_channel("acct", platform.settings, session)
        assert isinstance(channel, MediaSource)
        [(_, raw)] = platform.signed([platform.photo("15551")])
        (found,) = channel.parse(raw)
        [photo] = found.attachments
        assert not photo.url
        assert await whole(channel.media(photo, found)) == PICTURE


async def test_tiktok_gives_a_file_only_with_the_message_it_came_with(session: aiohttp.ClientSession) -> None:
    async with FakeTikTok() as platform:
        channel = open_channel("acct", platform.settings, session)
        assert isinstance(channel, MediaSource)
        [(_, raw)] = platform.signed([platform.photo("ann")])
        (found,) = channel.parse(raw)
        [photo] = found.attachments
        for other in (replace(found, message_id="7"), replace(found, key=ConversationKey("acct", "bo+conv=="))):
            with pytest.raises(PlatformError, match="40007"):
                await whole(channel.media(photo, other))
        platform.expire()
        assert await whole(channel.media(photo, found)) == PICTURE, "with a token that was renewed"


@pytest.mark.parametrize("by_key", [False, True])
async def test_x_opens_its_files_to_signed_requests(by_key: bool, session: aiohttp.ClientSession) -> None:
    async with FakeX() as platform:
        channel = open_channel("acct", platform.settings, session)
        assert isinstance(channel, MediaSource)
        assert isinstance(channel, Guarding)
        assert channel.guards_media
        [(_, raw)] = platform.signed([platform.photo_by_key("15551") if by_key else platform.photo("15551")])
        (found,) = channel.parse(raw)
        [photo] = found.attachments
        for _ in range(2):
            assert await whole(channel.media(photo, found)) == PICTURE


@pytest.mark.parametrize(
    "path", ["~a b.png", "%7Ea%2Fb.png?name=%7ea+b&x", "../dm/ü.png", "a'(1)!*,;=:@.png?q=ü&empty=", "a.png#top"]
)
async def test_however_an_address_of_x_is_written_its_signature_is_of_what_is_sent(
    path: str, session: aiohttp.ClientSession
) -> None:
    async with FakeX() as platform:
        channel = open_channel("acct", platform.settings, session)
        assert isinstance(channel, MediaSource)
        photo = Attachment("image", f"{platform.url}/1.1/ton/data/dm/{path}")
        assert await whole(channel.media(photo, SAID)) == PICTURE


async def test_x_opens_them_to_nobody_elses_signature(session: aiohttp.ClientSession) -> None:
    async with FakeX() as platform:
        wrong = {**platform.settings, "oauth1_token_secret": "of somebody else"}
        channel = open_channel("acct", wrong, session)
        assert isinstance(channel, MediaSource)
        [(_, raw)] = platform.signed([platform.photo("15551")])
        (found,) = channel.parse(raw)
        with pytest.raises(PlatformError, match="401"):
            await whole(channel.media(found.attachments[0], found))


async def test_without_its_tokens_nothing_is_asked_of_x_and_elsewhere_none_is_shown(
    session: aiohttp.ClientSession,
) -> None:
    async with FakeX() as platform:
        signs = ("consumer_key", "oauth1_token", "oauth1_token_secret")
        plain = {name: value for name, value in platform.settings.items() if name not in signs}
        channel = open_channel("acct", plain, session)
        assert isinstance(channel, MediaSource)
        assert not channel.guards_media  # type: ignore[attr-defined]
        for url in (f"{platform.url}/1.1/ton/data/dm/photo.png", "https://ton.twitter.com/1.1/ton/data/dm/a.jpg"):
            with pytest.raises(PlatformError, match="oauth1_token"):
                await whole(channel.media(Attachment("image", url), SAID))
        signing = open_channel("acct", platform.settings, session)
        assert isinstance(signing, MediaSource)
        with pytest.raises(PlatformError):
            await whole(signing.media(Attachment("image", "http://127.0.0.1:1/a.jpg"), SAID))
        with pytest.raises(OperatorError, match="oauth1_token_secret"):
            open_channel("acct", {**plain, "consumer_key": "a"}, session)


@pytest.mark.parametrize("url", ["http://x.example/a", "https://127.0.0.1/a", "https://10.0.0.1/a", "", "nowhere"])
async def test_a_token_goes_nowhere_private_and_nowhere_in_clear(url: str, session: aiohttp.ClientSession) -> None:
    with pytest.raises(PlatformError):
        await whole(handed_out(session, "https://api.example", url, {"x-user": "secret"}))


async def test_a_handle_that_nobody_knows_is_no_file(session: aiohttp.ClientSession) -> None:
    async with FakeWhatsApp() as platform:
        channel = open_channel("acct", platform.settings, session)
        assert isinstance(channel, MediaSource)
        with pytest.raises(PlatformError):
            await whole(channel.media(Attachment("image", id="../nothing"), SAID))


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
            await whole(channel.media(Attachment("image", id="7"), SAID))
        assert len(graph.calls) == 1


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/a", "http://localhost:1/a", "http://169.254.169.254/", "ftp://x.example/a", "nowhere", ""],
)
async def test_nothing_private_is_fetched_because_a_message_says_so(url: str) -> None:
    with pytest.raises(PlatformError):
        await whole(anywhere(url))
