"""What a SQLite file remembers of its conversations, read beside a running server; nothing here writes.

For tools that live a conversation again: its events as the engine was told of them, and the versions it stood on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chatbot.conversation.codec import EVENT
from chatbot.conversation.ledgers import Unused
from chatbot.errors import OperatorError
from chatbot.storage.sqlite import unused
from chatbot.types import Event


@dataclass(frozen=True, slots=True)
class Summary:
    """One conversation; `last_at` is when something happened in it last."""

    id: int
    account: str
    contact: str
    events: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person did: claimed the conversation (`text` empty), or wrote."""

    at: int
    agent: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """One conversation whole: (version of the bot, event) in order, and what people did."""

    id: int
    account: str
    channel: str
    events: tuple[tuple[str, Event], ...]
    desk: tuple[Desk, ...]


class Histories:
    """Raises OperatorError from every method where the file cannot be read as this version wrote it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def latest(self, limit: int) -> Sequence[Summary]:
        """The conversations in which something happened last, newest first."""
        rows = self._rows(
            "SELECT c.id, i.account, i.external, count(*), max(e.at) FROM events e"
            " JOIN conversations c ON c.id = e.conversation JOIN identities i ON i.id = c.identity"
            " GROUP BY c.id ORDER BY max(e.at) DESC, c.id DESC LIMIT ?",
            limit,
        )
        return [Summary(*row) for row in rows]

    def history(self, conversation: int) -> History | None:
        """None for a conversation that is not there or in which nothing happened."""
        found = self._rows(
            "SELECT i.account, i.channel FROM conversations c JOIN identities i ON i.id = c.identity WHERE c.id = ?",
            conversation,
        )
        events = self._rows("SELECT program, body FROM events WHERE conversation = ? ORDER BY version", conversation)
        if not found or not events:
            return None
        desk = self._rows(
            "SELECT at, agent, text FROM (SELECT claimed_at AS at, agent, '' AS text FROM handoffs"
            " WHERE conversation = ?1 AND claimed_at IS NOT NULL UNION ALL"
            " SELECT at, agent, text FROM messages WHERE conversation = ?1 AND author = 'person') ORDER BY at",
            conversation,
        )
        try:
            told = tuple((program, EVENT.decode(body)) for program, body in events)
        except ValueError as error:
            raise OperatorError(f"conversation {conversation} was stored by another version: {error}") from None
        account, channel = found[0]
        people = tuple(Desk(at, agent or "", text) for at, agent, text in desk)
        return History(conversation, account, channel, told, people)

    def unused(self) -> Sequence[Unused]:
        """Events of types nobody here knows, the most frequent first."""
        try:
            return unused.counts(self._connection)
        except sqlite3.Error as error:
            raise OperatorError(f"the database cannot be read: {error}") from None

    def unused_bodies(self, account: str, raw_type: str) -> Sequence[bytes]:
        """The last events of such a type as they came, the oldest first."""
        try:
            return unused.bodies(self._connection, account, raw_type)
        except sqlite3.Error as error:
            raise OperatorError(f"the database cannot be read: {error}") from None

    def bundle(self, program: str) -> bytes | None:
        rows = self._rows("SELECT bundle FROM programs WHERE hash = ?", program)
        return bytes(rows[0][0]) if rows else None

    def _rows(self, statement: str, value: int | str) -> list[sqlite3.Row]:
        try:
            return self._connection.execute(statement, (value,)).fetchall()
        except sqlite3.Error as error:
            raise OperatorError(f"the database cannot be read: {error}; `chatbot db status` says more") from None


@contextmanager
def histories(path: Path) -> Iterator[Histories]:
    """Open the file for reading. Raises OperatorError."""
    if not path.exists():
        raise OperatorError(
            f"{path} does not exist yet: `chatbot serve` makes it, and conversations come with customers"
        )
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise OperatorError(f"{path} cannot be opened: {error}") from None
    with closing(connection):
        yield Histories(connection)
