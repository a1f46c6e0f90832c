"""Several apps on one page: the bot hands over to the team's inbox, looks on, and takes the conversation back."""

from __future__ import annotations

from pathlib import Path

from chatbot.testing.fake_messenger import INBOX_APP, FakeMessenger
from tests.journeys.journey import HELLO, Journey, from_the_link_to_a_person, journeying
from tests.journeys.served import until


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
            await journey.desk("release", "1", "--agent", "native")
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
