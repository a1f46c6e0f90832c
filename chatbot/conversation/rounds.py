"""How a worker works: in rounds, woken by a bell or by the time, and never ended by one round that fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from chatbot.conversation.faults import told
from chatbot.conversation.store import Clock, Unavailable

_log = logging.getLogger(__name__)

LONGEST_SLEEP: Final = 60_000
"""Milliseconds after which a worker looks again whatever it was told: clocks jump."""

AFTER_TROUBLE: Final = 1_000


class Bell:
    """Wakes one worker; rung while it works, it makes the next round follow at once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, milliseconds: int | None) -> None:
        """Until rung or for so long, whichever comes first."""
        if not self._rung.is_set():
            span = LONGEST_SLEEP if milliseconds is None else min(milliseconds, LONGEST_SLEEP)
            if span > 0:
                try:
                    async with asyncio.timeout(span / 1000):
                        await self._rung.wait()
                except TimeoutError:
                    pass
        self._rung.clear()


class Rounds:
    """Runs a worker's round again and again until stopped. A round returns when the next one is due, if it knows."""

    def __init__(self, name: str, once: Callable[[], Awaitable[int | None]], clock: Clock, bell: Bell) -> None:
        self._name = name
        self._once = once
        self._clock = clock
        self._bell = bell
        self._stopping = False
        self.trouble = ""
        """What the last round failed with; "" when it went well."""

    def stop(self) -> None:
        """End after the round that runs now."""
        self._stopping = True
        self._bell.ring()

    async def run(self) -> None:
        while not self._stopping:
            pause: int | None
            try:
                due = await self._once()
                pause = None if due is None else due - self._clock()
                self.trouble = ""
            except Unavailable as error:
                pause = AFTER_TROUBLE
                self.trouble = str(error)
                _log.warning("%s: the store is not available: %s", self._name, error)
            except Exception as error:  # noqa: BLE001  # a worker that ended would leave customers waiting unseen
                pause = AFTER_TROUBLE
                self.trouble = "failed"
                _log.error("%s: a round failed: %s", self._name, told(error))
            if self._stopping:
                return
            await self._bell.wait(pause)
