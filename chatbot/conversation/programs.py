"""The versions of the bot at hand: the active one, and those that running conversations still stand on.

Loaded by hash from the store before a turn needs them, and kept in memory. A version that was replaced is kept for a
day; a conversation that still stands on it then goes on with the active one, at the question of the same name.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from chatbot.content.program import Program
from chatbot.conversation.store import Clock, Store
from chatbot.conversation.turn import Ready
from chatbot.engine.engine import Engine
from chatbot.understanding.understanding import Understanding

_log = logging.getLogger(__name__)

KEPT: Final = 24 * 3_600_000
"""Milliseconds for which a version goes on being used behind its successor."""

AT_HAND: Final = 16
"""Versions held in memory; one that is asked for again is loaded again. `serve --dev` makes one at every save."""

Compile = Callable[[bytes], Ready]
"""Makes a stored bundle ready: program, understanding, engine. Raises what loading raises."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """One version, ready to take turns."""

    program: Program
    understanding: Understanding
    engine: Engine


class Programs:
    """What `take_turn` looks versions up in."""

    def __init__(self, store: Store, active: Ready, compile_bundle: Compile, clock: Clock, kept: int = KEPT) -> None:
        self._store = store
        self._active = active
        self._compile = compile_bundle
        self._clock = clock
        self._kept = kept
        self._ready: dict[str, Ready | None] = {active.program.hash: active}
        self._replaced: dict[str, int] = {}

    @property
    def active(self) -> Ready:
        return self._active

    def get(self, program: str) -> Ready | None:
        """A version that `prepare` was asked for; None when it is not stored or cannot be loaded any more."""
        return self._ready.get(program)

    async def prepare(self, programs: Iterable[str]) -> None:
        """Have these versions in memory, as far as they can be had."""
        for program in programs:
            if not program or program == self._active.program.hash:
                continue
            if program not in self._ready:
                self._ready[program] = await self._load(program)
            else:
                self._ready[program] = self._ready.pop(program)  # to the end: what was wanted last goes last
            if self._ready[program] is not None and await self._retired(program):
                _log.info("program %s is retired: its conversations go on with the active one", program[:12])
                self._ready[program] = None

    async def _retired(self, program: str) -> bool:
        if program not in self._replaced:
            self._replaced |= await self._store.replaced()
        return self._clock() - self._replaced.get(program, self._clock()) >= self._kept

    async def activate(self, ready: Ready, bundle: bytes) -> None:
        """Store a version by its hash and run new conversations on it."""
        await self._store.activate(ready.program.hash, bundle, self._clock())
        self._ready.pop(ready.program.hash, None)
        self._ready[ready.program.hash] = ready
        self._active = ready
        for program in [*self._ready][:-AT_HAND]:
            del self._ready[program]
        self._replaced.clear()  # looked up anew: the one that was active has been replaced now

    async def stored(self, program: str) -> Ready | None:
        """A version out of the store, ready to be made the active one; None when it cannot be had."""
        return await self._load(program)

    async def _load(self, program: str) -> Ready | None:
        bundle = await self._store.bundle(program)
        if bundle is None:
            _log.warning("program %s is not stored: its conversations go on with the active one", program[:12])
            return None
        try:
            return await asyncio.to_thread(self._compile, bundle)
        except Exception:  # noqa: BLE001  # an old bundle this release cannot read must not stop every conversation
            _log.exception("program %s cannot be loaded: its conversations go on with the active one", program[:12])
            return None
