"""Conversations that really took place, on the durable path and in SQLite, as tests and as replays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.content.load import load_project
from chatbot.conversation.path import Path as Way
from chatbot.conversation.programs import Programs
from chatbot.conversation.queues import QueueBoard
from chatbot.conversation.turn import take_turn
from chatbot.runtime import compiled
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.testing.cases import load_cases
from chatbot.types import Call, CallAnswer
from tests.cli.conftest import Run
from tests.conversation.path_kit import FakeChannel, said

MORNING = 1_767_607_200_000
MINUTE = 60_000


class Shop:
    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        if call.path.endswith("/AB-123456"):
            return CallAnswer(call.id, 200, body={"status": "transit: 1", "days_late": 5})
        return CallAnswer(call.id, 404)


async def live(root: Path, *moves: str | int) -> None:
    """One conversation, in the project's own database: texts of the customer, minutes that pass, what people do."""
    loaded = load_project(root, {})
    assert loaded.program is not None
    ready, time = compiled(loaded.program), [MORNING]
    store = SqliteStore.open(root / "chatbot.db", durability="fast")
    programs = Programs(store, ready, lambda _: ready, lambda: time[0])
    await programs.activate(ready, loaded.bundle)
    channels, board = {"site": FakeChannel("site", "webchat")}, QueueBoard(loaded.program.bot)
    path = Way(store, channels, Shop(), programs, take_turn, board.facts, lambda: time[0])
    async with path.running():
        for number, move in enumerate(moves):
            time[0] += 700  # milliseconds: people and computers take a moment for everything
            if isinstance(move, int):
                time[0] += move * MINUTE
                path.inbox.on_turns.ring()
                await asyncio.sleep(0.05)
            elif move.startswith("/"):
                await _at_desk(path, move[1:])
            else:
                await path.accept("site", [said(move, number, at=time[0], account="site")])
            await path.quiet()
    await store.close(clean=True)


async def _at_desk(path: Way, what: str) -> None:
    (handoff,) = await path.handoffs.list()
    verb, _, text = what.partition(" ")
    if text:
        await path.handoffs.reply(handoff.id, "ana", text)
    else:
        act: Callable[..., object] = getattr(path.handoffs, verb)
        await act(handoff.id, "ana")  # type: ignore[misc]


COURSES: tuple[tuple[str | int, ...], ...] = (
    ("wheres my ordr", "12345", "ab-123456", "yes please", "/claim", "/reply I am Ana: [1] #2", "/release", "thanks"),
    ("track my order", 11, "it is ZZ-000000", "agent", "/claim", "/resolve"),
    ("where is my order AB-123456", "no", 90, "thank you"),
)


@pytest.mark.parametrize("course", COURSES, ids=["people", "silence", "at once"])
def test_a_recording_passes_on_the_files_it_was_made_on(run: Run, bot: Path, course: tuple[str | int, ...]) -> None:
    asyncio.run(live(bot, *course))
    told = run("record", "1", "tests/recorded.test.yaml")
    assert (told.code, told.out) == (0, ""), told.err
    assert "look through it" in told.err
    played = run("test", "tests/recorded.test.yaml")
    assert played.code == 0, played.out + (bot / "tests" / "recorded.test.yaml").read_text("utf-8")
    assert run("replay").err.startswith("1 conversation: 1 as before, 0 would differ")


def test_what_a_recording_looks_like(run: Run, bot: Path) -> None:
    asyncio.run(live(bot, "track my order", 11, "ab-123456", "yes"))
    assert (
        run("record", "1").out
        == """\
# Made by `chatbot record`. It holds what a customer wrote: look through it before others get to see it.
test: recorded_1
now: 2026-01-05 10:00:00
as: {"channel": "webchat", "timezone": "UTC"}
mock:
  GET orders_api /orders/AB-123456: {"status": 200, "json": {"status": "transit: 1", "days_late": 5}}
cases:
  - name: conversation 1
    chat:
      - user: track my order
      - bot: What is your order number? It looks like AB-123456.
      - after: 11m1s
      - bot: Still there? I only need your order number.
      - user: ab-123456
      - bot: ['Sorry, * is * days late.', 'I am sorry: * is running late.']
      - bot: Shall I open a complaint?
      - user: yes
      - expect: { handoff: complaints, priority: high }
      - expect: { ended: handoff }
"""
    )


WORDS = ("'\"{x}: - # ${HOME} *", ". /^x/", "- a", "yes: no", "null", "1.10", "a # b", "line\nbreak", "  padded ", "@x")


def test_whatever_customers_write_reads_back(run: Run, bot: Path) -> None:
    asyncio.run(live(bot, *WORDS))
    assert run("record", "1", "tests/recorded.test.yaml").code == 0
    played = run("test", "tests/recorded.test.yaml")
    assert played.code == 0, played.out
    recorded = read_text(bot / "tests" / "recorded.test.yaml")
    assert [word for word in WORDS if word not in recorded] == []


def read_text(path: Path) -> list[str]:
    """What the user says in a test file."""
    loaded = load_project(path.parent.parent, {})
    (script,) = load_cases(path.parent.parent, loaded.program, (path,)).scripts
    return [move.user for _, move in script.moves if move.user is not None]


def test_a_replay_shows_what_changed_files_would_change(run: Run, bot: Path) -> None:
    asyncio.run(live(bot, "track my order", "12345"))
    asyncio.run(_another(bot))
    flow = bot / "flows" / "order_status.yaml"
    flow.write_text(flow.read_text("utf-8").replace("Hmm, that is not", "Oh, that is not"), encoding="utf-8")
    told = run("replay")
    assert told.code == 1
    assert "Hmm, that is not an order number." in told.out
    assert "Oh, that is not an order number." in told.out
    assert "2 conversations: 1 as before, 1 would differ" in told.err
    assert run("replay", "2").code == 0
    whole = json.loads(run("replay", "--format", "json").out)
    assert {each["id"]: each["outcome"] for each in whole["conversations"]} == {1: "differs", 2: "same"}
    assert run("replay", "7").code == 1


async def _another(root: Path) -> None:
    """A second customer, on the same database."""
    loaded = load_project(root, {})
    assert loaded.program is not None
    ready = compiled(loaded.program)
    store = SqliteStore.open(root / "chatbot.db", durability="fast")
    programs = Programs(store, ready, lambda _: ready, lambda: MORNING)
    await programs.activate(ready, loaded.bundle)
    channels, board = {"site": FakeChannel("site", "webchat")}, QueueBoard(loaded.program.bot)
    path = Way(store, channels, Shop(), programs, take_turn, board.facts, lambda: MORNING)
    async with path.running():
        await path.accept("site", [said("thanks", 99, at=MORNING, account="site", contact="bo")])
        await path.quiet()
    await store.close(clean=True)


def test_a_request_nobody_answered_then_is_said(run: Run, bot: Path) -> None:
    asyncio.run(live(bot, "where is my order AB-123456", "no"))
    flow = bot / "flows" / "order_status.yaml"
    flow.write_text(flow.read_text("utf-8").replace("/orders/{", "/v2/orders/{"), encoding="utf-8")
    told = run("replay")
    assert told.code == 1
    assert "unmocked request `GET orders_api /v2/orders/AB-123456`" in told.out


def test_record_lists_the_latest_and_never_overwrites(run: Run, bot: Path) -> None:
    assert run("record").code == 3
    asyncio.run(live(bot, "thanks"))
    assert run("record").out.splitlines()[1].split() == ["1", "2026-01-05", "10:00", "1", "site/ana"]
    (bot / "x.test.yaml").write_text("mine", encoding="utf-8")
    told = run("record", "1", "x.test.yaml")
    assert told.code == 3
    assert "never overwrites" in told.err
    assert (bot / "x.test.yaml").read_text("utf-8") == "mine"
    assert run("record", "9").code == 1
