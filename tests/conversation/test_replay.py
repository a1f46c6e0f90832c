"""What the durable path stored of a conversation is enough to live it again: the same states, the same texts."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path as File

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.content.load import load_project
from chatbot.conversation.codec import EVENT
from chatbot.conversation.path import Path
from chatbot.conversation.programs import Programs
from chatbot.conversation.queues import QueueBoard
from chatbot.conversation.turn import take_turn
from chatbot.engine.state import State, decode, encode
from chatbot.errors import Refused
from chatbot.runtime import compiled
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Call, CallAnswer, Say
from tests.conversation.path_kit import ACCOUNT, NOW, FakeChannel, said

ROOT = File(__file__).parents[2]
LOADED = load_project(ROOT, {})
assert LOADED.program is not None
READY = compiled(LOADED.program)

WORDS = (
    "wheres my ordr", "AB-123456", "12345", "cd-654321", "what are your opening hours", "yes", "no", "agent", "cancel",
    "thanks", "hello", "asdf qwer", "help", "start over", "stop", "where is my order and are you open on sunday", "😀",
    "I want to complain", "it arrived broken", "never mind", "2",
)  # fmt: skip
DESK = ("claim", "release", "resolve")


class Shop:
    """Answers by the order's number, as the demo shop does."""

    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        if call.path.endswith("/AB-123456"):
            return CallAnswer(
                call.id,
                200,
                body={"status": "transit", "days_late": 0, "eta": "2026-01-07", "url": "https://x.example"},
            )
        if call.path.endswith("/CD-654321"):
            return CallAnswer(call.id, 200, body={"status": "delayed", "days_late": 5, "eta": "2026-01-09"})
        return CallAnswer(call.id, 404) if "/orders/" in call.path else CallAnswer(call.id, error="timeout")


async def live(folder: File, moves: list[str]) -> list[str]:
    """A conversation over the real path; gives what the customer read."""
    clock = itertools.count(NOW, 1000)
    store, channel = SqliteStore.open(folder / "bot.db", durability="fast"), FakeChannel()
    programs = Programs(store, READY, lambda _bundle: READY, lambda: next(clock))
    await programs.activate(READY, LOADED.bundle)
    board = QueueBoard(READY.program.bot)
    path = Path(
        store, {ACCOUNT: channel}, Shop(), programs, take_turn, board.facts,
        lambda: next(clock),
    )  # fmt: skip
    async with path.running():
        for number, move in enumerate(moves):
            if move in DESK:
                open_ones = await path.handoffs.list()
                if open_ones:
                    with suppress(Refused):
                        await getattr(path.handoffs, move)(open_ones[0].id, "ana")
            else:
                await path.accept(ACCOUNT, [said(move, number, at=NOW + number)])
            await path.quiet()
    await store.close(clean=True)
    return channel.texts()


def stored(folder: File) -> tuple[list[str], bytes, list[str]]:
    """The conversation's events, its last state, and the texts of bot and system in its transcript."""
    with closing(sqlite3.connect(folder / "bot.db")) as database:
        events = [row[0] for row in database.execute("SELECT body FROM events ORDER BY conversation, version")]
        states = database.execute("SELECT state FROM conversations").fetchall()
        texts = "SELECT text FROM messages WHERE author IN ('bot', 'system') ORDER BY id"
        return events, states[0][0] if states else b"", [row[0] for row in database.execute(texts)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS + DESK), min_size=1, max_size=10))
def test_replaying_a_conversations_events_gives_the_same_state_and_texts(moves: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = File(name)
        asyncio.run(live(folder, moves))
        events, state, texts = stored(folder)
    again, told = State(), []
    for event in events:
        turn = READY.engine.advance(decode(encode(again)), EVENT.decode(event))
        again = turn.state
        told += [effect.message.text for effect in turn.effects if isinstance(effect, Say)]
    assert told == texts
    assert not events or encode(again) == state
