"""The process that the crash test kills: the real path over real SQLite, its platform at the other end of a socket.

Speaks JSON lines. In: {"accept": n, "inbounds": [...]}.
Out: {"ready": true}, {"stored": n}, {"send": n, ...} (answered by {"sent": n, ...}), {"quiet": true}.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import time
from dataclasses import replace
from pathlib import Path as File
from typing import Any

from chatbot.conversation.codec import INBOUND
from chatbot.conversation.path import Pace, Path
from chatbot.conversation.record import Arrival, Line, Record, Result
from chatbot.conversation.turn import Programs, Queues
from chatbot.errors import PlatformError
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Call, CallAnswer, Event, Facts, Json, Message
from tests.conversation.path_kit import ACCOUNT, FakeChannel, NoPrograms, Ticking, make_path, open_queues, said

CALLS_EVERY = 7


def remembering_turn(record: Record, arrival: Arrival, programs: Programs, renderer: Any, queues: Queues) -> Result:
    """Appends what it is told to its state and repeats it; every seventh message asks a service first."""
    if arrival.inbound is not None and record.call is not None:
        return Result(record, parked=True)
    told = arrival.inbound.text if arrival.inbound else f"answer-{arrival.answer.status if arrival.answer else '?'}"
    log = [*json.loads(record.state or b"[]"), told]
    line = Line("bot", Message(told), ({"text": told},))
    event = Event("message", arrival.at, Facts(record.id, ACCOUNT, "messenger", "en"), text=told)
    after = replace(record, state=json.dumps(log).encode(), call=None)
    if told.isdigit() and int(told) % CALLS_EVERY == 0:
        call = Call(len(log), "GET", "shop", "/", timeout=1000, retries=1, deadline_at=arrival.at + 60_000)
        return Result(replace(after, call=call.id), event=event, lines=(line,), call=call)
    return Result(after, event=event, lines=(line,))


class Wire:
    """The socket to the test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count()
        self._asked: dict[int, asyncio.Future[Json]] = {}

    def tell(self, message: Json) -> None:
        self._writer.write(json.dumps(message).encode() + b"\n")

    async def ask(self, message: Json) -> Json:
        number = next(self._numbers)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self.tell({**message, "send": number})
        return await answer

    async def listen(self, path: Path, group: asyncio.TaskGroup) -> None:
        while line := await self._reader.readline():
            message = json.loads(line)
            if "sent" in message:
                self._asked.pop(message["sent"]).set_result(message)
            elif "accept" in message:
                group.create_task(self._accept(path, message))
            elif "finish" in message:
                group.create_task(self._finish(path))
            else:
                return

    async def _accept(self, path: Path, message: Json) -> None:
        inbounds = [INBOUND.decode(json.dumps(inbound)) for inbound in message["inbounds"]]
        await path.accept(ACCOUNT, inbounds)
        self.tell({"stored": message["accept"]})

    async def _finish(self, path: Path) -> None:
        await path.quiet(within=30)
        self.tell({"quiet": True})


class SocketChannel(FakeChannel):
    """Sends over the wire; the platform refuses some calls for a moment."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        answer = await self._wire.ask({"to": recipient, "text": body["text"]})
        if answer.get("busy"):
            raise PlatformError("busy", reason="outage", retryable=True)
        return str(answer["id"])


class SlowCaller:
    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        await asyncio.sleep(random.random() / 200)
        return CallAnswer(call.id, status=200)


async def main(database: str, socket: str) -> None:
    store = SqliteStore.open(File(database))
    wire = Wire(*await asyncio.open_unix_connection(socket))
    channel = SocketChannel(wire)
    path = Path(
        store,
        {ACCOUNT: channel},
        SlowCaller(),
        NoPrograms(),
        remembering_turn,
        open_queues,
        lambda: time.time_ns() // 1_000_000,
        Pace(grace=50, first_retry=10),
    )
    async with path.running():
        wire.tell({"ready": True})
        async with asyncio.TaskGroup() as group:
            await wire.listen(path, group)
    await store.close(clean=True)


def run(database: str, socket: str) -> None:
    asyncio.run(main(database, socket))


def die_over_a_turn(database: str) -> None:
    """Take a customer's words up and be killed in the middle of the turn."""

    async def live() -> None:
        store = SqliteStore.open(File(database))
        path = make_path(store, Ticking(), [FakeChannel()], turn=_killing)
        async with path.running():
            await path.accept(ACCOUNT, [said("hi", 1, contact="c1"), said("kill", 2, contact="c2")])
            await path.quiet()

    asyncio.run(live())


def _killing(record: Record, arrival: Arrival, *rest: Any) -> Result:
    if arrival.inbound is not None and arrival.inbound.text == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return remembering_turn(record, arrival, *rest)
