"""Several apps on one page: the bot hands over to the team's inbox, looks on, and takes the conversation back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chatbot.testing.fake_messenger import INBOX_APP, FakeMessenger
from tests.journeys.journey import HELLO, Journey, from_the_link_to_a_person, journeying
from tests.journeys.served import chatbot, until


async def test_a_conversation_goes_to_the_teams_inbox_and_comes_back(tmp_path: Path) -> None:
    async with FakeMessenger() as fake:
        settings = {"app_id": str(fake.app_id), "inbox_app_id": str(INBOX_APP)}
        async with journeying(tmp_path, fake, **settings) as journey:
            who = journey.who
            await journey.writes("agent", HELLO, "I am passing you to a person.")
            await until(lambda: fake.threads.owners.get(who) == INBOX_APP)
            await journey.is_met_by_silence(fake.message(who, "are you there?"))
            await journey.is_met_by_silence(fake.person_wrote(who, "Bo here, what can I do?"))
            await journey.desk_shows("native")
            assert "are you there?" in await journey.desk("show", "1")
            await journey.desk("release", "1", "--agent", "ana")
            await until(lambda: fake.threads.taken == [who])
            await journey.writes("what are your opening hours", "open")
            assert fake.refused == []


async def test_a_thread_that_was_lost_unnoticed_silences_the_bot_there_and_nowhere_else(tmp_path: Path) -> None:
    async with FakeMessenger() as fake, journeying(tmp_path, fake) as journey:
        await journey.writes("blargh", HELLO)
        before = len(journey.heard)
        [post] = fake.signed([fake.message(journey.who, "what are your opening hours")])
        fake.threads.owners[journey.who] = 7  # and nobody tells us
        assert await fake.post(journey.webhook, *post) == 200
        await journey.desk_shows("native")
        assert journey.heard[before:] == []
        refusals = len(fake.refused)
        other = Journey(fake, journey.served, "8800")
        await other.writes("blargh", HELLO)
        assert len(fake.refused) == refusals


async def test_who_may_not_take_a_conversation_asks_for_it_and_answers_when_it_is_passed(tmp_path: Path) -> None:
    async with FakeMessenger() as fake, journeying(tmp_path, fake, app_id=str(fake.app_id)) as journey:
        await fake.deliver(journey.webhook, [fake.role_changed("secondary_receiver")], times=2)
        await journey.writes("agent", HELLO, "I am passing you to a person.")
        await journey.desk("claim", "1", "--agent", "ana")
        fake.threads.owners[journey.who] = 7
        await journey.is_met_by_silence(fake.message(journey.who, "hello?"))
        await journey.desk("reply", "1", "Ana here.", "--agent", "ana")
        await until(lambda: fake.threads.asked == [journey.who])
        async with asyncio.timeout(30):
            while "NOT SENT" not in await journey.desk("show", "1"):
                await asyncio.sleep(0.1)
        assert "Ana here." not in journey.heard
        await journey.is_met_by_silence(fake.given_back(journey.who))
        before = len(journey.heard)
        await journey.desk("reply", "1", "Ana again.", "--agent", "ana")
        await journey.hears(before, "Ana again.")
        told = await asyncio.to_thread(chatbot, journey.served.folder, "doctor")
        assert told.stdout.count("no primary receiver at Meta any more") == 1
        other = Journey(fake, journey.served, "8800")
        await other.writes("blargh", HELLO)  # the account itself has no trouble


async def test_people_in_another_app_get_the_thread_and_give_it_back(tmp_path: Path) -> None:
    app = {"app_id": "4242", "inbox_app_id": "263902037430900"}
    async with FakeMessenger() as meta, journeying(tmp_path, meta, **app) as journey:
        await from_the_link_to_a_person(journey)
        await until(lambda: bool(meta.threads.passed))
        assert meta.threads.passed[0][:2] == ("7700", 263902037430900)
        await journey.is_met_by_silence(meta.message("7700", "what are your opening hours"))
        before = len(journey.heard)
        await meta.deliver(journey.webhook, [meta.given_back("7700")])
        await journey.writes("what are your opening hours", "Our shop is open")
        assert len(journey.heard) > before
        assert meta.refused == []
