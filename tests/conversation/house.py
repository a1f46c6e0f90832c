"""The default bot over a store of its own, for tests of whole turns: messages arrive, and time passes."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path as File
from typing import Any

from chatbot.conversation.path import Path
from chatbot.conversation.programs import Programs
from chatbot.conversation.queues import QueueBoard
from chatbot.conversation.turn import take_turn
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Inbound, Json
from tests.conversation.path_kit import ACCOUNT, NOW, FakeCaller, FakeChannel, Ticking
from tests.conversation.test_replay import LOADED, READY


class House:
    """`at` is the clock; `channel` the only account."""

    def __init__(self, folder: File, channel: FakeChannel | None = None) -> None:
        self.file = folder / "bot.db"
        self.store, self.channel, self.at = (
            SqliteStore.open(self.file, durability="fast"),
            channel or FakeChannel(),
            NOW,
        )
        self.numbers = itertools.count(1)
        programs = Programs(self.store, READY, lambda _bundle: READY, Ticking())
        board = QueueBoard(READY.program.bot)
        self.path = Path(
            self.store, {ACCOUNT: self.channel}, FakeCaller(), programs, take_turn,
            board.facts, lambda: self.at,
        )  # fmt: skip

    async def plays(self, *moves: Inbound | int | str) -> None:
        """Messages arrive, time passes (milliseconds), and people do what a word says: claim, release, or reply."""
        await self.store.activate(READY.program.hash, LOADED.bundle, NOW)
        async with self.path.running():
            for move in moves:
                if isinstance(move, int):
                    self.at += move
                    self.path.inbox.on_turns.ring()
                elif isinstance(move, str):
                    await self._people(move)
                else:
                    await self.path.accept(ACCOUNT, [move])
                await self.path.quiet()
        await self.store.close(clean=True)

    async def _people(self, move: str) -> None:
        [handoff] = await self.path.handoffs.list()
        match move:
            case "claim":
                await self.path.handoffs.claim(handoff.id, "bo")
            case "release":
                await self.path.handoffs.release(handoff.id, "bo")
            case "👍":
                await self.path.handoffs.react(handoff.id, "bo", move)
            case text:
                await self.path.handoffs.reply(handoff.id, "bo", text)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as database:
            return database.execute(query).fetchall()


class Routed(FakeChannel):
    """A channel on which several apps may answer; `inbox_app` is the team's."""

    inbox_app = ""

    def __init__(self, inbox_app: str = "") -> None:
        super().__init__()
        self.inbox_app = inbox_app
        self.calls: list[str] = []

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        if "thread" in body:
            self.calls.append(str(body["thread"]))
            return ""
        return await super().send(recipient, body, reference)

    def pass_thread(self, note: str) -> Json | None:
        return {"thread": "pass", "app": self.inbox_app, "metadata": note} if self.inbox_app else None

    def take_thread(self) -> Json:
        return {"thread": "take"}
