"""The calls worker: makes the HTTP calls conversations wait for, outside any transaction.

Attempts and the deadline are durable. The answer becomes the conversation's next arrival exactly once; a call that was
cancelled or is past its deadline never produces a second one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from chatbot.conversation.ports import Caller, Channel
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import CallEnd, Clock, PlacedCall, Store
from chatbot.errors import PlatformError
from chatbot.types import CallAnswer

_log = logging.getLogger(__name__)

REPEATABLE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that may be made again when nobody knows whether the first one was carried out."""

PASSING: Final = frozenset({408, 425, 429})
"""Statuses below 500 that a later attempt may not meet."""

FIRST_RETRY: Final = 200
TYPING_AFTER: Final = 2.0


class Calls:
    """Makes calls; `round` hands in how calls ended and starts those that are due."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        caller: Caller,
        clock: Clock,
        *,
        parallel: int = 64,
        first_retry: int = FIRST_RETRY,
        typing_after: float = TYPING_AFTER,
    ) -> None:
        self._store = store
        self._channels = channels
        self._caller = caller
        self._clock = clock
        self._parallel = parallel
        self._first_retry = first_retry
        self._typing_after = typing_after
        self._ends: list[CallEnd] = []
        self._running: dict[int, asyncio.Task[None]] = {}
        self.bell = Bell()
        self.on_answers = Bell()

    @property
    def in_flight(self) -> int:
        return len(self._running)

    @property
    def tasks(self) -> frozenset[asyncio.Task[None]]:
        """What is under way now."""
        return frozenset(self._running.values())

    async def round(self, group: asyncio.TaskGroup) -> int | None:
        ends, self._ends = self._ends, []
        try:
            placed = await self._store.exchange_calls(ends, self._parallel - len(self._running), self._clock())
        except BaseException:
            self._ends = ends + self._ends
            raise
        if placed.answered:
            self.on_answers.ring()
        for call in placed.calls:
            self._running[call.id] = group.create_task(self._make(call))
        return placed.wake_at

    async def finish(self) -> None:
        """Hand in the last answers without starting anything; before the store closes."""
        ends, self._ends = self._ends, []
        await self._store.exchange_calls(ends, 0, self._clock())

    async def _make(self, placed: PlacedCall) -> None:
        try:
            end = await self._guarded(placed)
            self._ends.append(end)  # looked up after the wait: a round has put a new list there meanwhile
        finally:
            del self._running[placed.id]  # before the bell: the round it wakes counts what is free
            self.bell.ring()

    async def _guarded(self, placed: PlacedCall) -> CallEnd:
        try:
            return await self._attempt(placed)
        except Exception:  # noqa: BLE001  # a fault in the caller is an answer too: the flow has an outcome for it
            _log.exception("a call failed: conversation=%d call=%d", placed.conversation, placed.call.id)
            return CallEnd(placed.id, CallAnswer(placed.call.id, error="connection"))

    async def _attempt(self, placed: PlacedCall) -> CallEnd:
        call = placed.call
        if placed.interrupted and call.method not in REPEATABLE and placed.attempts > call.retries + 1:
            return CallEnd(placed.id, CallAnswer(call.id, error="connection"))
        left = call.deadline_at - self._clock()
        if left <= 0:
            return CallEnd(placed.id, CallAnswer(call.id, error="timeout"))
        try:
            async with asyncio.timeout(left / 1000):
                answer = await self._with_typing(placed)
        except TimeoutError:
            return CallEnd(placed.id, CallAnswer(call.id, error="timeout"))
        retry_at = self._clock() + self._first_retry * 2 ** (placed.attempts - 1)
        if may_pass(answer) and placed.attempts <= call.retries and retry_at < call.deadline_at:
            return CallEnd(placed.id, next_try_at=retry_at)
        return CallEnd(placed.id, answer)

    async def _with_typing(self, placed: PlacedCall) -> CallAnswer:
        async with asyncio.TaskGroup() as group:
            typing = group.create_task(self._show_typing(placed))
            answer = await self._caller.attempt(placed.call, placed.key)
            typing.cancel()
        return answer

    async def _show_typing(self, placed: PlacedCall) -> None:
        await asyncio.sleep(self._typing_after)
        channel = self._channels.get(placed.account)
        if channel is None:
            return
        try:
            await channel.typing(placed.recipient)
        except (PlatformError, OSError):
            _log.debug("typing could not be shown: conversation=%d", placed.conversation)


def may_pass(answer: CallAnswer) -> bool:
    """Whether a later attempt may fare better."""
    return answer.error in {"timeout", "connection"} or answer.status in PASSING or answer.status >= 500
