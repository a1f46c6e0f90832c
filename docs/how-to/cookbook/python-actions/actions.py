"""What the flows of this bot compute."""

from datetime import date


class NoFerry(Exception):
    """No boat goes on that day."""


def fare(day: str, people: int) -> float:
    """The price of a crossing in euros: dearer in summer, a tenth off from five people on."""
    when = date.fromisoformat(day)
    if (when.month, when.day) == (12, 25):
        raise NoFerry(day)
    each = 26.0 if 6 <= when.month <= 9 else 21.0
    return round(each * people * (0.9 if people >= 5 else 1), 2)
