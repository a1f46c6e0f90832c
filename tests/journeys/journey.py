"""One customer's way through the default bot, the same on every channel but for how each shows and tells things."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.testing.fake_platform import Event, FakePlatform, Sent
from tests.journeys.served import Served, chatbot, project, running, shop, until

ASKED = "What is your order number? It looks like AB-123456."
HELLO = "Hi! I'm Acme's automated assistant."


_BUSY = (
    "SELECT EXISTS (SELECT 1 FROM inbox WHERE status = 'pending')"
    " OR EXISTS (SELECT 1 FROM outbox WHERE status IN ('waiting', 'sending', 'uncertain'))"
)


@dataclass
class Journey:
    """`who` writes to the account `main_page` of a served bot."""

    fake: FakePlatform
    served: Served
    who: str = "7700"

    @property
    def webhook(self) -> str:
        return f"{self.served.url}/webhooks/main_page"

    @property
    def heard(self) -> list[str]:
        return self.fake.texts(self.who)

    @property
    def files(self) -> list[Path]:
        """What is kept of the files that customers sent."""
        return [each for each in (self.served.folder / "chatbot.db.files").rglob("*") if each.is_file()]

    @property
    def last(self) -> Sent:
        """The newest message with words for this customer."""
        return next(sent for sent in reversed(self.fake.sent) if sent.text and sent.text == self.heard[-1])

    async def does(self, event: Event, *expected: str) -> list[str]:
        """Something the customer does, and what it is answered with: these words, in this order."""
        before = len(self.heard)
        await self.fake.deliver(self.webhook, [event], times=2)  # as platforms do: the second one changes nothing
        await self.hears(before, *expected)
        return self.heard[before:]

    async def hears(self, before: int, *expected: str) -> None:
        wanted = re.compile(".*?".join(map(re.escape, expected)), re.DOTALL)
        try:
            await until(lambda: len(self.heard) > before and wanted.search("\n".join(self.heard[before:])))
        except TimeoutError:
            refused = [str(each) for each in self.fake.refused]
            raise AssertionError(
                f"heard {self.heard[before:]}, not {expected}; refused: {refused}\n{self.served.logged[-2000:]}"
            ) from None

    async def writes(self, text: str, *expected: str) -> list[str]:
        return await self.does(self.fake.message(self.who, text), *expected)

    async def chooses(self, title: str, *expected: str) -> list[str]:
        """Press a button, or write its number where there are none."""
        ways = self.last.ways
        if ways:
            return await self.does(self.fake.press(self.who, title, ways[title]), *expected)
        line = next(line for line in self.last.text.splitlines() if title in line)
        number = "".join(letter for letter in line.partition(title)[0] if letter.isdigit())
        return await self.writes(number, *expected)

    async def is_met_by_silence(self, event: Event) -> None:
        """It is taken up, nothing is left to be sent, and nothing was heard."""
        before, newest = len(self.heard), self._stored("SELECT coalesce(max(id), 0) FROM inbox")
        await self.fake.deliver(self.webhook, [event])
        await until(lambda: self._stored("SELECT coalesce(max(id), 0) FROM inbox") > newest and not self._stored(_BUSY))
        assert self.heard[before:] == []

    def _stored(self, query: str) -> int:
        with closing(sqlite3.connect(self.served.folder / "chatbot.db")) as conn:
            return int(conn.execute(query).fetchone()[0])

    async def desk(self, *words: str) -> str:
        done = await asyncio.to_thread(chatbot, self.served.folder, "handoffs", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def desk_shows(self, words: str) -> None:
        async with asyncio.timeout(30):
            while words not in await self.desk("list"):
                await asyncio.sleep(0.1)


@asynccontextmanager
async def journeying(tmp_path: Path, fake: FakePlatform, **account: Any) -> AsyncIterator[Journey]:
    """The default bot served in a process of its own, with the fake's account; `account` are more settings of it."""
    async with shop() as address:
        bot = project(tmp_path / "bot")
        add_account(bot, {**fake.settings, **account})
        async with running(bot, {"SHOP_API_URL": address}) as served:
            journey = Journey(fake, served)
            fake.echo_to = journey.webhook  # as platforms do: a bot must know its own words
            yield journey


def add_account(folder: Path, settings: dict[str, Any]) -> None:
    import yaml  # noqa: PLC0415 - beside its one use

    path = folder / "bot.yaml"
    bot = yaml.safe_load(path.read_text("utf-8"))
    bot["channels"]["main_page"] = settings
    path.write_text(yaml.safe_dump(bot, sort_keys=False), "utf-8")


async def from_the_link_to_a_person(journey: Journey) -> None:
    """Link or ad -> greeting -> order status with buttons -> a photo -> handed over."""
    fake, who = journey.fake, journey.who
    await journey.does(fake.arrived_by(who, "spring"), HELLO, "What can I do for you?")
    await journey.chooses("Check an order", ASKED)
    await journey.writes("AB-123456", "Your order AB-123456 is on its way.")
    await journey.writes("it arrived damaged", "That is not how it should arrive.", "Which order is it?")
    await journey.writes("AB-123456", "Please send me a photo of the damage.")
    await journey.does(fake.photo(who), "Thank you, I have it.", "What would you like?")
    await journey.chooses("A new one", "with your photo", "I am passing you to a person.")
    await journey.desk_shows("complaints")
    assert journey.heard.count(ASKED) == 1


async def a_person_in_the_app_takes_over(journey: Journey) -> None:
    """Somebody answers in the platform's own inbox: the bot falls silent."""
    fake, who = journey.fake, journey.who
    await fake.deliver(journey.webhook, [fake.person_wrote(who, "Hi, Bo from the shop here")])  # type: ignore[attr-defined]
    await journey.desk_shows("native")
    await journey.is_met_by_silence(fake.message(who, "what are your opening hours"))


async def a_person_at_the_desk_takes_over(journey: Journey) -> None:
    await journey.desk("claim", "1", "--agent", "ana")
    before = len(journey.heard)
    await journey.desk("reply", "1", "Ana here, sorry about that.", "--agent", "ana")
    await journey.hears(before, "Ana here, sorry about that.")
    await journey.is_met_by_silence(journey.fake.message(journey.who, "what are your opening hours"))


async def back_to_the_bot(journey: Journey, agent: str = "ana") -> None:
    before = len(journey.heard)
    await journey.desk("release", "1", "--agent", agent)
    await journey.hears(before)
    await journey.writes("where is my order", ASKED)


async def and_out(journey: Journey, word: str = "stop") -> None:
    """Opted out: one confirmation, and nothing more until they come back."""
    await journey.writes(word, "You will get no more messages from us.")
