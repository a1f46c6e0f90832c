"""What is known about a message besides its text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """What is known when a message arrives. `stop_is_opt_out`: the platform wants "stop" to mean leaving for good."""

    language: str = ""
    locale: str = "en"
    now: int = 0
    timezone: str = "UTC"
    country: str = ""
    running_flow_intents: frozenset[str] = frozenset()
    stop_is_opt_out: bool = False
