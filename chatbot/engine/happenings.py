"""What happens elsewhere: an event of a system of the business, or a reminder that is due.

A flow that waits for it goes on; else the flow that starts on it begins, on top of whatever the customer is doing.
"""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.engine import flow, messages, waiting
from chatbot.engine.run import Run
from chatbot.types import Json, TimerFired


def happened(run: Run, name: str, data: Mapping[str, Json]) -> None:
    """Take up one event by its name."""
    if run.event.facts.control != "bot":
        run.note("engine", f"the event {name} while people hold the conversation changes nothing")
        return
    flow.guarded(run, lambda: _take_up(run, name, data))
    flow.walk(run)


def reminded(run: Run, timer: TimerFired) -> None:
    """A reminder is due."""
    reminder = run.state.reminders.pop(timer.visit, None)
    if reminder is None:
        run.note("engine", "a reminder that is no longer there changes nothing")
        return
    happened(run, reminder.name, reminder.data)


def _take_up(run: Run, name: str, data: Mapping[str, Json]) -> None:
    if waiting.heard(run, name, data):
        return
    flows = run.starts.events.get(name, [])
    if not flows and name in run.program.flows:
        flows = [name]
    if not flows:
        run.note("engine", f"no flow waits for the event {name} or starts on it")
        return
    if flow.start_first(run, flows, (), data):
        messages.introduce(run)  # the steps run after this: whoever hears from us first is told who speaks
