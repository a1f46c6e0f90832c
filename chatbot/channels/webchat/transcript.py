"""The one thing the web chat needs from the store: a conversation's lines behind a cursor.

A Protocol for the entries too: storage is a sibling of channels and knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from chatbot.types import Message

EntryAuthor = Literal["customer", "bot", "person", "system"]


class Entry(Protocol):
    """One line. `cursor` rises with every line of a conversation that becomes visible, whenever it was written."""

    @property
    def cursor(self) -> int: ...

    @property
    def author(self) -> EntryAuthor: ...

    @property
    def message(self) -> Message: ...

    @property
    def message_id(self) -> str:
        """Of a customer's line: the `Inbound.message_id` it came with, so that a page knows its own; else ""."""
        ...

    @property
    def at(self) -> int: ...


class Transcript(Protocol):
    async def after(self, account: str, contact: str, cursor: int) -> Sequence[Entry]:
        """The lines with a cursor above this one, in order; [] for an unknown contact. At most a few hundred at once.

        A line of ours appears only once its outbox row is being sent or was sent: what was never sent is not shown.
        """
        ...

    async def at_work(self, account: str, contact: str) -> bool:
        """Whether the bot has this conversation and an answer of it is on the way."""
        ...
