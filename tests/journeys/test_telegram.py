"""Telegram, from a link to the opt-out: over real processes, sockets and disks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.testing.fake_telegram import FakeTelegram
from tests.journeys.journey import (
    Journey,
    a_person_at_the_desk_takes_over,
    and_out,
    back_to_the_bot,
    from_the_link_to_a_person,
    journeying,
)
from tests.journeys.served import chatbot, until


@pytest.fixture
async def journey(tmp_path: Path) -> AsyncIterator[Journey]:
    async with FakeTelegram() as fake, journeying(tmp_path, fake) as opened:
        yield opened


async def test_a_customers_way_from_a_link_to_the_opt_out(journey: Journey) -> None:
    await from_the_link_to_a_person(journey)
    await a_person_at_the_desk_takes_over(journey)
    await journey.desk("react", "1", "👍", "--agent", "ana")
    await until(lambda: list(journey.fake.reactions.values()) == ["👍"])
    await back_to_the_bot(journey, "ana")
    await and_out(journey, "unsubscribe")


async def test_who_blocks_the_bot_hears_nothing_and_is_welcome_back(journey: Journey) -> None:
    fake = journey.fake
    assert isinstance(fake, FakeTelegram)
    await from_the_link_to_a_person(journey)
    await journey.desk("claim", "1", "--agent", "ana")
    reply = ("reply", "1", "Ana here.", "--agent", "ana")
    await journey.is_met_by_silence(fake.blocked(journey.who))
    told = chatbot(journey.served.folder, "handoffs", *reply)
    assert (told.returncode, "the customer has blocked us" in told.stderr) == (1, True)
    await journey.is_met_by_silence(fake.unblocked(journey.who))
    before = len(journey.heard)
    await journey.desk(*reply)
    await journey.hears(before, "Ana here.")
    assert journey.heard.count("Ana here.") == 1
    assert fake.refused == []
