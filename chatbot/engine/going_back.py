"""Going back in a flow that runs: to where a value came from, forgetting what was made of it, never over what is done.

The flow then runs forward again. What was answered on the way is kept, in flows that were called from there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.content.graph import Node
from chatbot.content.steps import (
    CallingStep,
    CallStep,
    ChooseStep,
    ConfirmStep,
    ConsentStep,
    FetchStep,
    HandoffStep,
    Question,
    RateStep,
    RemindStep,
    RunStep,
    SetStep,
    Step,
    TagStep,
    WaitStep,
)
from chatbot.engine.run import WAIT, Run
from chatbot.engine.state import Answered, Frame
from chatbot.types import StopTimer

ONCE: Final = (WaitStep, RemindStep, TagStep)
"""Steps that are taken once, however often an answer before them is corrected."""

CALLED: Final = "/"
"""Stands between flow and address where a path holds a step of a called flow; never in an address."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: the address to go on at, and the steps taken from there on."""

    address: str
    after: Sequence[str]


def origin(run: Run, frame: Frame, name: str) -> Origin | None:
    """The earliest ask of a slot, else behind the call that brought it; None where nothing was made of it yet."""
    asking = run.graph(frame).asks.get(name)
    if asking in frame.path:
        return Origin(asking, frame.path[frame.path.index(asking) :])
    for place, address in enumerate(frame.path):
        step = None if CALLED in address else run.node(frame, address).step
        if isinstance(step, CallStep) and name in step.save and address != frame.at:
            return Origin(run.node(frame, address).next, frame.path[place + 1 :])
    if frame is not run.state.top:
        return Origin(frame.at, [frame.at])  # it may have been given to the flow that was called
    return None


def above(run: Run, frame: Frame) -> list[Frame]:
    """The flows that were called from here and have not come back."""
    frames = run.state.frames
    return frames[next(i for i, each in enumerate(frames) if each is frame) + 1 :]


def too_late(run: Run, frame: Frame, back: Origin) -> bool:
    """Whether one of these steps cannot be undone; a question that is still open has done nothing yet."""
    taken = [(frame, address) for address in back.after]
    taken += [(each, address) for each in above(run, frame) for address in each.path]
    return any(not _is_open(each, address) and _cannot_be_undone(run, each, address) for each, address in taken)


def _is_open(frame: Frame, address: str) -> bool:
    return frame.question is not None and frame.question.address == address


def _cannot_be_undone(run: Run, frame: Frame, address: str) -> bool:
    """A step of another flow was called from here, and its address was kept for just this reason."""
    return CALLED in address or final(run.node(frame, address).step)


def final(step: Step) -> bool:
    """Whether a step did something in the world that no correction takes back."""
    changes = isinstance(step, FetchStep) and step.fetch.method not in ("GET", "HEAD")
    return changes or isinstance(step, HandoffStep | ConsentStep | RunStep)


def finals(run: Run, frame: Frame) -> list[str]:
    """What a called flow leaves in the path of its caller: the addresses that no correction of the caller crosses."""
    kept = (address for address in frame.path if CALLED in address or final(run.node(frame, address).step))
    return [address if CALLED in address else f"{frame.flow}{CALLED}{address}" for address in kept]


def go_back(run: Run, frame: Frame, back: Origin) -> None:
    """Stand where the values came from, with what was answered since; a flow called on the way is called anew."""
    for called in reversed(above(run, frame)):
        remember(run, called)
    run.drop(above(run, frame), "again")
    for address in back.after:
        _forget(run, frame, address)
        if address in frame.calls:
            frame.again[address] = frame.calls.pop(address)
    frame.path = frame.path[: len(frame.path) - len(back.after)]
    frame.kept = [each for each in back.after if each != back.address and _stands(run, frame, each)]
    _leave_open(run, frame, back)
    frame.at = back.address


def remember(run: Run, called: Frame) -> None:
    """Keep what was answered in a called flow, in the flow that called it."""
    caller = run.state.frames[next(i for i, each in enumerate(run.state.frames) if each is called) - 1]
    kept = [each for each in called.path if not _is_open(called, each) and _stands(run, called, each)]
    caller.calls[caller.at] = Answered(dict(called.slots), kept, dict(called.calls))


def _leave_open(run: Run, frame: Frame, back: Origin) -> None:
    """What was waited for is so no longer; unless the way back ends within a rung of its `if_silent`."""
    held = frame.nudging or frame.question
    frame.nudging = held if held is not None and held.address not in back.after else None
    frame.question = None
    if frame.wait is not None and frame.wait.address in back.after:
        run.emit(StopTimer(f"{WAIT}{frame.wait.visit}"))
        frame.wait = None


def _stands(run: Run, frame: Frame, address: str) -> bool:
    """Whether a step need not be taken again: an answer stands, time has passed, a label or a reminder is set."""
    step = None if CALLED in address else run.node(frame, address).step
    if isinstance(step, RateStep):
        return (step.save or step.rate) in frame.saved
    return isinstance(step, ONCE) or (isinstance(step, Question) and not isinstance(step, ConfirmStep))


def passes(frame: Frame, node: Node) -> bool:
    """Whether a step that a correction need not take again is passed over now. An `ask` and a `choose` see to it."""
    if not isinstance(node.step, (*ONCE, RateStep)) or node.address not in frame.kept:
        return False
    frame.kept.remove(node.address)
    return True


def keep_choice(run: Run, frame: Frame, address: str | None) -> None:
    """The new choice is known: it leads on without being asked for."""
    if address is not None and isinstance(run.node(frame, address).step, ChooseStep) and address not in frame.kept:
        frame.kept.append(address)


def _forget(run: Run, frame: Frame, address: str) -> None:
    """What a step computed from earlier answers is no longer so."""
    step = None if CALLED in address else run.node(frame, address).step
    names: list[str] = []
    if isinstance(step, SetStep):
        names = list(step.set)
    elif isinstance(step, CallingStep):
        names = list(step.saved)
    elif isinstance(step, CallStep):
        names = list(step.save)
    for name in names:
        frame.saved.pop(name, None)
        frame.slots.pop(name, None)


def passed_on(run: Run, frame: Frame) -> dict[str, str]:
    """The slots a called flow was given as they are, and what they are called in the flow that called it."""
    frames = run.state.frames
    caller = frames[next(i for i, each in enumerate(frames) if each is frame) - 1] if frame.called else None
    step = run.node(caller).step if caller is not None else None
    if caller is None or not isinstance(step, CallStep):
        return {}
    return {name: given.source for name, given in step.with_.items() if given.source in caller.slots}
