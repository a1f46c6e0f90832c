"""Accepting: what a platform brings is stored and deduplicated before `accept` returns.

Whatever arrives while the last batch is being stored makes the next batch; nothing waits to fill one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.conversation.codec import INBOUND
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Accepted, Clock, Letter, Overloaded, Route, Store
from chatbot.errors import OperatorError
from chatbot.types import Inbound, InboundKind

_log = logging.getLogger(__name__)

ROUTES: Final[Mapping[InboundKind, Route]] = {
    "text": "turn",
    "button": "turn",
    "attachment": "turn",
    "referral": "turn",
    "opt_in": "turn",
    "opt_out": "turn",
    "comment": "turn",
    "event": "turn",
    "unsupported": "turn",  # the customer said something and waits: the turn decides what to answer
    "edit": "turn",
    "delete": "turn",
    "reaction": "turn",
    "standby": "turn",
    "thread_control": "turn",
    "system": "turn",
    "delivered": "receipt",
    "read": "receipt",
    "failed": "receipt",
    "echo": "echo",
    "ignored": "count",
}
"""What becomes of each kind; a kind that is not listed is recorded and starts no turn."""

MOST_TYPES: Final = 1_000
"""Types of events that a process logs at first sight; whoever sends more of them makes them up."""

LAST_MOMENT: Final = 1 << 53
"""Milliseconds; a platform that sends more has sent something else."""


@dataclass(frozen=True, slots=True)
class _Request:
    letters: tuple[Letter, ...]
    stored: asyncio.Future[Accepted]


class Inbox:
    """The door of the durable path; `run` must be running for `accept` to return."""

    def __init__(self, store: Store, kinds: Mapping[str, str], clock: Clock, *, limit: int = 5_000) -> None:
        self._store = store
        self._kinds = kinds
        self._clock = clock
        self._limit = limit
        self._waiting: list[_Request] = []
        self._count = 0
        self._stopping = False
        self._seen: set[tuple[str, str]] = set()
        self._bell = Bell()
        self.on_turns = Bell()
        self.on_settled = Bell()

    async def accept(self, account: str, inbounds: Sequence[Inbound], raw: bytes) -> Accepted:
        """Store what one webhook brought. Returns when it is on disk; the counts are those of the batch it went with.

        Raises Overloaded when too much waits already and Unavailable when the store cannot take it.
        """
        if account not in self._kinds:
            raise OperatorError(f"there is no channel account {account!r} in bot.yaml")
        letters = await self._letters(account, inbounds, raw)
        if not letters:
            return Accepted()
        if self._stopping or self._count + len(letters) > self._limit:
            raise Overloaded(f"{self._count} messages wait to be stored", retry_after=2)
        request = _Request(letters, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        self._count += len(letters)
        self._bell.ring()
        return await request.stored

    async def dead_letter(self, account: str, raw: bytes, reason: str) -> None:
        """Keep a signed body that cannot be handled; the platform may be answered 200 then."""
        await self._store.dead_letter(account, raw, reason, self._clock())
        _log.warning("a body was put aside: account=%s reason=%s bytes=%d", account, reason, len(raw))

    async def run(self) -> None:
        while not self._stopping or self._waiting:
            await self._bell.wait(None)
            while self._waiting:
                requests, self._waiting = self._waiting, []
                await self._keep(requests)

    def stop(self) -> None:
        """Accept nothing more; what waits is still stored."""
        self._stopping = True
        self._bell.ring()

    async def _letters(self, account: str, inbounds: Sequence[Inbound], raw: bytes) -> tuple[Letter, ...]:
        letters = []
        for inbound in inbounds:
            try:
                body = encoded(inbound)
            except ValueError as error:  # no database takes it, and the platform would bring it for days
                await self.dead_letter(account, raw, f"cannot be stored: {error}"[:200])
                continue
            strange = inbound.unknown or inbound.kind == "unsupported"
            route = ROUTES.get(inbound.kind, "note") if inbound.key.contact else "count"  # news of the account itself
            letters.append(Letter(inbound, self._kinds[account], route, body, raw if strange else b""))
            if strange:
                self._remark(account, inbound)
        return tuple(letters)

    def _remark(self, account: str, inbound: Inbound) -> None:
        """A type that nobody here knows is said once; the store counts the rest, and keeps the last of them raw."""
        kind = (account, inbound.raw_type)
        if kind in self._seen or len(self._seen) >= MOST_TYPES:
            return
        self._seen.add(kind)
        _log.info("events of a type we have no use for: account=%s type=%r: %s", *kind, inbound.reason or inbound.kind)

    async def _keep(self, requests: Sequence[_Request]) -> None:
        try:
            await self._store_together(requests)
        except Overloaded as error:
            _fail(requests, error)
        except Exception as error:  # noqa: BLE001  # told to whoever brought it; one bad request must not fail the others
            if len(requests) == 1:
                _fail(requests, error)
                return
            self._count += sum(len(request.letters) for request in requests)
            for request in requests:
                await self._keep([request])

    async def _store_together(self, requests: Sequence[_Request]) -> None:
        letters = [letter for request in requests for letter in request.letters]
        self._count -= len(letters)
        letters.sort(key=_sent_at)
        accepted = await self._store.accept(letters, self._clock())
        for request in requests:
            if not request.stored.done():
                request.stored.set_result(accepted)
        if accepted.turns:
            self.on_turns.ring()
        if accepted.settled:
            self.on_settled.ring()


def encoded(inbound: Inbound) -> str:
    """The inbound as the inbox keeps it; ValueError for a lone surrogate or a time no calendar has."""
    if not 0 <= inbound.timestamp < LAST_MOMENT:
        raise ValueError("its time is no time")
    return INBOUND.encode(inbound)


def _sent_at(letter: Letter) -> int:
    return letter.inbound.timestamp


def _fail(requests: Sequence[_Request], error: Exception) -> None:
    for request in requests:
        if not request.stored.done():
            request.stored.set_exception(error)
