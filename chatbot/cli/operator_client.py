"""Talks to the server that runs for this project, over its Unix socket; when none runs, acts on the database itself.

Both ways are the same desk: what one operator does here, the server and every other operator see.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

from chatbot import operator_socket
from chatbot.errors import OperatorError, Refused
from chatbot.types import Json

TIMEOUT: Final = 30.0
"""Seconds to wait for the server; it answers from memory or one small transaction."""


class Desk(Protocol):
    """What an operator can do, as JSON: the server's API in method form."""

    def get(self, path: str) -> Json:
        """`/handoffs`, `/handoffs/7`, `/status`. Raises Refused for what is not there."""
        ...

    def post(self, path: str, body: Mapping[str, Json]) -> Json:
        """`/handoffs/7/claim|reply|react|release|resolve`. Raises Refused, with the owner if somebody was faster."""
        ...


class NoServer(Exception):
    """Nothing listens on the socket."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT)
        self.sock.connect(str(self._path))


class ServerDesk:
    """The desk of the running server. Raises NoServer from every method when there is none."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def get(self, path: str) -> Json:
        return self._ask("GET", path, None)

    def post(self, path: str, body: Mapping[str, Json]) -> Json:
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, Json] | None) -> Json:
        address = operator_socket.find(self._project)
        if address is None:
            raise NoServer
        with closing(_UnixConnection(address)) as connection:
            try:
                connection.connect()
            except (ConnectionRefusedError, FileNotFoundError):
                raise NoServer from None
            except OSError as error:
                raise OperatorError(f"cannot talk to the server at {address}: {error.strerror}") from error
            try:
                headers = {"Content-Type": "application/json"} if body is not None else {}
                connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
                response = connection.getresponse()
                return _read(response.status, response.read())
            except (OSError, http.client.HTTPException) as error:
                what = str(error) or type(error).__name__
                raise OperatorError(
                    f"the server at {address} did not answer ({what}); whether it acted is unknown"
                ) from error


def _read(status: int, raw: bytes) -> Json:
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    said = answer if isinstance(answer, dict) else {}
    if status < 300 and said:  # the 2xx range
        return said
    message = str(said.get("error") or http.client.responses.get(status, "nothing it should"))
    if 400 <= status < 500:  # the request is at fault, not the server
        owner = said.get("owner")
        raise Refused(message, owner=str(owner) if owner else None)
    raise OperatorError(f"the server answered {status}: {message}")
