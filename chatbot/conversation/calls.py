"""The calls worker: makes the calls conversations wait for, HTTP and actions, outside any transaction.

Attempts and the deadline are durable. The answer becomes the conversation's next arrival exactly once; a call that was
cancelled or is past its deadline never produces a second one.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Mapping
from typing import Final

from chatbot.conversation.codec import storable
from chatbot.conversation.faults import told
from chatbot.conversation.ports import Caller, Channel
from chatbot.conversation.rarely import Rarely
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import CallEnd, Clock, Placed, PlacedCall, Slots, Store
from chatbot.errors import PlatformError
from chatbot.types import CallAnswer

_log = logging.getLogger(__name__)

REPEATABLE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that may be made again when nobody knows whether the first one was carried out."""

PASSING: Final = frozenset({408, 425, 429})
"""Statuses below 500 that a later attempt may not meet."""

REMEDIES: Final[Mapping[str, str]] = {
    "connection": "it cannot be reached: check its url in bot.yaml, and that it runs",
    "timeout": "it does not answer in time: check it, or give it a longer `timeout`",
    "invalid": "its answer is no JSON, or too large",
    "refused": "it is at, or redirects to, an address it may not have: check its url, and `private` in bot.yaml",
    "401": "it refuses our credentials: check its `auth` in bot.yaml",
    "403": "it refuses our credentials: check its `auth` in bot.yaml",
    "429": "it asks for fewer requests",
}
"""What to do about a service that fails; a status of the flow's own business, such as 404, has no remedy."""
_BROKEN: Final = "something is wrong in it: look into its own log"

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
        parallel: int = 256,
        each: int = 32,
        first_retry: int = FIRST_RETRY,
        typing_after: float = TYPING_AFTER,
    ) -> None:
        self._store = store
        self._channels = channels
        self._caller = caller
        self._clock = clock
        self._parallel = parallel
        self._each = each
        self._first_retry = first_retry
        self._typing_after = typing_after
        self._ends: list[CallEnd] = []
        self._running: dict[int, asyncio.Task[None]] = {}
        self._under_way: Counter[str] = Counter()
        self._troubles = Rarely()
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
        free = self._parallel - len(self._running)
        placed = await self._exchange(Slots(free, self._each, dict(self._under_way)))
        for call in placed.calls:
            self._under_way[call.call.service] += 1
            self._running[call.id] = group.create_task(self._make(call))
        return placed.wake_at

    async def finish(self) -> None:
        """Hand in the last answers without starting anything; before the store closes."""
        await self._exchange(Slots(0))

    async def _exchange(self, slots: Slots) -> Placed:
        ends, self._ends = self._ends, []
        try:
            placed = await self._store.exchange_calls(ends, slots, self._clock())
        except BaseException:
            self._ends = ends + self._ends  # what a service answered must not be forgotten
            raise
        if placed.answered:
            self.on_answers.ring()
        return placed

    async def _make(self, placed: PlacedCall) -> None:
        try:
            end = await self._guarded(placed)
            self._ends.append(end)  # looked up after the wait: a round has put a new list there meanwhile
        finally:
            del self._running[placed.id]  # before the bell: the round it wakes counts what is free
            self._under_way[placed.call.service] -= 1
            self.bell.ring()

    async def _guarded(self, placed: PlacedCall) -> CallEnd:
        try:
            return await self._attempt(placed)
        except Exception as error:  # noqa: BLE001  # a fault in the caller is an answer too: the flow has an outcome for it
            _log.error("a call failed: conversation=%d call=%d: %s", placed.conversation, placed.call.id, told(error))
            return CallEnd(placed.id, CallAnswer(placed.call.id, error="connection"))

    async def _attempt(self, placed: PlacedCall) -> CallEnd:
        call = placed.call
        if placed.interrupted and call.method not in REPEATABLE and placed.attempts > call.retries + 1:
            return CallEnd(placed.id, CallAnswer(call.id, error="interrupted" if call.action else "connection"))
        left = call.deadline_at - self._clock()
        if left <= 0:
            return CallEnd(placed.id, CallAnswer(call.id, error="timeout"))
        try:
            async with asyncio.timeout(left / 1000):
                answer = await self._with_typing(placed)
            if not storable(answer):
                answer = CallAnswer(call.id, error="invalid")
        except TimeoutError:
            answer = CallAnswer(call.id, error="timeout")
            self._complain(placed, answer)
            return self._failed(placed, answer)
        self._complain(placed, answer)
        retry_at = self._clock() + max(self._pause(placed.attempts), answer.retry_after)
        if may_pass(answer) and placed.attempts <= call.retries and retry_at < call.deadline_at:
            return CallEnd(placed.id, next_try_at=retry_at)
        return self._failed(placed, answer) if answer.error or answer.status >= 500 else CallEnd(placed.id, answer)

    def _pause(self, attempts: int) -> int:
        """Milliseconds to the next attempt, longer each time; customers who failed together do not return together."""
        longest = self._first_retry * 2 ** (attempts - 1)
        return random.randint(longest // 2, longest)  # noqa: S311  # no secret depends on it

    def _failed(self, placed: PlacedCall, answer: CallAnswer) -> CallEnd:
        """The end of a call that failed for good: one line for each conversation it left without an answer."""
        what = answer.error or str(answer.status)
        kind, name = ("action", placed.call.action) if placed.call.action else ("service", placed.call.service)
        _log.info(
            "a call failed for good: conversation=%d call=%d %s=%s attempts=%d: %s",
            placed.conversation, placed.call.id, kind, name, placed.attempts, what,
        )  # fmt: skip
        return CallEnd(placed.id, answer)

    def _complain(self, placed: PlacedCall, answer: CallAnswer) -> None:
        """A service that fails is said at once and then rarely; never its address or path: they may hold secrets."""
        if placed.call.action:
            return  # what an action raised is logged where it ran, with its place
        service, trouble = placed.call.service, answer.error or str(answer.status)
        remedy = REMEDIES.get(trouble, _BROKEN if answer.status >= 500 else "")
        if not remedy:
            if self._troubles.over(service):
                _log.info("the service answers again: service=%s", service)
        elif times := self._troubles.due(service, trouble, self._clock()):
            _log.warning(
                "service %s fails: %s (%s, %d since the last line, last: conversation=%d call=%d attempt=%d)",
                service, remedy, trouble, times, placed.conversation, placed.call.id, placed.attempts,
            )  # fmt: skip

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
