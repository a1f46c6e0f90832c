"""Standing still: `wait`, `remind`, and what wakes a conversation from outside.

A wait is a flow that stands aside: whatever the customer writes meanwhile is handled as if it was not there. Its timer
and its event are told apart by the number of the visit, so those of an earlier one change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.content.graph import Node
from chatbot.content.moments import read_moment
from chatbot.content.steps import RemindStep, WaitStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError
from chatbot.engine.run import REMINDER, WAIT, Run
from chatbot.engine.state import Frame, Reminder, Wait
from chatbot.types import Json, StartTimer, StopTimer, TimerFired


def wait(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, WaitStep)
    awaited, now = step.wait, run.event.at
    if awaited.until is not None:
        due = _moment(run, frame, node, awaited.until)
        if due <= now:
            run.mark(frame, node, "that moment is over: goes on at once")
            return node.next
    else:
        due = now + (awaited.for_ or 0)
    frame.at = node.address
    frame.wait = Wait(node.address, run.visit(), now, awaited.event or "")
    if awaited.event is None:
        run.emit(StartTimer(f"{WAIT}{frame.wait.visit}", due, frame.wait.visit))
    else:
        _watch(run, frame.wait, step)
    return None


def _moment(run: Run, frame: Frame, node: Node, template: Template) -> int:
    """The moment a text names, in milliseconds."""
    value = template.value(run.scope(frame))
    moment = read_moment(value, run.now) if isinstance(value, str) else None
    if moment is None:
        raise EvaluationError(f"{node.address}: `{template.source}` is no moment; it has {value!r}")
    return round(moment.timestamp() * 1000)


def _watch(run: Run, waiting: Wait, step: WaitStep) -> None:
    """Set the timer for the next rung of `if_silent`; behind the last the flow waits on."""
    if waiting.rung < len(step.if_silent):
        due = waiting.since + step.if_silent[waiting.rung].after
        run.emit(StartTimer(f"{WAIT}{waiting.visit}", max(due, run.event.at), waiting.visit))


def keep_waiting(run: Run, frame: Frame) -> None:
    """A rung has been run: the same visit goes on."""
    assert frame.wait is not None
    step = run.node(frame, frame.wait.address).step
    assert isinstance(step, WaitStep)
    frame.wait.nudging, frame.at = False, frame.wait.address
    _watch(run, frame.wait, step)


def woken(run: Run, timer: TimerFired) -> None:
    """The timer of a wait: its time is over, or its event is late."""
    frame = next((each for each in run.state.frames if each.wait and each.wait.visit == timer.visit), None)
    if frame is None or frame.wait is None or frame.wait.nudging:
        run.note("engine", "the timer of an earlier wait changes nothing")
        return
    node, waiting = run.node(frame, frame.wait.address), frame.wait
    if not waiting.event:
        run.mark(frame, node, "the time has come")
        _go_on(run, frame, node)
        return
    address = node.branches.get(f"if_silent.{waiting.rung}")
    if address is None:
        return
    run.mark(frame, node, f"{waiting.event} has not come, rung {waiting.rung + 1}")
    waiting.rung += 1
    waiting.nudging, frame.at = True, address
    run.move(run.group(frame), to_top=True)


def _go_on(run: Run, frame: Frame, node: Node) -> None:
    """Behind the wait; what a rung of its `if_silent` was asking is asked no longer."""
    group = run.group(frame)
    run.drop(group[next(i for i, each in enumerate(group) if each is frame) + 1 :], "dropped")
    frame.question, frame.wait, frame.at = None, None, node.next
    frame.asked = False  # before it waited; only what it asks from now on interrupts
    run.move(run.group(frame), to_top=True)


def heard(run: Run, name: str, data: Mapping[str, Json]) -> bool:
    """An event that a flow waits for; the one that began to wait last goes on. False when none does."""
    frame = next((each for each in reversed(run.state.frames) if each.wait and each.wait.event == name), None)
    if frame is None or frame.wait is None:
        return False
    node = run.node(frame, frame.wait.address)
    assert isinstance(node.step, WaitStep)
    run.emit(StopTimer(f"{WAIT}{frame.wait.visit}"))
    run.mark(frame, node, f"{name} has come")
    if node.step.save:
        frame.saved[node.step.save] = dict(data)
    frame.event = {**frame.event, **data}
    _go_on(run, frame, node)
    return True


def remind(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, RemindStep)
    scope = run.scope(frame)
    due = run.event.at + step.after if step.after is not None else 0
    if step.at is not None:
        due = _moment(run, frame, node, step.at)
    if due <= run.event.at:
        run.mark(frame, node, "that moment is over: nothing is scheduled")
        return node.next
    visit = run.visit()
    data = {name: expression.evaluate(scope) for name, expression in step.with_.items()}
    run.state.reminders[visit] = Reminder(step.remind, data)
    frame.scheduled[node.address] = visit
    run.emit(StartTimer(f"{REMINDER}{visit}", due, visit))
    return node.next
