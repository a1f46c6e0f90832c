"""Waking the streams of this process when something happens in a conversation; other processes find it by polling."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Bell:
    """What one open stream waits on."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Until it is rung, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


class Notifier:
    """The open streams by contact. A contact without one costs nothing."""

    def __init__(self) -> None:
        self._bells: dict[str, set[Bell]] = {}

    def open_streams(self, contact: str) -> int:
        return len(self._bells.get(contact, ()))

    @contextmanager
    def listening(self, contact: str) -> Iterator[Bell]:
        bell = Bell()
        self._bells.setdefault(contact, set()).add(bell)
        try:
            yield bell
        finally:
            bells = self._bells[contact]
            bells.discard(bell)
            if not bells:
                del self._bells[contact]

    def ring(self, contact: str) -> None:
        for bell in self._bells.get(contact, ()):
            bell.ring()

    def ring_all(self) -> None:
        for contact in self._bells:
            self.ring(contact)
