"""The outbox worker: in order for each conversation, many conversations at a time.

A row is journaled as `sending` before the platform is called. Whether it may still go out is decided by the store in
the statement that marks it; what became of it goes back with the next request for rows.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Mapping
from typing import Final

from chatbot.conversation.faults import told
from chatbot.conversation.pacing import Pacing
from chatbot.conversation.ports import Channel, HumanAgent, windows_of
from chatbot.conversation.rarely import Rarely
from chatbot.conversation.rounds import Bell
from chatbot.conversation.standing import Standings
from chatbot.conversation.store import FARTHEST, Ask, Clock, Parcel, Post, Report, Store
from chatbot.errors import PlatformError

_log = logging.getLogger(__name__)

FIRST_RETRY: Final = 1_000
LONGEST_RETRY: Final = 60_000
REFUSED_PAUSE: Final = 60_000
"""How often an account whose token or permission is refused is tried."""

MAX_DOUBTS: Final = 8
"""Sends of one message that nobody confirmed; each may have reached the customer, so a person decides then."""

REMEDIES: Final[Mapping[str, str]] = {
    "token": "the token is refused: check it in bot.yaml and in the environment variable it names, then restart",
    "permission": "the platform does not allow it: check the permissions and the review of the app",
    "rate": "the platform asks to send more slowly: it goes on by itself",
    "outage": "the platform cannot be reached or is failing: messages are tried again; if it lasts, check the network"
    " and the account's `api_url`",
}
"""What to do about the troubles of a whole account; any other reason is one message's own."""

ACCOUNTS_OWN: Final = frozenset({"token", "permission"})
"""Refusals that somebody has to put right; until then the account's messages wait, as long as they live."""


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
        self._grace = grace
        self._send_timeout = send_timeout
        self._first_retry = first_retry
        self._resend = tuple(name for name, channel in channels.items() if channel.unsettled == "resend")
        self._repeat = tuple(name for name, channel in channels.items() if channel.idempotent)
        self._agents = tuple(
            name for name, channel in channels.items() if isinstance(channel, HumanAgent) and channel.human_agent
        )
        self._windows = windows_of(channels)
        self._reports: list[Report] = []
        self._standings = Standings(channels, parallel)
        self._pacing = Pacing(channels)
        self._doubts: Counter[int] = Counter()
        self._sends: dict[int, asyncio.Task[None]] = {}
        self._under_way: Counter[str] = Counter()
        self._troubles = Rarely()
        self.bell = Bell()
        self.on_refused = Bell()

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
        rooms = self._pacing.limited(self._standings.rooms(self._under_way, now), now)
        post = await self._exchange(rooms, now)
        for parcel in post.parcels:
            self._pacing.sending(parcel.account, parcel.conversation, now)
            self._under_way[parcel.account] += 1
            self._sends[parcel.id] = group.create_task(self._send(parcel))
        wakes = [
            *self._standings.wakes(now),
            *self._pacing.wakes(now),
            *([] if post.wake_at is None else [post.wake_at]),
        ]
        return min(wakes, default=None)

    async def finish(self) -> None:
        """Hand in the last reports without taking anything; before the store closes."""
        await self._exchange({}, self._clock())

    async def _exchange(self, rooms: Mapping[str, int], now: int) -> Post:
        reports, self._reports = self._reports, []
        try:
            post = await self._store.exchange(reports, self._ask(rooms, now), now)
        except BaseException:
            self._reports = reports + self._reports  # what a platform answered must not be forgotten
            raise
        if post.told or any(report.fate == "failed" for report in reports):
            self.on_refused.ring()
        return post

    def _ask(self, rooms: Mapping[str, int], now: int) -> Ask:
        return Ask(rooms, self._resend, self._repeat, self._agents, self._pacing.rests(now), self._windows)

    async def _send(self, parcel: Parcel) -> None:
        try:
            report = await self._attempt(parcel)
            self._reports.append(report)  # looked up after the wait: a round has put a new list there meanwhile
        finally:
            del self._sends[parcel.id]  # before the bell: the round it wakes counts what is free
            self._under_way[parcel.account] -= 1
            self.bell.ring()

    async def _attempt(self, parcel: Parcel) -> Report:
        try:
            async with asyncio.timeout(self._send_timeout / 1000):
                sent = await self._call(self._channels[parcel.account], parcel)
        except PlatformError as error:
            return self._refused(parcel, error)
        except TimeoutError:
            return self._uncertain(parcel, "no answer in time")
        except Exception as error:  # noqa: BLE001  # a fault in a channel: nobody knows how far it came
            _log.error("a channel failed: conversation=%d outbox=%d: %s", parcel.conversation, parcel.id, told(error))
            return self._uncertain(parcel, type(error).__name__)
        if self._troubles.over(parcel.account):
            _log.info("sends go through again: account=%s", parcel.account)
        self._standings.worked(parcel.account, parcel.id)
        self._doubts.pop(parcel.id, None)
        return Report(parcel, "sent", platform_id=sent)

    @staticmethod
    async def _call(channel: Channel, parcel: Parcel) -> str:
        if parcel.human_agent and isinstance(channel, HumanAgent):
            return await channel.send(parcel.recipient, parcel.body, parcel.reference, human_agent=True)
        return await channel.send(parcel.recipient, parcel.body, parcel.reference)

    def _uncertain(self, parcel: Parcel, error: str) -> Report:
        _log.warning(
            "a send is uncertain: account=%s conversation=%d outbox=%d: %s",
            parcel.account, parcel.conversation, parcel.id, error,
        )  # fmt: skip
        self._doubts[parcel.id] += 1
        if self._doubts[parcel.id] >= MAX_DOUBTS and parcel.account not in self._repeat:
            del self._doubts[parcel.id]
            return Report(parcel, "held", reason="outage", error=error)
        until = self._clock() + max(self._grace, self._backoff(self._doubts[parcel.id]))
        return Report(parcel, "uncertain", next_try_at=until, reason="outage", error=error)

    def _refused(self, parcel: Parcel, error: PlatformError) -> Report:
        if error.uncertain:
            return self._uncertain(parcel, storable(str(error)))
        now = self._clock()
        self._complain(parcel, error, now)
        wait = int((error.retry_after or 0) * 1000)
        alert = ""
        if error.reason in ACCOUNTS_OWN and self._standings.blame(parcel.account, parcel.id):
            wait = self._standings.pause(parcel.account, max(wait, REFUSED_PAUSE), now) - now
            if self._standings.alert(parcel.account):
                alert = f"Nothing can be sent through the account {parcel.account}: {REMEDIES[error.reason]}."
        elif not error.retryable or error.reason in ACCOUNTS_OWN:
            return Report(parcel, "failed", reason=error.reason, error=storable(str(error)))
        elif error.reason == "rate":
            refusals = self._standings.refusals(parcel.account, now)
            self._standings.pause(parcel.account, wait or self._backoff(refusals), now)
        pause = min(max(wait, self._backoff(parcel.attempts)), FARTHEST)
        return Report(
            parcel, "retry", next_try_at=now + pause, reason=error.reason, error=storable(str(error)), alert=alert
        )

    def _complain(self, parcel: Parcel, error: PlatformError, now: int) -> None:
        """The trouble of one message is said each time, that of an account at once and then rarely."""
        remedy, said = REMEDIES.get(error.reason), storable(str(error))
        if remedy is None:
            _log.warning(
                "a message cannot be sent: account=%s conversation=%d outbox=%d reason=%s: %s",
                parcel.account, parcel.conversation, parcel.id, error.reason, said,
            )  # fmt: skip
        elif times := self._troubles.due(parcel.account, error.reason, now):
            _log.warning(
                "sends of account %s fail: %s (reason=%s, %d since the last line, last: conversation=%d outbox=%d"
                " attempt=%d: %s)",
                parcel.account, remedy, error.reason, times, parcel.conversation, parcel.id, parcel.attempts, said,
            )  # fmt: skip

    def _backoff(self, attempts: int) -> int:
        """Doubling, between half and all of it: many rows that failed together do not come back together."""
        whole = min(self._first_retry * 2 ** min(attempts - 1, 20), LONGEST_RETRY)
        return int(whole * (0.5 + random.random() / 2))  # noqa: S311  # jitter


def storable(text: str) -> str:
    """What a platform wrote, for a row and the log: neither takes a lone surrogate."""
    return text.encode("utf-8", "replace").decode()
