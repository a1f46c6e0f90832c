"""Waiting in line: a customer who waits for a person is told when the place gets better, and not too often."""

from __future__ import annotations

from chatbot.engine.run import LOOK_AGAIN, QUEUE, Run
from chatbot.types import StartTimer


def looked_at(run: Run) -> None:
    """Time to look again; a conversation that waits no longer is not looked at any more."""
    facts, state = run.event.facts, run.state
    if facts.control != "queued":
        return
    place = facts.place or 0
    if 0 < place < state.place:
        state.place = place
        run.push("system.handoff", queue="", place=place, waiting=place - 1, better=True, reason="flow")
    run.emit(StartTimer(QUEUE, run.event.at + LOOK_AGAIN, 0))
