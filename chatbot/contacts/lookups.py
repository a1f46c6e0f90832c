"""Who writes to us: asked of the platform at first contact, where its messages do not say.

A first answer waits a moment for it, so that it can use the name; never long, and a platform that does not tell costs
nobody an answer. What was found is kept with the contact.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Final, Protocol, runtime_checkable

from chatbot.conversation.faults import told
from chatbot.conversation.rarely import Rarely
from chatbot.conversation.record import Record
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Clock, Unavailable, Work
from chatbot.errors import PlatformError
from chatbot.policy.pacing import Rate
from chatbot.types import Json

_log = logging.getLogger(__name__)

BUDGET: Final = 800
"""Milliseconds after its arrival that a first message waits for its sender's name."""

AGAIN_AFTER: Final = 24 * 3_600_000
"""Milliseconds until who was not found is asked for again, when they write."""

RATE: Final = Rate(100, burst=10)
"""Look-ups of all accounts; what comes faster is asked in its turn, and no answer waits for it."""

MOST_WAITING: Final = 10_000
REMEMBERED: Final = 100_000
LONGEST: Final = 10.0
"""Seconds for one look-up."""


@runtime_checkable
class ProfileSource(Protocol):
    """A channel that can ask its platform about a contact."""

    async def profile(self, contact: str) -> Mapping[str, Json]:
        """The fields of `Inbound.profile` it knows; none for somebody it may not ask about. Raises PlatformError."""
        ...


class Introductions(Protocol):
    """Where it is kept."""

    async def introduce(self, conversation: int, profile: Mapping[str, Json]) -> None:
        """Note what the contact has no value for yet."""
        ...


class Lookups:
    """Every account's; `on_known` is rung when a message that waits can be taken up."""

    def __init__(
        self, store: Introductions, channels: Mapping[str, object], clock: Clock, *, budget: int = BUDGET
    ) -> None:
        self._store = store
        self._sources = {name: each for name, each in channels.items() if isinstance(each, ProfileSource)}
        self._clock = clock
        self._budget = budget
        self._booked = 0.0
        self._asked: OrderedDict[int, int] = OrderedDict()
        self._later: deque[Record] = deque(maxlen=MOST_WAITING)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._drain: asyncio.Task[None] | None = None
        self._troubles = Rarely()
        self.on_known = Bell()

    def hold(self, work: Work) -> int | None:
        """Until when (ms since 1970 UTC) a first message should wait; None when it need not."""
        record, at = work.record, work.arrival.at
        if record.key.account not in self._sources or record.contact.get("name"):
            return None
        now = self._clock()
        if record.id not in self._tasks and not self._ask(record, now):
            return None
        until = at + self._budget
        return until if record.version == 0 and at <= now < until else None

    def _ask(self, record: Record, now: int) -> bool:
        """Whether the look-up runs now."""
        if now - self._asked.get(record.id, -AGAIN_AFTER) < AGAIN_AFTER:
            return False
        self._asked[record.id] = now
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        if self._later or RATE.free(self._booked, now) < 1:
            self._later.append(record)
            if self._drain is None or self._drain.done():
                self._drain = asyncio.create_task(self._take_turns())
            return False
        self._start(record, now)
        return True

    def _start(self, record: Record, now: int) -> None:
        self._booked = RATE.booked(self._booked, now)
        self._tasks[record.id] = asyncio.create_task(self._look_up(record))

    async def _take_turns(self) -> None:
        while self._later:
            self._start(self._later.popleft(), self._clock())
            await asyncio.sleep(RATE.every / 1000)

    async def _look_up(self, record: Record) -> None:
        account = record.key.account
        try:
            async with asyncio.timeout(LONGEST):
                found = await self._sources[account].profile(record.key.contact)
            if found:
                await self._store.introduce(record.id, found)
            self._troubles.over(account)
        except (PlatformError, TimeoutError) as error:
            reason = error.reason if isinstance(error, PlatformError) else "timeout"
            if times := self._troubles.due(account, reason, self._clock()):
                _log.info("contacts cannot be looked up: account=%s reason=%s times=%d", account, reason, times)
        except Unavailable:
            self._asked.pop(record.id, None)  # asked again when they write next
        except Exception as error:  # noqa: BLE001  # a fault in a channel must not cost anybody their answer
            _log.error("a look-up failed: account=%s: %s", account, told(error))
        finally:
            del self._tasks[record.id]
            self.on_known.ring()

    async def close(self) -> None:
        """Ask for nobody any more."""
        tasks = [*self._tasks.values(), *([self._drain] if self._drain is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
