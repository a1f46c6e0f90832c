"""WhatsApp, from an ad to the opt-out: over real processes, sockets and disks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.testing.fake_whatsapp import FakeWhatsApp
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
    async with FakeWhatsApp() as fake, journeying(tmp_path, fake) as opened:
        yield opened


async def test_a_customers_way_from_an_ad_to_the_opt_out(journey: Journey) -> None:
    await from_the_link_to_a_person(journey)
    await a_person_in_the_app_takes_over(journey)
    await back_to_the_bot(journey)
    await and_out(journey)


async def test_receipts_settle_a_send_whose_answer_was_lost(journey: Journey) -> None:
    journey.fake.mode = "reset_after"
    await journey.writes("where is my order", HELLO, ASKED)
    journey.fake.mode = "ok"
    await journey.writes("AB-123456", "on its way")
    assert journey.heard.count(ASKED) == 1


async def test_a_row_of_a_list_is_a_press(journey: Journey) -> None:
    fake = journey.fake
    assert isinstance(fake, FakeWhatsApp)
    await journey.writes("blargh", HELLO)
    await journey.writes("qwertz", "Could you say it in other words?")
    await journey.writes("zxcvb", "I am still not sure what you need.")
    assert journey.last.message["interactive"]["type"] == "list"
    ways = journey.last.ways
    await journey.does(fake.row(journey.who, "Check an order", ways["Check an order"]), ASKED)
