"""TikTok, from a link to the opt-out: over real processes, sockets and disks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.testing.fake_platform import PICTURE
from chatbot.testing.fake_tiktok import FakeTikTok
from tests.journeys.journey import (
    ASKED,
    HELLO,
    Journey,
    a_person_in_the_app_takes_over,
    and_out,
    back_to_the_bot,
    from_the_link_to_a_person,
    journeying,
)


@pytest.fixture
async def journey(tmp_path: Path) -> AsyncIterator[Journey]:
    async with FakeTikTok() as fake, journeying(tmp_path, fake) as opened:
        yield opened


async def test_a_customers_way_from_a_link_to_the_opt_out(journey: Journey) -> None:
    await from_the_link_to_a_person(journey)
    assert [each.read_bytes() for each in journey.files] == [PICTURE]
    await a_person_in_the_app_takes_over(journey)
    await back_to_the_bot(journey)
    await and_out(journey, "unsubscribe")


async def test_who_cannot_be_answered_is_not(journey: Journey) -> None:
    fake = journey.fake
    event = fake.message(journey.who, "hello")
    del event["content"]["conversation_id"]
    await fake.deliver(journey.webhook, [{**event, "event": "im_receive_msg_eu"}])
    await journey.writes("where is my order", HELLO, ASKED)
    assert fake.refused == []


async def test_tokens_outlive_kill_minus_nine(journey: Journey) -> None:
    """The refresh token of bot.yaml was good once; the one that came for it is in the database, sealed."""
    fake = journey.fake
    assert isinstance(fake, FakeTikTok)
    await journey.writes("where is my order", HELLO, ASKED)
    assert fake.refreshed == 1
    journey.served.kill()
    await journey.served.start()
    await journey.writes("AB-123456", "on its way")
    assert fake.refreshed == 1, "the access token was kept too"
    fake.expire()
    await journey.writes("what are your opening hours", "Our shop is open")
    assert fake.refreshed == 2
    journey.served.kill()
    for path in journey.served.folder.glob("chatbot.db*"):
        assert b"fake-refresh" not in path.read_bytes()
        assert b"fake-access" not in path.read_bytes()
    assert "fake-refresh" not in journey.served.logged
