"""A conversation as frames, from a cursor on: the same whichever way they reach the page.

Any process can serve them: the notifier only hurries what polling the store would find.
`line`: one line, with the cursor to resume behind. `live`: the history is through. `typing`: the bot is at work, or no
longer. `here`: nothing new, and the line still stands.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, TypeAlias

import structlog

from chatbot.channels.webchat.rendering import shown
from chatbot.channels.webchat.transcript import Entry, Transcript
from chatbot.server.webchat.visitors import Visitor
from chatbot.types import Attachment

Frame: TypeAlias = dict[str, Any]
Link: TypeAlias = Callable[[Attachment], Attachment]
"""The attachment with a link that works now, where the file is ours."""

POLL_SECONDS: Final = 2.0
PING_SECONDS: Final = 15.0
_AT_WORK_SECONDS: Final = 0.5
"""How soon to look again while typing is shown: a turn may end without a word."""

_log = structlog.get_logger()


class Unreadable(Exception):
    """The store cannot be read just now; the page comes back by itself."""


class Following:
    """Ends all its streams on `close`, so that a stopping server does not wait for pages that stay open."""

    def __init__(self, transcript: Transcript, link: Link) -> None:
        self._transcript = transcript
        self._link = link
        self.closing = False

    async def frames(self, visitor: Visitor, cursor: int, *, typing: bool = False) -> AsyncGenerator[Frame]:
        """Until we close. `typing`: what the page shows now. Raises Unreadable."""
        live, quiet_since = False, time.monotonic()
        with visitor.chat.notifier.listening(visitor.contact) as bell:
            while not self.closing:
                entries = await self._entries(visitor, cursor)
                for entry in entries:
                    cursor = max(cursor, entry.cursor)
                    yield self._line(visitor, entry)
                if entries:
                    quiet_since = time.monotonic()
                    continue  # a long history comes in parts
                if not live:
                    live = True
                    yield {"type": "live"}
                busy = await self._at_work(visitor)
                if busy is not typing:
                    typing = busy
                    yield {"type": "typing", "on": busy}
                if time.monotonic() - quiet_since > PING_SECONDS:
                    quiet_since = time.monotonic()
                    yield {"type": "here"}
                await bell.wait(min(POLL_SECONDS, _AT_WORK_SECONDS) if busy else POLL_SECONDS)

    def _line(self, visitor: Visitor, entry: Entry) -> Frame:
        """What a page may know of a line: its own message ids come back as it chose them, nobody's name or number."""
        mine = entry.author == "customer"
        own = entry.message_id.removeprefix(f"{visitor.contact}:") if mine else ""
        message, attachment = entry.message, entry.message.attachment
        if attachment is not None:
            message = replace(message, attachment=self._link(attachment))
        body = shown(message)
        return {"type": "line", "cursor": entry.cursor, "author": entry.author, "at": entry.at, "id": own, **body}

    async def _entries(self, visitor: Visitor, cursor: int) -> Sequence[Entry]:
        with _readable(visitor):
            return await self._transcript.after(visitor.chat.account, visitor.contact, cursor)

    async def _at_work(self, visitor: Visitor) -> bool:
        with _readable(visitor):
            return await self._transcript.at_work(visitor.chat.account, visitor.contact)


@contextmanager
def _readable(visitor: Visitor) -> Iterator[None]:
    """The edge of the house: whatever the store says, the page only learns that it has to come again."""
    try:
        yield
    except Exception as error:
        _log.warning("transcript_unreadable", account=visitor.chat.account, error=type(error).__name__)
        raise Unreadable from error
