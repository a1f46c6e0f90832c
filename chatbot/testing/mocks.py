"""What stands in for the world in a conversation test: a table of requests and actions, and how each is answered."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qsl, unquote

from chatbot.content.values import printed
from chatbot.errors import ChatbotError
from chatbot.testing.models import ARGUMENT, Reply
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


class _Action(NamedTuple):
    name: str
    given: frozenset[tuple[str, str]]

    @classmethod
    def read(cls, line: str) -> _Action:
        pairs = ((found[1], found[2] or found[3] or "") for found in ARGUMENT.finditer(line))
        return cls(line.split()[1], frozenset(pairs))

    @classmethod
    def made(cls, call: Call) -> _Action:
        return cls(call.action, frozenset((name, printed(value)) for name, value in (call.json or {}).items()))


_Asked: TypeAlias = _Request | _Action


class UnmockedRequest(ChatbotError):
    """The bot asked a service or ran an action the test says nothing about."""

    exit_code = 1


class Mocks:
    """Answers calls from a table of replies, one per attempt; the last one repeats.

    A line is `METHOD service /path` or `run action name=value ...`. A path with a query wants exactly that query;
    without one any query will do. An action wants the arguments its line names; of several lines the one that names
    most answers.
    """

    def __init__(self, table: Mapping[str, Sequence[Reply]]) -> None:
        self._table = {_read(line): tuple(replies) for line, replies in table.items()}
        self._lines = tuple(table)
        self._attempts: dict[_Asked, int] = {}

    def respond(self, call: Call, attempt: int) -> CallAnswer:
        """The reply to this attempt. Raises UnmockedRequest."""
        del attempt  # counted over the case, so that a second fetch goes on in the list
        asked = self._line_of(call)
        if asked is None:
            raise UnmockedRequest(self._unknown(call))
        made = self._attempts[asked] = self._attempts.get(asked, 0) + 1
        replies = self._table[asked]
        reply = replies[min(made, len(replies)) - 1]
        if reply.timeout or (reply.delay or 0) > call.timeout:
            return CallAnswer(call.id, error="timeout")
        if reply.error:
            return CallAnswer(call.id, error=reply.error)
        return CallAnswer(call.id, status=reply.status, body=reply.body)

    def _line_of(self, call: Call) -> _Asked | None:
        if not call.action:
            exact = _Request.made(call)
            return next((each for each in (exact, exact._replace(query=None)) if each in self._table), None)
        made = _Action.made(call)
        lines = (each for each in self._table if isinstance(each, _Action) and each.name == made.name)
        return max((each for each in lines if each.given <= made.given), key=lambda each: len(each.given), default=None)

    def _unknown(self, call: Call) -> str:
        if call.action:
            line = _shown(_Action.made(call))
            hint = f"; write `run {call.action}: {{ return: ... }}`"
        else:
            line, hint = f"{call.method} {call.service} {call.path}", ""
        near = difflib.get_close_matches(line, self._lines, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else hint
        what = "action" if call.action else "request"
        return f"unmocked {what} `{line}`: add it under `mock:`{hint}"


def _shown(action: _Action) -> str:
    """An action as a line would name it."""
    given = (f'{name}="{value}"' if " " in value or not value else f"{name}={value}" for name, value in action.given)
    return " ".join(("run", action.name, *sorted(given)))


def _read(line: str) -> _Asked:
    return _Action.read(line) if line.split(maxsplit=1)[0] == "run" else _Request.read(line)
