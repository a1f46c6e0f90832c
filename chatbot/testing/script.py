"""A case as it is to be played, and how its moves read: what the loader gives and the player takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.testing.models import AgentMove, Move, Reply, Setting


@dataclass(frozen=True, slots=True)
class Script:
    """One case, the one at `number` of its file, ready to play. `moves` carry the line of `file` they stand on."""

    file: str
    number: int
    line: int
    test: str
    name: str
    now: int
    setting: Setting
    mock: Mapping[str, Sequence[Reply]]
    moves: tuple[tuple[int, Move], ...]


def describe(move: Move) -> str:
    """A move as it is written."""
    match move:
        case Move(agent=AgentMove(claim=str(name))):
            return f"agent: claim {name}"
        case Move(agent=AgentMove(say=str(text))):
            return f"agent: say {text}"
        case Move(agent=AgentMove(back_to_bot=back)):
            return f"agent: {'back_to_bot' if back else 'resolve'}"
        case Move(after=int(duration)):
            return f"after: {span(duration)}"
    named = {
        "user": move.user,
        "button": move.button,
        "attach": move.attach and move.attach.kind,
        "referral": move.referral,
        "comment": move.comment,
        "story": move.story,
        "opt_in": move.opt_in,
        "event": move.event and move.event.name,
        "refused": move.refused,
    }
    return next(f"{name}: {value}" for name, value in named.items() if value is not None)


def span(milliseconds: int) -> str:
    """A duration as an author writes it: 90 seconds are 1m30s."""
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, milliseconds = divmod(milliseconds, size)
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"
