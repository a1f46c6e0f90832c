"""The queues as the engine may ask about them at one moment: open, full, how many wait."""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.content.bot_file import Bot
from chatbot.policy.hours import OpeningHours, opening_hours
from chatbot.types import QueueFacts


class QueueBoard:
    """The queues of the active version, their hours read once. `default` always exists."""

    def __init__(self, bot: Bot) -> None:
        self.read(bot)

    def read(self, bot: Bot) -> None:
        """Go by the queues of this version from now on."""
        hours = {name: opening_hours(each.timezone, each.week, each.holidays) for name, each in bot.hours.items()}
        self._queues: dict[str, tuple[OpeningHours | None, int | None]] = {"default": (None, None)}
        for name, queue in bot.queues.items():
            self._queues[name] = (hours.get(queue.hours) if queue.hours else None, queue.max_waiting)

    def facts(self, at: int, waiting: Mapping[str, int]) -> dict[str, QueueFacts]:
        """`at` is ms since 1970 UTC; `waiting` counts the conversations in each queue."""
        return {
            name: QueueFacts(
                open=hours is None or hours.is_open(at),
                full=most is not None and waiting.get(name, 0) >= most,
                waiting=waiting.get(name, 0),
            )
            for name, (hours, most) in self._queues.items()
        }
