"""The turn worker: one loop that takes pending arrivals up, a batch at a time, and commits what their turns decide.

A turn that raises, or that the process died over, is tried again alone; after three attempts its conversation goes to
a person. Nothing is kept in memory between rounds: whatever a fence refuses is read again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol, TypeAlias

from chatbot.conversation.faults import told
from chatbot.conversation.ports import Channel, Renderer
from chatbot.conversation.record import Arrival, Line, Record, Result, is_spoken
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Claim, Clock, Outcome, Store, Unavailable, Work
from chatbot.conversation.turn import Programs, Queues
from chatbot.types import Alert, HandOff, Message

_log = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 3
REPLY_WITHIN: Final = 15 * 60_000
AFTER_FENCE: Final = 50
"""Milliseconds to wait when every turn of a round was out of date."""

TurnFunction: TypeAlias = Callable[[Record, Arrival, Programs, Renderer, Queues], Result]
QueueState: TypeAlias = Callable[[int, Mapping[str, int]], Queues]
"""(now, how many wait in each queue) -> the facts about every queue."""


class Versions(Programs, Protocol):
    """The programs, which can be made ready before they are needed."""

    async def prepare(self, programs: Sequence[str]) -> None: ...


class Patience(Protocol):
    """Who may want a first message to wait a moment."""

    def hold(self, work: Work) -> int | None:
        """Until when (ms since 1970 UTC) a message should wait; None when it need not."""
        ...


class Turns:
    """Takes turns; `round` is one pass."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        programs: Versions,
        take_turn: TurnFunction,
        queues: QueueState,
        clock: Clock,
        *,
        batch: int = 128,
        reply_within: int = REPLY_WITHIN,
    ) -> None:
        self._store = store
        self._channels = channels
        self._programs = programs
        self._take_turn = take_turn
        self._queues = queues
        self._clock = clock
        self._batch = batch
        self._reply_within = reply_within
        self.on_taken: Callable[[Sequence[Outcome]], None] = lambda _: None
        """Hears of the turns that were committed."""
        self.patience: Sequence[Patience] = ()
        self.on_lines = Bell()
        self.on_calls = Bell()

    async def round(self) -> int | None:
        """One pass over what is pending; returns when to come back, None for "when something happens"."""
        now = self._clock()
        async with self._store.claim(now, self._batch) as claim:
            if not claim.works:
                return claim.wake_at
            works, until = self._ripe(claim.works)
            if not works:
                return until
            await self._programs.prepare([work.record.program for work in works])
            queues = self._queues(now, claim.waiting)
            done = await self._take(claim, [work for work in works if not work.attempts], queues)
            for work in works:
                if work.attempts >= MAX_ATTEMPTS:
                    done += await self._give_up(claim, work)
                elif work.attempts:
                    done += await self._take(claim, [work], queues)
        return now if done else now + AFTER_FENCE

    def _ripe(self, works: Sequence[Work]) -> tuple[Sequence[Work], int | None]:
        """The works to take up now, and when the first of the others may be."""
        ripe, waits = [], []
        for work in works:
            said = work.arrival.inbound
            asked = self.patience if said is not None and is_spoken(said) else ()
            holds = [until for each in asked if (until := each.hold(work)) is not None]
            if holds:
                waits.append(max(holds))
            else:
                ripe.append(work)
        return ripe, min(waits, default=None)

    async def _take(self, claim: Claim, works: Sequence[Work], queues: Queues) -> int:
        """Their turns in one commit; those that raise are counted and left for a round of their own."""
        outcomes = []
        raised = []
        for work in works:
            try:
                with self._store.under_way(work):
                    outcomes.append(self._turn(work, queues))
            except Exception as error:  # noqa: BLE001  # a turn that raises is tried again alone and must not hold up its neighbours
                _log.error("a turn raised: conversation=%d arrival=%d: %s", work.record.id, work.row, told(error))
                raised.append(work)
        if raised:
            await self._store.count_attempts(raised)
        return await self._commit(claim, outcomes) + len(raised)

    def _turn(self, work: Work, queues: Queues) -> Outcome:
        if work.fault:
            raise ValueError(f"arrival {work.row} {work.fault}")
        channel = self._channels.get(work.record.key.account)
        if channel is None:
            raise LookupError(f"the channel account {work.record.key.account!r} is no longer in bot.yaml")
        result = self._take_turn(work.record, work.arrival, self._programs, channel, queues)
        return Outcome(work, result, work.arrival.at + self._reply_within)

    async def _commit(self, claim: Claim, outcomes: Sequence[Outcome]) -> int:
        """How many were settled one way or the other; those a fence refused are not."""
        verdicts = await claim.commit(outcomes, self._clock())
        settled = 0
        for outcome, verdict in zip(outcomes, verdicts, strict=True):
            if isinstance(verdict, Unavailable):
                raise verdict
            if isinstance(verdict, BaseException):
                work = outcome.work
                _log.error(
                    "a turn cannot be stored: conversation=%d arrival=%d: %s", work.record.id, work.row, told(verdict)
                )
                await self._store.count_attempts([work])
            settled += verdict is not False
        self.on_taken([outcome for outcome, verdict in zip(outcomes, verdicts, strict=True) if verdict is True])
        if any(outcome.result.lines for outcome in outcomes):
            self.on_lines.ring()
        if any(outcome.result.call for outcome in outcomes):
            self.on_calls.ring()
        return settled

    async def _give_up(self, claim: Claim, work: Work) -> int:
        _log.error("giving up: conversation=%d arrival=%d goes to a person", work.record.id, work.row)
        result = given_up(work.record, self._channels.get(work.record.key.account))
        outcome = Outcome(work, result, self._clock(), dead=f"failed {work.attempts} times")
        verdicts = await claim.commit([outcome], self._clock())
        if isinstance(verdicts[0], Unavailable):
            raise verdicts[0]
        if isinstance(verdicts[0], BaseException):
            # Even the handoff cannot be stored: put the arrival aside with an alert and touch nothing else.
            _log.error("giving up failed: conversation=%d: %s", work.record.id, told(verdicts[0]))
            bare = Result(work.record, alerts=(Alert(_GAVE_UP),))
            verdicts = await claim.commit([replace(outcome, result=bare)], self._clock())
        self.on_lines.ring()
        return int(verdicts[0] is True)


_GAVE_UP: Final = "A message could not be handled by the bot."
_SORRY: Final = Message("Sorry, something went wrong on our side. A person will look at this and answer you here.")
"""Said without the project's files: they may be what fails."""


def given_up(record: Record, renderer: Renderer | None) -> Result:
    """What becomes of a conversation whose arrival cannot be handled: a person sees to it, and the customer is told.

    The flow it was in is dropped - it may be what fails - unless people hold the conversation already.
    """
    alerts = (Alert(_GAVE_UP),)
    if record.control != "bot":
        return Result(record, alerts=alerts)
    return Result(
        replace(record, status="open", control="queued", state=b"", call=None),
        lines=(Line("system", _SORRY, renderer.render(_SORRY), "system.error"),) if renderer else (),
        stop_call=record.call,
        entered=HandOff("default", note=_GAVE_UP, reason="error"),
        alerts=alerts,
    )
