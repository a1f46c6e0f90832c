"""Telling platforms that the bot has read what a customer wrote: a courtesy, apart from all that must not be lost.

Kept in memory only and tried once. What people are to answer is not marked: they have not read it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from chatbot.conversation.ports import Channel, Seeing
from chatbot.conversation.record import is_spoken
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Outcome

MOST: Final = 1_000
"""Customers whose last message waits to be marked; of more than that the oldest are left out."""
TOGETHER: Final = 20


class Seen:
    """Marks the last message of each customer whose turn the bot took; `round` is one pass."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = {
            account: channel
            for account, channel in channels.items()
            if isinstance(channel, Seeing) and channel.mark_seen
        }
        self._latest: dict[tuple[str, str], str] = {}
        self.bell = Bell()

    def note(self, taken: Iterable[Outcome]) -> None:
        """These turns were committed."""
        for outcome in taken:
            said, before = outcome.work.arrival.inbound, outcome.work.record
            if said is None or not is_spoken(said) or before.control != "bot" or outcome.result.event is None:
                continue
            if before.key.account in self._channels and said.message_id:
                self._latest.pop((before.key.account, before.key.contact), None)
                self._latest[before.key.account, before.key.contact] = said.message_id
        for customer in list(islice(self._latest, max(0, len(self._latest) - MOST))):
            del self._latest[customer]
        if self._latest:
            self.bell.ring()

    async def round(self) -> None:
        while self._latest:
            some = [(customer, self._latest.pop(customer)) for customer in list(islice(self._latest, TOGETHER))]
            async with asyncio.TaskGroup() as group:
                for (account, contact), message_id in some:
                    group.create_task(self._channels[account].seen(contact, message_id))
