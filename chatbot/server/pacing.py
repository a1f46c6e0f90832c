"""How fast one stranger may write: a token bucket each, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable


class Pace:
    """`rate` a second sustained, `burst` at once; the longest unseen is forgotten first."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float], remembered: int = 20_000) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._remembered = remembered
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def knows(self, who: str) -> bool:
        """Whether this one wrote before and is remembered."""
        return who in self._buckets

    def wait(self, who: str) -> float:
        """0 and one token taken, or how many seconds until there is one."""
        now = self._clock()
        tokens, seen = self._buckets.pop(who, (self._burst, now))
        tokens = min(self._burst, tokens + (now - seen) * self._rate)
        missing = max(0.0, 1.0 - tokens)
        self._buckets[who] = (tokens if missing else tokens - 1.0, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return missing / self._rate
