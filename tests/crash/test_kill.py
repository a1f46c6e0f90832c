"""kill -9 at random points under load: nothing is lost, reordered or applied twice.

What may happen twice is a send that was under way at a kill, on a platform that cannot say whether it arrived.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from chatbot.conversation.codec import INBOUND
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Json
from tests.conversation.path_kit import said
from tests.crash import runner
from tests.crash.runner import CALLS_EVERY
from tests.forking import fork

KILLS = int(os.environ.get("CRASH_KILLS", "15"))
PEOPLE = 12


@dataclass
class Platform:
    """Sends webhooks until they are acknowledged, repeats some that were, and records what it is told to deliver."""

    dice: random.Random
    acknowledged: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    delivered: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    loading: bool = True
    numbers: int = 0
    asked: dict[int, tuple[str, int]] = field(default_factory=dict)
    writer: asyncio.StreamWriter | None = None

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.asked.clear()
        try:
            while line := await reader.readline():
                await self._heard(json.loads(line), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _heard(self, message: Json, writer: asyncio.StreamWriter) -> None:
        if "ready" in message:
            self.ready.set()
            for number in range(PEOPLE):
                self._next(f"c{number}", writer)
        elif "stored" in message:
            who, number = self.asked.pop(message["stored"])
            self.acknowledged[who] = max(self.acknowledged[who], number)
            self._next(who, writer)
        elif "quiet" in message:
            self.quiet.set()
        elif self.dice.random() < 0.02:
            _tell(writer, {"sent": message["send"], "busy": True})
        else:
            self.delivered[message["to"]].append(message["text"])
            await asyncio.sleep(0)
            _tell(writer, {"sent": message["send"], "id": f"p{message['send']}"})

    def _next(self, who: str, writer: asyncio.StreamWriter) -> None:
        """The next message, now and then together with one that was delivered before."""
        if not self.loading:
            return
        number = self.acknowledged[who] + 1
        wanted = [number]
        if number > 1 and self.dice.random() < 0.2:
            wanted.append(self.dice.randrange(1, number))
        self.dice.shuffle(wanted)
        self.numbers += 1
        self.asked[self.numbers] = (who, number)
        inbounds = [json.loads(INBOUND.encode(said(str(n), n, contact=who, at=1_700_000_000_000 + n))) for n in wanted]
        _tell(writer, {"accept": self.numbers, "inbounds": inbounds})

    def finish(self) -> None:
        self.loading = False

    async def drained(self) -> None:
        """Everything acknowledged or asked for is stored, answered and delivered."""
        while self.asked:
            await asyncio.sleep(0.01)
        assert self.writer is not None
        _tell(self.writer, {"finish": True})
        await self.quiet.wait()


def _tell(writer: asyncio.StreamWriter, message: Json) -> None:
    writer.write(json.dumps(message).encode() + b"\n")


async def _start(database: Path, socket: Path, platform: Platform) -> BaseProcess:
    platform.ready.clear()
    log = database.with_suffix(".log")
    process = fork(runner.run, str(database), str(socket), environ={}, out=log, err=log)
    async with asyncio.timeout(30):
        await platform.ready.wait()
    return process


def _sending(database: Path) -> int:
    """How many sends were journaled as under way when the process died."""
    return len(_read(database, "SELECT id FROM outbox WHERE status = 'sending'"))


def _read(database: Path, query: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(database)
    try:
        return conn.execute(query).fetchall()
    finally:
        conn.close()


@pytest.mark.crash
async def test_kill_9_at_random_points_under_load(tmp_path: Path) -> None:
    database, socket = tmp_path / "chatbot.db", tmp_path / "platform.sock"
    seed = int(os.environ.get("CRASH_SEED", str(time.time_ns())))
    print(f"CRASH_SEED={seed}")  # noqa: T201
    dice = random.Random(seed)
    platform = Platform(dice)
    server = await asyncio.start_unix_server(platform.connected, str(socket))
    in_doubt = 0
    async with server:
        for _ in range(KILLS):
            process = await _start(database, socket, platform)
            await asyncio.sleep(dice.uniform(0.02, 0.4))
            process.kill()
            await asyncio.to_thread(process.join)
            in_doubt += _sending(database)
        process = await _start(database, socket, platform)
        await asyncio.sleep(0.3)
        platform.finish()
        async with asyncio.timeout(40):
            await platform.drained()
        assert platform.writer is not None
        _tell(platform.writer, {"stop": True})
        await asyncio.to_thread(process.join, 20)
        assert process.exitcode == 0
    _check(database, platform, in_doubt)


def expected(count: int) -> list[str]:
    """The model: every message once, in order, each seventh followed by the answer of its call."""
    log: list[str] = []
    for number in range(1, count + 1):
        log += [str(number), *(["answer-200"] if number % CALLS_EVERY == 0 else [])]
    return log


def _check(database: Path, platform: Platform, in_doubt: int) -> None:
    states = _read(database, "SELECT d.external, c.state FROM conversations c JOIN identities d ON d.id = c.identity")
    assert len(states) == PEOPLE
    doubled = 0
    for who, state in states:
        assert isinstance(who, str)
        assert isinstance(state, bytes)
        model = expected(platform.acknowledged[who])
        assert json.loads(state) == model, f"{who}: the state is not what the messages make"
        lines = _read(
            database,
            "SELECT m.author, m.text FROM messages m JOIN conversations c ON c.id = m.conversation"  # noqa: S608
            f" JOIN identities d ON d.id = c.identity WHERE d.external = '{who}' ORDER BY m.id",
        )
        assert [text for author, text in lines if author == "bot"] == model
        assert [text for author, text in lines if author == "customer"] == [text for text in model if text.isdigit()]
        received = platform.delivered[who]
        assert [text for text, _ in groupby(received)] == model, f"{who}: the platform saw something else"
        doubled += len(received) - len(model)
    assert doubled <= in_doubt
    assert _read(database, "PRAGMA integrity_check") == [("ok",)]
    total = sum(platform.acknowledged.values())
    print(f"{KILLS} kills, {total} messages, {in_doubt} sends in doubt, {doubled} delivered twice")  # noqa: T201


async def test_the_arrival_a_process_was_killed_over_is_known_to_the_next(tmp_path: Path) -> None:
    database, log = tmp_path / "chatbot.db", tmp_path / "log"
    process = fork(runner.die_over_a_turn, str(database), environ={}, out=log, err=log)
    await asyncio.to_thread(process.join, 30)
    assert process.exitcode == -signal.SIGKILL, log.read_text()
    store = SqliteStore.open(database)
    await store.start(0, 0)
    await store.close(clean=False)
    assert [attempts for (attempts,) in _read(database, "SELECT attempts FROM inbox ORDER BY id")] == [0, 1]
