"""The path of one message, and the file to read first.

webhook -> Path.accept        stored, deduplicated: only then 200               accept.py
inbox   -> Turns.round        one turn at a time for each conversation          turns.py
        -> take_turn          read, decide, render: pure                        turn.py
        -> Claim.commit       state, transcript, outbox, timers, calls,
                              handoff: one transaction                          store.py
outbox  -> Delivery.round     in order for each conversation, retried           delivery.py
calls   -> Calls.round        their answers are the next arrivals               calls.py
people  -> Path.handoffs      claim, reply, release, resolve                    handoffs.py
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chatbot.conversation.accept import Inbox
from chatbot.conversation.calls import Calls
from chatbot.conversation.delivery import Delivery
from chatbot.conversation.handoffs import Handoffs
from chatbot.conversation.ports import Caller, Channel
from chatbot.conversation.rounds import Bell, Rounds
from chatbot.conversation.seeing import Seen
from chatbot.conversation.store import Accepted, Clock, Load, Store, Unavailable
from chatbot.conversation.turns import REPLY_WITHIN, QueueState, TurnFunction, Turns, Versions
from chatbot.types import Inbound

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patient the path is; times in milliseconds."""

    batch: int = 128
    parallel_sends: int = 32
    """For each account: one that hangs must not hold up another."""
    parallel_calls: int = 256
    calls_per_service: int = 32
    accept_limit: int = 5_000
    reply_within: int = REPLY_WITHIN
    grace: int = 10_000
    """How long an interrupted send waits for news from the platform."""
    send_timeout: int = 30_000
    first_retry: int = 1_000
    drain: int = 10_000
    """How long stopping waits for sends and calls under way."""
    keep_arrivals: int = 30 * 86_400_000
    prune_every: int = 6 * 3_600_000


class Path:
    """The durable path from `accept` to the platform. Works while inside `running()`."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        caller: Caller,
        programs: Versions,
        take_turn: TurnFunction,
        queues: QueueState,
        clock: Clock,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace = pace or Pace()
        self._store = store
        self._clock = clock
        kinds = {account: channel.kind for account, channel in channels.items()}
        self.inbox = Inbox(store, kinds, clock, limit=pace.accept_limit)
        self.turns = Turns(
            store, channels, programs, take_turn, queues, clock, batch=pace.batch, reply_within=pace.reply_within
        )
        self.delivery = Delivery(
            store, channels, clock, parallel=pace.parallel_sends, grace=pace.grace, send_timeout=pace.send_timeout,
            first_retry=pace.first_retry,
        )  # fmt: skip
        self.calls = Calls(store, channels, caller, clock, parallel=pace.parallel_calls, each=pace.calls_per_service)
        self.turns.on_lines = self.inbox.on_settled = self.delivery.bell
        self.turns.on_calls = self.calls.bell
        self.seen = Seen(channels)
        self.turns.on_taken = self.seen.note
        self.calls.on_answers = self.delivery.on_refused = self.inbox.on_turns
        self.handoffs = Handoffs(
            store, channels, clock, self.inbox.on_turns, self.delivery.bell, lambda: programs.active.program.bot
        )
        self._rounds: list[Rounds] = []
        self._prune_at = 0

    async def accept(self, account: str, inbounds: Sequence[Inbound], raw: bytes = b"") -> Accepted:
        return await self.inbox.accept(account, inbounds, raw)

    async def dead_letter(self, account: str, raw: bytes, reason: str) -> None:
        await self.inbox.dead_letter(account, raw, reason)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Path]:
        """Start where the last process stopped; on leaving, finish what is under way within `drain`, then stop."""
        if not await self._store.start(self._clock(), self._pace.grace):
            _log.warning("the last process did not stop in order: going on where it was")
        raised: Exception | None = None
        async with asyncio.TaskGroup() as group, asyncio.TaskGroup() as sends:
            workers = self._start(group, sends)
            try:
                yield self
            except Exception as error:  # noqa: BLE001  # raised again below: a task group would wrap the caller's error
                raised = error
            finally:
                await self._drain(workers)
                for task in (*workers, *self.delivery.tasks, *self.calls.tasks):
                    task.cancel()
        for finish in (self.delivery.finish, self.calls.finish):
            try:
                await finish()
            except Unavailable as error:
                _log.warning("what ended last cannot be stored; the next start sees to it: %s", error)
        if raised is not None:
            raise raised

    def _start(self, group: asyncio.TaskGroup, sends: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        self._rounds = [
            Rounds("turns", self.turns.round, self._clock, self.inbox.on_turns),
            Rounds("delivery", lambda: self.delivery.round(sends), self._clock, self.delivery.bell),
            Rounds("pruning", self._prune, self._clock, Bell()),
            Rounds("seeing", self.seen.round, self._clock, self.seen.bell),
            Rounds("calls", lambda: self.calls.round(sends), self._clock, self.calls.bell),
        ]
        return [group.create_task(self.inbox.run()), *(group.create_task(rounds.run()) for rounds in self._rounds)]

    async def _prune(self) -> int:
        now = self._clock()
        if now >= self._prune_at:
            more = await self._store.prune(now, self._pace.keep_arrivals)
            self._prune_at = now if more else now + self._pace.prune_every
        return self._prune_at

    async def _drain(self, workers: Sequence[asyncio.Task[None]]) -> None:
        """Accepting ends first, then the rounds; sends and calls under way get the time that is left."""
        self.inbox.stop()
        for rounds in self._rounds:
            rounds.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.drain / 1000):
                await asyncio.wait(workers)
                under_way = [*self.delivery.tasks, *self.calls.tasks]
                if under_way:
                    await asyncio.wait(under_way)

    async def load(self) -> Load:
        return await self._store.load(self._clock())

    @property
    def trouble(self) -> str:
        """Why a worker cannot work now; "" when all do."""
        return next((rounds.trouble for rounds in self._rounds if rounds.trouble), "")

    async def quiet(self, within: float = 10.0) -> None:
        """Until nothing is pending, called or on its way; for tests and tools. Raises TimeoutError."""
        async with asyncio.timeout(within):
            # What is quiet is in the database, so there is no event to wait for.
            while not (await self.load()).quiet or self.delivery.in_flight or self.calls.in_flight:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
