"""What the server needs from the rest of the house; runtime.py passes it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from chatbot.conversation.handoffs import Wanted
from chatbot.types import Inbound, Json


class Accept(Protocol):
    """Stores events, deduplicated; returns once they are durable.

    Any exception means they are not: the platform is answered 503 and delivers again. An exception may carry
    `retry_after` (seconds) to say when.
    """

    async def __call__(self, account: str, inbounds: Sequence[Inbound], raw: bytes, /) -> object: ...


class DeadLetter(Protocol):
    """Stores a signed body that cannot be handled, for people to look at; the platform must not deliver it for days."""

    async def __call__(self, account: str, raw: bytes, reason: str, /) -> object: ...


class Ready(Protocol):
    """Why no traffic should be sent here now; "" when all is well."""

    async def __call__(self) -> str: ...


class Door(Protocol):
    """Some more addresses of the public server: events, data deletion."""

    def routes(self) -> list[web.RouteDef]: ...


class Status(Protocol):
    """What an operator wants to know at a glance, as JSON: versions, counts, ages."""

    async def __call__(self) -> Json: ...


class Versions(Protocol):
    """The versions of the bot; each answers with dataclasses of JSON and raises Refused, AuthorError, OperatorError."""

    async def versions(self) -> Sequence[Json]: ...

    async def deploy(self, expected: str = "", /) -> Json: ...

    async def rollback(self, wanted: str = "", /) -> Json: ...


class Accounts(Protocol):
    """The accounts at their platforms, as JSON. Raises Refused for one that is not there."""

    async def status(self, account: str = "", /) -> Json: ...

    async def setup(self, account: str, /) -> Json: ...


class Desk(Protocol):
    """The handoffs, for the people who answer them.

    Each answers with JSON or dataclasses of JSON. `show` gives None for a handoff that is not there, all raise
    LookupError for it; Refused when the state does not allow it, ValueError when an argument is wrong.
    """

    async def list(self) -> Sequence[Json]: ...

    async def show(self, handoff: int) -> Json: ...

    async def claim(self, handoff: int, agent: str) -> Json: ...

    async def reply(self, handoff: int, agent: str, text: str) -> Json: ...

    async def send_template(self, handoff: int, agent: str, wanted: Wanted) -> Json: ...

    async def react(self, handoff: int, agent: str, emoji: str) -> Json: ...

    async def release(self, handoff: int, agent: str) -> Json: ...

    async def resolve(self, handoff: int, agent: str) -> Json: ...
