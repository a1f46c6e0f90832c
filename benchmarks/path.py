"""CPU microseconds per message through accept -> turn -> outbox -> send, with a turn that decides nothing.

The rival is a bare loop in memory with the same turn function and platform: what durability costs, as a ratio.
    python benchmarks/path.py [--messages 20000] [--people 1000] [--in-flight 64] [--durability full]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path as File
from typing import Any

sys.path.insert(0, str(File(__file__).parents[1]))

from chatbot.conversation.path import Pace, Path
from chatbot.conversation.record import Arrival, Record
from chatbot.policy.pacing import Rates, per_second
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import ConversationKey, Inbound
from tests.conversation.path_kit import (
    ACCOUNT,
    FakeCaller,
    FakeChannel,
    NoPrograms,
    counting_turn,
    open_queues,
    said,
)

UNLIMITED = Rates(per_second(10_000))
"""What the platform would allow a page is not what is measured here."""


def now() -> int:
    return time.time_ns() // 1_000_000


def traffic(messages: int, people: int) -> list[Inbound]:
    at = now()
    return [said("hello there", n, contact=f"c{n % people}", at=at + n) for n in range(messages)]


async def in_memory(inbounds: Iterable[Inbound]) -> int:
    """The least a bot can do: state in a dict, no redelivery, no crash, no second process."""
    channel = FakeChannel(own_rates=UNLIMITED)
    records: dict[ConversationKey, Record] = {}
    for inbound in inbounds:
        record = records.get(inbound.key) or Record(len(records) + 1, inbound.key, "messenger")
        result = counting_turn(record, Arrival(now(), inbound=inbound), NoPrograms(), channel, {})
        records[inbound.key] = result.record
        for line in result.lines:
            for body in line.bodies:
                await channel.send(inbound.key.contact, body, "")
    return len(channel.sent)


async def durable(inbounds: list[Inbound], store: SqliteStore, in_flight: int) -> int:
    channel = FakeChannel(own_rates=UNLIMITED)
    path = Path(
        store, {ACCOUNT: channel}, FakeCaller(), NoPrograms(), counting_turn, open_queues, now,
        Pace(parallel_sends=in_flight),
    )  # fmt: skip
    waiting = iter(inbounds)

    async def webhooks() -> None:
        for inbound in waiting:
            await path.accept(ACCOUNT, [inbound])

    async with path.running():
        async with asyncio.TaskGroup() as group:
            for _ in range(in_flight):
                group.create_task(webhooks())
        await path.quiet(within=120)
    await store.close(clean=True)
    return len(channel.sent)


def measured(name: str, work: Coroutine[Any, Any, int], messages: int) -> float:
    cpu, wall = time.process_time(), time.perf_counter()
    sent = asyncio.run(work)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert sent == messages, f"{sent} answers to {messages} messages"
    each = cpu / messages * 1e6
    print(f"{name:12} {each:7.1f} us CPU/message  {messages / wall:8.0f} messages/s")
    return each


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--durability", choices=["full", "fast"], default="full")
    options = parser.parse_args()
    inbounds = traffic(options.messages, options.people)
    bare = measured("in memory", in_memory(inbounds), options.messages)
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(File(folder) / "bench.db", durability=options.durability)
        work = durable(inbounds, store, options.in_flight)
        ours = measured("durable", work, options.messages)
    print(f"ratio {ours / bare:.1f} (durability {options.durability}, {options.in_flight} webhooks in flight)")


if __name__ == "__main__":
    main()
