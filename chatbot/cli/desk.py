"""Opens the desk an operator's command works at: the running server's, else our own on its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from chatbot.cli.command import Terminal
from chatbot.cli.operator_client import Desk, NoServer, ServerDesk
from chatbot.cli.project import project_root
from chatbot.types import Json


@contextmanager
def open_desk(terminal: Terminal) -> Iterator[OpenDesk]:
    """The desk of the project. The database is opened, and locked, only when no server answers."""
    root = project_root(terminal)
    desk = OpenDesk(ServerDesk(root), root)
    try:
        yield desk
    finally:
        desk.close()


class OpenDesk:
    """Asks the server; from its first silence on, the desk on the database. `offline` says which it was."""

    def __init__(self, server: ServerDesk, root: Path) -> None:
        self._desk: Desk = server
        self._root = root
        self.offline = False
        self._close: Callable[[], None] = lambda: None

    def get(self, path: str) -> Json:
        try:
            return self._desk.get(path)
        except NoServer:
            return self._offline().get(path)

    def post(self, path: str, body: Mapping[str, Json]) -> Json:
        try:
            return self._desk.post(path, body)
        except NoServer:
            return self._offline().post(path, body)

    def close(self) -> None:
        self._close()

    def _offline(self) -> Desk:
        from chatbot.cli.offline_desk import OfflineDesk  # noqa: PLC0415 - 300 ms that a running server makes needless

        desk = OfflineDesk(self._root)
        self._desk, self._close, self.offline = desk, desk.close, True
        return desk
