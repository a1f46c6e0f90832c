"""Several apps on one page: the bot hands over to the team's inbox, looks on, and takes the conversation back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from chatbot.testing.fake_messenger import INBOX_APP, FakeMessenger
from tests.journeys.journey import HELLO, Journey, journeying


async def looks_on(journey: Journey, event: Any) -> None:
    """An event that comes on standby is taken, and met by silence."""
    assert isinstance(journey.fake, FakeMessenger)
    before = len(journey.heard)
    headers, raw = journey.fake.watched([event])
    async with aiohttp.ClientSession() as session, session.post(journey.webhook, data=raw, headers=headers) as answer:
        assert answer.status == 200
    await asyncio.sleep(0.7)
    assert journey.heard[before:] == []


async def owner_becomes(fake: FakeMessenger, who: str, app: str) -> None:
    async with asyncio.timeout(15):
        while fake.owners.get(who) != app:
            await asyncio.sleep(0.05)


async def test_a_conversation_goes_to_the_teams_inbox_and_comes_back(tmp_path: Path) -> None:
    async with FakeMessenger() as fake:
        settings = {"app_id": str(fake.app_id), "inbox_app_id": str(INBOX_APP)}
        async with journeying(tmp_path, fake, **settings) as journey:
            who = journey.who
            await journey.writes("agent", HELLO, "I am passing you to a person.")
            await owner_becomes(fake, who, str(INBOX_APP))
            await looks_on(journey, fake.message(who, "are you there?"))
            await looks_on(journey, fake.person_wrote(who, "Bo here, what can I do?"))
            await journey.desk_shows("native")
            assert "are you there?" in await journey.desk("show", "1")
            await journey.desk("release", "1", "--agent", "native")
            await owner_becomes(fake, who, str(fake.app_id))
            await journey.writes("what are your opening hours", "open")
            assert fake.refused == []


async def test_a_thread_that_was_lost_unnoticed_silences_the_bot_there_and_nowhere_else(tmp_path: Path) -> None:
    async with FakeMessenger() as fake, journeying(tmp_path, fake) as journey:
        await journey.writes("blargh", HELLO)
        fake.owners[journey.who] = "7"
        await journey.is_met_by_silence(fake.message(journey.who, "what are your opening hours"))
        await journey.desk_shows("native")
        refusals = len(fake.refused)
        other = Journey(fake, journey.served, "8800")
        await other.writes("blargh", HELLO)
        assert len(fake.refused) == refusals
