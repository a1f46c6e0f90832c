"""What a page says - a message, that it is typing, how far it has read - by POST or over its WebSocket alike."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from chatbot.channels.protocol import ParseError
from chatbot.channels.webchat.transcript import Transcript
from chatbot.server.accepting import retry_after
from chatbot.server.pacing import Pace
from chatbot.server.ports import Accept
from chatbot.server.webchat.visitors import Visitor
from chatbot.types import Inbound

MAX_FRAME: Final = 32 * 1024
"""Bytes of one message with everything around it."""

SLOWLY: Final = "That was a lot at once. Please wait a moment before you write again."
BUSY: Final = "We are busy. Please try again in a moment."

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, whichever way it goes; `error` is for people. `retry_after` in seconds."""

    status: int = 200
    error: str = ""
    retry_after: int = 0

    def frame(self) -> dict[str, Any]:
        if self.status == 200:
            return {"ok": True}
        return {"error": self.error} | ({"retry_after": self.retry_after} if self.retry_after else {})


class Writing:
    """Stores what is said, each visitor and each address at its pace."""

    def __init__(self, accept: Accept, transcript: Transcript) -> None:
        self._accept = accept
        self._transcript = transcript
        self._messages = Pace(rate=1.0, burst=8, clock=time.monotonic)
        self._newcomers = Pace(rate=10.0, burst=100, clock=time.monotonic)
        self._addresses = Pace(rate=50.0, burst=500, clock=time.monotonic)
        self._files = Pace(rate=0.2, burst=6, clock=time.monotonic)
        self._hints = Pace(rate=0.5, burst=4, clock=time.monotonic)

    async def take(self, visitor: Visitor, body: Mapping[str, Any]) -> Answer:
        """One thing a page said. Whatever is no message is a hint: too many of them are dropped without a word."""
        try:
            inbound = visitor.chat.read(visitor.contact, body)
        except ParseError as error:
            return self._refused(visitor, Answer(400, str(error)))
        if inbound.kind in ("text", "button"):
            wait = self._wait(visitor)
            if wait:
                return self._refused(visitor, Answer(429, SLOWLY, wait))
            return await self.keep(visitor, inbound, body)
        if self._hints.wait(_who(visitor)) or not await self._has_use(visitor, inbound, body):
            return Answer()
        return await self.keep(visitor, inbound, body)

    def may_send_file(self, visitor: Visitor) -> Answer:
        """Asked before the first byte is read."""
        wait = math.ceil(self._files.wait(_who(visitor))) or self._wait(visitor)
        return self._refused(visitor, Answer(429, SLOWLY, wait)) if wait else Answer()

    async def keep(self, visitor: Visitor, inbound: Inbound, body: Mapping[str, Any]) -> Answer:
        """Store it; 200 is our promise. The token is as good as a password and never stored with it."""
        raw = json.dumps({name: value for name, value in body.items() if name != "session"}).encode()
        try:
            await self._accept(visitor.chat.account, [inbound], raw)
        # The edge of the house: whatever went wrong behind it, nothing is stored, so the page shall try again.
        except Exception as error:  # noqa: BLE001
            _log.warning("not_stored", account=visitor.chat.account, error=type(error).__name__)
            return Answer(503, BUSY, retry_after(error))
        visitor.chat.notifier.ring(visitor.contact)
        return Answer()

    def _wait(self, visitor: Visitor) -> int:
        """Seconds until one more message may come; the whole address is slowed down only by a great many."""
        wait = self._addresses.wait(visitor.address)
        if not wait and not self._messages.knows(_who(visitor)):
            wait = self._newcomers.wait(visitor.address)
        return math.ceil(wait or self._messages.wait(_who(visitor)))

    async def _has_use(self, visitor: Visitor, inbound: Inbound, body: Mapping[str, Any]) -> bool:
        """A hint makes no contact; and only who has seen everything has read everything."""
        chat, cursor = visitor.chat, body.get("cursor")
        after = cursor if inbound.kind == "read" and isinstance(cursor, int) and 0 <= cursor < 1 << 62 else 0
        try:
            entries = await self._transcript.after(chat.account, visitor.contact, after)
        except Exception as error:  # noqa: BLE001  # a hint is not worth more
            _log.warning("transcript_unreadable", account=chat.account, error=type(error).__name__)
            return False
        if inbound.kind == "read":
            return after > 0 and all(entry.author == "customer" for entry in entries)
        return bool(entries)

    def _refused(self, visitor: Visitor, answer: Answer) -> Answer:
        _log.warning("chat_refused", account=visitor.chat.account, status=answer.status, reason=answer.error)
        return answer


def _who(visitor: Visitor) -> str:
    return f"{visitor.chat.account}\0{visitor.contact}"
