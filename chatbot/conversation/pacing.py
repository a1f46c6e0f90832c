"""When the next message may go: the rates of each account, kept for every account and for who was written to last.

In memory only, like the process that sends: one account is sent through by one process at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.conversation.ports import Channel, rates_of
from chatbot.policy.pacing import Rate, Rates


@dataclass(slots=True)
class _Account:
    """`until` and `contacts`: how far the time is booked, for all and for each conversation."""

    rates: Rates
    until: float = 0
    contacts: dict[int, float] = field(default_factory=dict)


class Pacing:
    """Every account by its name. Moments are milliseconds since 1970 UTC."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._all = {name: _Account(rates_of(channel)) for name, channel in channels.items()}

    def limited(self, rooms: Mapping[str, int], now: int) -> dict[str, int]:
        """The same rooms, none larger than what its account may send now."""
        return {name: self._free(name, room, now) for name, room in rooms.items()}

    def _free(self, name: str, room: int, now: int) -> int:
        account = self._all[name]
        rate = account.rates.account
        if rate is None:
            return room
        account.until = _possible(account.until, rate, now)
        return min(room, rate.free(account.until, now))

    def wakes(self, now: int) -> list[int]:
        """When the accounts that may send nothing now may go on."""
        frees = (
            each.rates.account.next_free(each.until, now)
            for each in self._all.values()
            if each.rates.account is not None
        )
        return [at for at in frees if at > now]

    def rests(self, now: int) -> dict[int, int]:
        """Conversation -> until when it gets nothing more."""
        resting = {}
        for account in self._all.values():
            rate = account.rates.contact
            if rate is None:
                continue
            # Whose time is over is like everybody else, and looked at once.
            account.contacts = {number: until for number, until in account.contacts.items() if until > now}
            for number, until in account.contacts.items():
                at = rate.next_free(_possible(until, rate, now), now)
                if at > now:
                    resting[number] = at
        return resting

    def sending(self, name: str, conversation: int, now: int) -> None:
        """A message goes out now."""
        account = self._all[name]
        if account.rates.account is not None:
            account.until = account.rates.account.booked(account.until, now)
        rate = account.rates.contact
        if rate is not None:
            until = _possible(account.contacts.get(conversation, 0), rate, now)
            account.contacts[conversation] = rate.booked(until, now)


def _possible(until: float, rate: Rate, now: int) -> float:
    """What a clock that has been set back since has booked too far is free again."""
    return until if until <= now + (rate.burst + 1) * rate.every else now
