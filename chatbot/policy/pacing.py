"""How fast each kind of channel takes messages, for an account and for one contact, as one table.

Platforms that are asked too fast refuse and count it against the account; going slower is the author's to say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """One message every `every` milliseconds in the long run, up to `burst` at once."""

    every: float
    burst: int = 1

    def next_free(self, until: float, now: int) -> int:
        """When the next message may go; `until` is how far those before have booked the time."""
        return max(math.ceil(until - (self.burst - 1) * self.every), now)

    def booked(self, until: float, now: int) -> float:
        """How far the time is booked after one more message, sent now."""
        return max(until, now) + self.every

    def free(self, until: float, now: int) -> int:
        """How many messages may go at once now; 0 exactly as long as `next_free` is yet to come."""
        if self.next_free(until, now) > now:
            return 0
        return max(int((now + self.burst * self.every - max(until, now)) // self.every), 1)


def per_second(count: float) -> Rate:
    """So many messages in any second."""
    return Rate(1000 / count, max(int(count), 1))


def per_quarter_hour(count: int) -> Rate:
    """So many messages in any fifteen minutes."""
    return Rate(900_000 / count, count)


@dataclass(frozen=True, slots=True)
class Rates:
    """What a platform takes from an account in all, and for each contact; None: it does not say."""

    account: Rate | None = None
    contact: Rate | None = None


WHATSAPP_CONTACT: Final = Rate(6_000, burst=45)
X_QUARTER_HOUR: Final = 15
"""Nobody is sure of these: accounts may say something else."""

RATES: Final[Mapping[str, Rates]] = {
    "messenger": Rates(per_second(300)),
    "instagram": Rates(per_second(300)),
    "whatsapp": Rates(per_second(80), WHATSAPP_CONTACT),
    "telegram": Rates(per_second(30), Rate(1_000, burst=3)),
    "tiktok": Rates(per_second(10)),
    "x": Rates(per_quarter_hour(X_QUARTER_HOUR)),
}
"""By kind of channel; an account may have its own.

Telegram minds no short burst in a chat; WhatsApp minds one only after 45 messages.
"""
