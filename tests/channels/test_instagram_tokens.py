"""Tokens of Instagram Login end after sixty days, unless somebody renews them in time: the channel does."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from chatbot.channels.protocol import Platform
from chatbot.channels.registry import open_channel
from chatbot.channels.tokens import Tokens
from chatbot.errors import PlatformError
from chatbot.testing.fake_instagram import FakeInstagram
from chatbot.testing.fake_platform import DAY
from chatbot.types import Message


@dataclass
class Disk:
    kept: dict[str, Tokens] = field(default_factory=dict)

    async def get(self, account: str) -> Tokens | None:
        return self.kept.get(account)

    async def put(self, account: str, tokens: Tokens) -> None:
        self.kept[account] = tokens


@pytest.fixture
async def fake() -> AsyncIterator[FakeInstagram]:
    async with FakeInstagram() as opened:
        opened.customer_wrote("7")
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def opened(fake: FakeInstagram, session: aiohttp.ClientSession, disk: Disk, **more: Any) -> Platform:
    return open_channel("ig", {**fake.settings, "login": "instagram", **more}, session, disk)


async def says(channel: Platform, text: str) -> None:
    await channel.send("7", channel.render(Message(text))[0], "row")


async def test_it_is_renewed_at_once_and_then_halfway(fake: FakeInstagram, session: aiohttp.ClientSession) -> None:
    disk = Disk()
    await says(opened(fake, session, disk), "one")
    assert (disk.kept["ig"].access, fake.texts("7")) == ("fake-token-1", ["one"])
    due = disk.kept["ig"].expires_at / 1000 - time.time()
    assert 29 * DAY < due <= 30 * DAY
    await says(opened(fake, session, disk), "after a restart")
    assert len(fake.tokens) == 2, "not due yet"


async def test_one_that_cannot_be_renewed_yet_is_used_all_the_same(
    fake: FakeInstagram, session: aiohttp.ClientSession
) -> None:
    fake.too_young = True
    disk = Disk()
    await says(opened(fake, session, disk), "one")
    assert (disk.kept["ig"].access, fake.texts("7")) == (fake.tokens[0], ["one"])
    assert disk.kept["ig"].expires_at / 1000 - time.time() < 2 * DAY, "tomorrow it is tried again"


async def test_one_that_has_ended_is_told_as_such(fake: FakeInstagram, session: aiohttp.ClientSession) -> None:
    fake.tokens[:] = ["another"]
    fake.page_token = "another"
    with pytest.raises(PlatformError) as caught:
        await says(opened(fake, session, Disk(), token="ended-token"), "one")
    assert caught.value.reason == "token"
    assert "ended-token" not in str(caught.value)


async def test_the_token_of_a_page_is_left_alone(fake: FakeInstagram, session: aiohttp.ClientSession) -> None:
    await says(opened(fake, session, Disk(), login="facebook"), "one")
    assert len(fake.tokens) == 1
