"""kill -9 on the whole product under load: real server, real disk, a page that redelivers as Meta does.

Each customer counts: every message makes the bot say the next number. Lost, doubled, swapped or forgotten messages all
show in the numbers a customer reads.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatbot.testing.fake_messenger import FakeMessenger
from tests.journeys.served import Served, until

COUNTER = """
flow: count
start: [{intent: count}]
steps:
  - if: has(conversation.n)
    then: { set: { conversation.n: conversation.n + 1 } }
    else: { set: { conversation.n: "1" } }
  - say: "Number {conversation.n}"
"""
INTENTS = "intents: { count: { title: Count, say: [count one more, one more please, next number] } }\n"
CUSTOMERS = 12
MESSAGES = 25
KILLS = 15
DOUBLED = KILLS
"""At most so many sends are made twice, one a kill; none has ever been seen.

A send under way at a kill is in doubt, but the page echoes what it got with our reference, until it hears 200: the
process that starts next is told in its `grace` which of those sends arrived, and sends only the others. One would be
made twice if its echo came later than that.
"""


def counting_bot(folder: Path, meta: FakeMessenger) -> Path:
    (folder / "flows").mkdir(parents=True)
    (folder / "intents").mkdir()
    (folder / "flows" / "count.yaml").write_text(COUNTER, "utf-8")
    (folder / "intents" / "count.yaml").write_text(INTENTS, "utf-8")
    bot = {"name": "Counter", "disclosure": "I count.", "channels": {"main_page": meta.settings}}
    (folder / "bot.yaml").write_text(yaml.safe_dump(bot), "utf-8")
    return folder


async def customer(meta: FakeMessenger, webhook: str, who: str, dice: random.Random) -> None:
    """Writes, and Meta delivers: until it gets its 200, and now and then once more."""
    for _ in range(MESSAGES):
        await meta.deliver(webhook, [meta.message(who, "one more please")], attempts=200)
        await asyncio.sleep(dice.random() * 0.1)


async def redelivery(meta: FakeMessenger, webhook: str, sent: list[dict[str, Any]], dice: random.Random) -> None:
    while True:
        await asyncio.sleep(0.05)
        if sent:
            await meta.deliver(webhook, [dice.choice(sent)], attempts=200)


@pytest.mark.crash
async def test_nothing_is_lost_swapped_or_applied_twice_through_kill_minus_nine(tmp_path: Path) -> None:
    dice = random.Random(20261123)
    async with FakeMessenger() as meta:
        served = Served(counting_bot(tmp_path / "bot", meta))
        webhook = meta.echo_to = f"{served.url}/webhooks/main_page"
        events: list[dict[str, Any]] = []
        made, remember = meta.message, events.append

        def remembered(who: str, text: str, **more: Any) -> dict[str, Any]:
            event = made(who, text, **more)
            remember(event)
            return event

        meta.message = remembered  # type: ignore[method-assign]
        await served.start()
        again = asyncio.create_task(redelivery(meta, webhook, events, dice))
        writers = [asyncio.create_task(customer(meta, webhook, str(7000 + i), dice)) for i in range(CUSTOMERS)]
        for _ in range(KILLS):
            await asyncio.sleep(0.05 + dice.random() * 0.6)
            served.kill()
            await served.start()
        await asyncio.gather(*writers)
        try:
            await until(lambda: all(_numbers(meta, str(7000 + i))[-1:] == [MESSAGES] for i in range(CUSTOMERS)), 60)
            await asyncio.sleep(1.0)
        except TimeoutError:
            read = {7000 + i: _numbers(meta, str(7000 + i)) for i in range(CUSTOMERS)}
            raise AssertionError(f"not all were answered: {read}\n{served.logged[-3000:]}") from None
        finally:
            again.cancel()
            served.kill()
        doubled = 0
        for i in range(CUSTOMERS):
            numbers = _numbers(meta, str(7000 + i))
            once = [number for number, _ in itertools.groupby(numbers)]
            assert once == list(range(1, MESSAGES + 1)), f"customer {7000 + i} read {numbers}"
            doubled += len(numbers) - len(once)
        assert doubled <= DOUBLED
        print(f"{KILLS} kills, {CUSTOMERS * MESSAGES} messages, {doubled} sends made twice")  # noqa: T201 - a figure


def _numbers(meta: FakeMessenger, who: str) -> list[int]:
    return [int(text.removeprefix("Number ")) for text in meta.texts(who) if text.startswith("Number ")]
