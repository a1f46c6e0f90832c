"""Says a trouble that lasts at once and then only now and then, so that a log shows it and is not filled by it.

Keys are few: accounts and services with the reason, never conversations.
"""

from __future__ import annotations

from typing import Final

PAUSE: Final = 5 * 60_000
"""Milliseconds between two lines about the same trouble."""


class Rarely:
    """Counts each trouble; `due` tells when it is time for a line."""

    def __init__(self, pause: int = PAUSE) -> None:
        self._pause = pause
        self._said: dict[tuple[str, str], int] = {}
        self._times: dict[tuple[str, str], int] = {}

    def due(self, name: str, reason: str, now: int) -> int:
        """How often it happened since the last line about it, this time included; 0 when it is too early for one."""
        key = (name, reason)
        self._times[key] = self._times.get(key, 0) + 1
        if key in self._said and now - self._said[key] < self._pause:
            return 0
        self._said[key] = now
        return self._times.pop(key)

    def over(self, name: str) -> bool:
        """It works again: whether a line had said that it did not. The next trouble is said at once."""
        reasons = [key for key in self._said if key[0] == name]
        for key in reasons:
            del self._said[key]
            self._times.pop(key, None)
        return bool(reasons)
