"""Instagram, from a link to the opt-out: over real processes, sockets and disks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.testing.fake_instagram import FakeInstagram
from tests.journeys.journey import (
    Journey,
    a_person_in_the_app_takes_over,
    and_out,
    back_to_the_bot,
    from_the_link_to_a_person,
    journeying,
)


@pytest.fixture
async def journey(tmp_path: Path) -> AsyncIterator[Journey]:
    async with FakeInstagram() as fake, journeying(tmp_path, fake) as opened:
        yield opened


async def test_a_customers_way_from_a_link_to_the_opt_out(journey: Journey) -> None:
    await from_the_link_to_a_person(journey)
    assert "native" not in await journey.desk("list"), "the bot's own echoes are no person"
    await a_person_in_the_app_takes_over(journey)
    await back_to_the_bot(journey)
    await and_out(journey)
