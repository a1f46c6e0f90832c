"""How the accounts fare with their platforms: which may send now, and how much.

In memory only: a process that starts again finds out again. What one account may not send never holds up another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

LONGEST_PAUSE: Final = 15 * 60_000
"""Milliseconds; whatever a platform asks for, and however clocks jump, after this it is tried again."""


@dataclass(slots=True)
class _Standing:
    """`refusals` are the pauses since something went through, `blamed` the messages that began one."""

    until: int = 0
    refusals: int = 0
    alerted: bool = False
    blamed: set[int] = field(default_factory=set)


class Standings:
    """Every account by its name."""

    def __init__(self, accounts: Iterable[str], parallel: int) -> None:
        self._parallel = parallel
        self._all = {account: _Standing() for account in accounts}

    def rooms(self, under_way: Mapping[str, int], now: int) -> dict[str, int]:
        """How many more messages each account may send. After a pause one goes alone, to see whether it passes."""
        rooms = {}
        for account, standing in self._all.items():
            if standing.until - now > LONGEST_PAUSE:
                standing.until = now  # the clock was set back
            most = 1 if standing.refusals else self._parallel
            rooms[account] = 0 if standing.until > now else max(most - under_way.get(account, 0), 0)
        return rooms

    def wakes(self, now: int) -> list[int]:
        """When the pauses end."""
        return [standing.until for standing in self._all.values() if standing.until > now]

    def refusals(self, account: str, now: int) -> int:
        """Pauses in a row, with one that begins now; what comes back while a pause lasts belongs to it."""
        standing = self._all[account]
        return standing.refusals + (standing.until <= now or not standing.refusals)

    def pause(self, account: str, span: int, now: int) -> int:
        """Send nothing for so long; returns until when."""
        standing = self._all[account]
        standing.refusals = self.refusals(account, now)
        standing.until = max(standing.until, now + min(span, LONGEST_PAUSE))
        return standing.until

    def blame(self, account: str, row: int) -> bool:
        """A message refused for its account's sake; False when only the message is to blame: others went through."""
        standing = self._all[account]
        if row in standing.blamed and not standing.refusals:
            standing.blamed.discard(row)
            return False
        standing.blamed.add(row)
        return True

    def alert(self, account: str) -> bool:
        """Whether people are still to be told about this trouble; true once."""
        standing = self._all[account]
        first, standing.alerted = not standing.alerted, True
        return first

    def worked(self, account: str, row: int) -> None:
        standing = self._all[account]
        standing.until = standing.refusals = 0
        standing.alerted = False
        standing.blamed.discard(row)
