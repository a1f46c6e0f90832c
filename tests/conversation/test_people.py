"""Turns while people have the conversation, over the real engine and the real store."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path as File
from typing import Any

from chatbot.conversation.elsewhere import NATIVE_IDLE
from chatbot.conversation.path import Path
from chatbot.conversation.programs import Programs
from chatbot.conversation.queues import QueueBoard
from chatbot.conversation.turn import take_turn
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Inbound
from tests.conversation.path_kit import ACCOUNT, NOW, FakeCaller, FakeChannel, Ticking, said
from tests.conversation.test_replay import LOADED, READY


class House:
    """The default bot over a store of its own; `at` is the clock."""

    def __init__(self, folder: File) -> None:
        self.file = folder / "bot.db"
        self.store, self.channel, self.at = SqliteStore.open(self.file, durability="fast"), FakeChannel(), NOW
        self.numbers = itertools.count(1)
        programs = Programs(self.store, READY, lambda _bundle: READY, Ticking())
        board = QueueBoard(READY.program.bot)
        self.path = Path(
            self.store, {ACCOUNT: self.channel}, FakeCaller(), programs, take_turn,
            board.facts, lambda: self.at,
        )  # fmt: skip

    async def plays(self, *moves: Inbound | int) -> None:
        """Messages arrive, and time passes (milliseconds)."""
        await self.store.activate(READY.program.hash, LOADED.bundle, NOW)
        async with self.path.running():
            for move in moves:
                if isinstance(move, int):
                    self.at += move
                    self.path.inbox.on_turns.ring()
                else:
                    await self.path.accept(ACCOUNT, [move])
                await self.path.quiet()
        await self.store.close(clean=True)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as database:
            return database.execute(query).fetchall()


def native(number: int) -> Inbound:
    return said("Hi, Bo here", number, kind="echo")


async def test_who_wrote_to_a_native_inbox_and_got_no_answer_waits_in_the_queue(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), native(2), said("are you there?", 3), NATIVE_IDLE + 1)
    assert house.rows("SELECT control, queue FROM conversations") == [("queued", "default")]
    assert house.rows("SELECT reason, ended_at IS NULL FROM handoffs ORDER BY id") == [("echo", 0), ("unanswered", 1)]


async def test_who_was_answered_there_goes_back_to_the_bot_quietly(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), native(2), said("thank you", 3), native(4), NATIVE_IDLE + 1)
    assert house.rows("SELECT control FROM conversations") == [("bot",)]
    assert len(house.channel.sent) == 2


async def test_the_platforms_own_opt_out_is_written_down_and_not_answered(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), said("", 2, kind="opt_out", payload="STOP_PROMOTIONS"))
    assert house.rows("SELECT action FROM consents") == [("opt_out",)]
    assert len(house.channel.sent) == 2
