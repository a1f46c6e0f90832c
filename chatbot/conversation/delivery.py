"""The outbox worker: in order for each conversation, many conversations at a time.

A row is journaled as `sending` before the platform is called. Whether it may still go out is decided by the store in
the statement that marks it; what became of it goes back with the next request for rows.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from typing import Final

from chatbot.conversation.ports import Channel
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Ask, Clock, Parcel, Report, Store
from chatbot.errors import PlatformError

_log = logging.getLogger(__name__)

FIRST_RETRY: Final = 1_000
LONGEST_RETRY: Final = 60_000
MAX_ATTEMPTS: Final = 8


class Delivery:
    """Sends what the outbox holds; `round` hands in what ended and starts what may be sent."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        parallel: int = 32,
        grace: int = 10_000,
        send_timeout: int = 30_000,
        first_retry: int = FIRST_RETRY,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._parallel = parallel
        self._grace = grace
        self._send_timeout = send_timeout
        self._first_retry = first_retry
        self._resend = tuple(name for name, channel in channels.items() if channel.unsettled == "resend")
        self._reports: list[Report] = []
        self._paused: dict[str, int] = {}
        self._sends: dict[int, asyncio.Task[None]] = {}
        self.bell = Bell()

    @property
    def in_flight(self) -> int:
        return len(self._sends)

    @property
    def tasks(self) -> frozenset[asyncio.Task[None]]:
        """What is under way now."""
        return frozenset(self._sends.values())

    async def round(self, group: asyncio.TaskGroup) -> int | None:
        """Hand in reports, take parcels, start sending them in `group`; returns when something falls due."""
        now = self._clock()
        self._paused = {account: until for account, until in self._paused.items() if until > now}
        reports, self._reports = self._reports, []
        accounts = [account for account in self._channels if account not in self._paused]
        ask = Ask(self._parallel - len(self._sends), accounts, self._resend, MAX_ATTEMPTS)
        try:
            post = await self._store.exchange(reports, ask, now)
        except BaseException:
            self._reports = reports + self._reports  # what a platform answered must not be forgotten
            raise
        for parcel in post.parcels:
            self._sends[parcel.id] = group.create_task(self._send(parcel))
        wakes = [*self._paused.values(), *([] if post.wake_at is None else [post.wake_at])]
        return min(wakes, default=None)

    async def finish(self) -> None:
        """Hand in the last reports without taking anything; before the store closes."""
        reports, self._reports = self._reports, []
        await self._store.exchange(reports, Ask(0, (), self._resend, MAX_ATTEMPTS), self._clock())

    async def _send(self, parcel: Parcel) -> None:
        try:
            report = await self._attempt(parcel)
            self._reports.append(report)  # looked up after the wait: a round has put a new list there meanwhile
        finally:
            del self._sends[parcel.id]  # before the bell: the round it wakes counts what is free
            self.bell.ring()

    async def _attempt(self, parcel: Parcel) -> Report:
        channel = self._channels[parcel.account]
        try:
            async with asyncio.timeout(self._send_timeout / 1000):
                sent = await channel.send(parcel.recipient, parcel.body, parcel.reference)
        except PlatformError as error:
            return self._refused(parcel, error)
        except TimeoutError:
            return self._uncertain(parcel, "no answer in time")
        except Exception as error:  # noqa: BLE001  # a fault in a channel: nobody knows how far it came
            _log.exception("a channel failed: conversation=%d outbox=%d", parcel.conversation, parcel.id)
            return self._uncertain(parcel, type(error).__name__)
        return Report(parcel, "sent", platform_id=sent)

    def _uncertain(self, parcel: Parcel, error: str) -> Report:
        _log.warning("a send is uncertain: conversation=%d outbox=%d", parcel.conversation, parcel.id)
        until = self._clock() + self._grace
        return Report(parcel, "uncertain", next_try_at=until, reason="outage", error=error)

    def _refused(self, parcel: Parcel, error: PlatformError) -> Report:
        if error.uncertain:
            return self._uncertain(parcel, str(error))
        now = self._clock()
        wait = int((error.retry_after or 0) * 1000)
        if error.reason == "rate" and wait:
            self._paused[parcel.account] = now + wait
        if not error.retryable or parcel.attempts >= MAX_ATTEMPTS:
            _log.warning(
                "a send failed: conversation=%d outbox=%d reason=%s", parcel.conversation, parcel.id, error.reason
            )
            return Report(parcel, "failed", reason=error.reason, error=str(error))
        pause = max(wait, self._backoff(parcel.attempts))
        return Report(parcel, "retry", next_try_at=now + pause, reason=error.reason, error=str(error))

    def _backoff(self, attempts: int) -> int:
        """Doubling, between half and all of it: many rows that failed together do not come back together."""
        whole = min(self._first_retry * 2 ** (attempts - 1), LONGEST_RETRY)
        return int(whole * (0.5 + random.random() / 2))  # noqa: S311  # jitter
