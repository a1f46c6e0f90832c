"""The mocked services of a conversation test: a table of requests and how each attempt is answered."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from chatbot.errors import ChatbotError
from chatbot.testing.models import Reply
from chatbot.types import Call, CallAnswer

_Query = tuple[tuple[str, str], ...]


class _Request(NamedTuple):
    method: str
    service: str
    path: str
    query: _Query | None

    @classmethod
    def read(cls, line: str) -> _Request:
        method, service, address = line.split(maxsplit=2)
        path, mark, query = address.partition("?")
        return cls(method, service, unquote(path), tuple(sorted(parse_qsl(query, True))) if mark else None)

    @classmethod
    def made(cls, call: Call) -> _Request:
        path, _, query = call.path.partition("?")
        pairs = [*parse_qsl(query, True), *call.query.items()]
        return cls(call.method, call.service, unquote(path), tuple(sorted(pairs)))


class UnmockedRequest(ChatbotError):
    """The bot asked a service for something the test says nothing about."""

    exit_code = 1


class Mocks:
    """Answers calls from a table `METHOD service /path` -> replies, one per attempt; the last one repeats.

    A path with a query wants exactly that query; without one any query will do.
    """

    def __init__(self, table: Mapping[str, Sequence[Reply]]) -> None:
        self._table = {_Request.read(line): tuple(replies) for line, replies in table.items()}
        self._lines = tuple(table)
        self._attempts: dict[_Request, int] = {}

    def respond(self, call: Call, attempt: int) -> CallAnswer:
        """The reply to this attempt. Raises UnmockedRequest."""
        del attempt  # counted over the case, so that a second fetch goes on in the list
        exact = _Request.made(call)
        asked = next((each for each in (exact, exact._replace(query=None)) if each in self._table), None)
        if asked is None:
            raise UnmockedRequest(self._unknown(f"{call.method} {call.service} {call.path}"))
        made = self._attempts[asked] = self._attempts.get(asked, 0) + 1
        replies = self._table[asked]
        reply = replies[min(made, len(replies)) - 1]
        if reply.timeout or (reply.delay or 0) > call.timeout:
            return CallAnswer(call.id, error="timeout")
        if reply.error:
            return CallAnswer(call.id, error=reply.error)
        return CallAnswer(call.id, status=reply.status, body=reply.json_)

    def _unknown(self, request: str) -> str:
        near = difflib.get_close_matches(request, self._lines, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        return f"unmocked request `{request}`: add it under `mock:`{hint}"
