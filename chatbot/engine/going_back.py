"""Going back in a flow that runs: to where a value came from, forgetting what was made of it, never over what is done.

The flow then runs forward again. What was answered on the way is kept, in flows that were called from there too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.content.graph import DONE, Node, in_rungs
from chatbot.content.index import brought_about
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
from chatbot.content.walk import written_in
from chatbot.engine.run import REMINDER, WAIT, Run
from chatbot.engine.state import Answered, Frame
from chatbot.types import Slot, StopTimer

ONCE: Final = (WaitStep, RemindStep, TagStep, RateStep)
"""Steps that are not taken again when an answer before them is corrected, if they are done with."""

CALLED: Final = "/"
"""Stands between flow and address where a path holds a step of a called flow; never in an address."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: the address to go on at, and the steps taken from there on."""

    address: str
    after: Sequence[str]


def origin(run: Run, frame: Frame, name: str) -> Origin | None:
    """Where the flow goes on when a slot gets another value; None where nothing was made of it yet.

    The earliest ask of it; else behind the call that brought it; else the first step that used it.
    """
    asking = run.graph(frame).asks.get(name)
    if asking in frame.path:
        return Origin(asking, frame.path[frame.path.index(asking) :])
    called = brought_by(run, frame, name)
    if called is not None:
        place = frame.path.index(called)
        return Origin(run.node(frame, called).next, frame.path[place + 1 :])
    for place, address in enumerate(frame.path):
        node = _node(run, frame, address)
        if node is not None and any(name in used.names for _, used in written_in(node.step, ())):
            return Origin(address, frame.path[place:])
    return None


def asked_at(run: Run, frame: Frame, name: str) -> Origin | None:
    """Where a slot was asked for; the call of the flow that asked for it; None where nobody did."""
    asking = run.graph(frame).asks.get(name)
    called = brought_by(run, frame, name)
    address = asking if asking in frame.path else called
    return Origin(address, frame.path[frame.path.index(address) :]) if address is not None else None


def brought_by(run: Run, frame: Frame, name: str) -> str | None:
    """The address of the call that is over and whose flow gave a slot its value."""
    for address in frame.path:
        node = _node(run, frame, address)
        if node is not None and isinstance(node.step, CallStep) and name in node.step.save and address in frame.calls:
            return address
    return None


def tell(run: Run, frame: Frame, name: str, slot: Slot | None) -> None:
    """A new value of what a called flow brought is what that flow was told, for when it is called anew.

    None: that flow is to ask for it again.
    """
    for calls in (frame.calls, frame.again):
        for address, answered in calls.items():
            node = _node(run, frame, address)
            if node is None or not isinstance(node.step, CallStep) or name not in node.step.save:
                continue
            if slot is None:
                answered.slots.pop(node.step.save[name], None)
            else:
                answered.slots[node.step.save[name]] = slot


def _node(run: Run, frame: Frame, address: str) -> Node | None:
    """A step taken; None for one of a called flow, and where the flow was edited since."""
    return run.graph(frame).nodes.get(address)


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
    node = _node(run, frame, address)
    return CALLED in address or (node is not None and final(node.step))


def final(step: Step) -> bool:
    """Whether a step did something in the world that no correction takes back."""
    changes = isinstance(step, FetchStep) and step.fetch.method not in ("GET", "HEAD")
    return changes or isinstance(step, HandoffStep | ConsentStep | RunStep)


def finals(run: Run, frame: Frame) -> list[str]:
    """What a called flow leaves in the path of its caller: the addresses that no correction of the caller crosses."""
    kept = (address for address in frame.path if _cannot_be_undone(run, frame, address))
    return [address if CALLED in address else f"{frame.flow}{CALLED}{address}" for address in kept]


def go_back(run: Run, frame: Frame, back: Origin) -> None:
    """Stand where the values came from, with what was answered since; a flow called on the way is called anew."""
    for called in reversed(above(run, frame)):
        remember(run, called)
    run.drop(above(run, frame), "again")
    frame.scheduled = _unscheduled(run, frame.scheduled, back.after)
    for address in back.after:
        _forget(run, frame, address)
        if address in frame.calls:
            frame.again[address] = _unscheduled_in(run, frame.calls.pop(address))
    frame.path = frame.path[: len(frame.path) - len(back.after)]
    taken = dict.fromkeys((*(each for each in frame.kept if each not in back.after), *back.after))
    frame.kept = [each for each in taken if each != back.address and _stands(run, frame, each)]
    _leave_open(run, frame, back)
    frame.at = back.address


def remember(run: Run, called: Frame) -> None:
    """Keep what was answered in a called flow, in the flow that called it."""
    caller = run.state.frames[next(i for i, each in enumerate(run.state.frames) if each is called) - 1]
    taken = dict.fromkeys((*called.kept, *called.path))
    kept = [each for each in taken if _stands(run, called, each)]
    steps = (node.step for each in kept if (node := _node(run, called, each)) is not None)
    told = {name for step in steps if isinstance(step, RateStep | WaitStep) for name in brought_about(step)}
    saved = {name: value for name, value in called.saved.items() if name in told}
    calls = {**called.again, **called.calls}
    caller.calls[caller.at] = Answered(
        dict(called.slots), saved, dict(called.event), kept, dict(called.scheduled), calls
    )


def _unscheduled(run: Run, scheduled: Mapping[str, int], addresses: Collection[str]) -> dict[str, int]:
    """Call off the reminders of these steps that are still to come; those that are over, and others, are left."""
    left: dict[str, int] = {}
    for address, visit in scheduled.items():
        if address in addresses and run.state.reminders.pop(visit, None) is not None:
            run.emit(StopTimer(f"{REMINDER}{visit}"))
        else:
            left[address] = visit
    return left


def _unscheduled_in(run: Run, answered: Answered) -> Answered:
    """The same for a flow that is called anew, and for those it called."""
    left = _unscheduled(run, answered.scheduled, answered.scheduled.keys())
    answered.kept = [each for each in answered.kept if each in left or each not in answered.scheduled]
    answered.scheduled = left
    for inner in answered.calls.values():
        _unscheduled_in(run, inner)
    return answered


def _leave_open(run: Run, frame: Frame, back: Origin) -> None:
    """What was waited for is so no longer; unless the way back ends within a rung of its `if_silent`."""
    around = [each for each in (*frame.nudged, frame.nudging, frame.question) if each is not None]
    around = [each for each in around if each.address not in back.after]
    frame.nudging = around.pop() if around else None
    frame.nudged, frame.question = around, None
    if frame.wait is not None and frame.wait.address in back.after:
        run.emit(StopTimer(f"{WAIT}{frame.wait.visit}"))
        frame.wait = None


def leave_rung(run: Run, frame: Frame) -> None:
    """Behind the steps of a rung whose question is answered, or whose wait is over: the flow goes on behind that."""
    nodes, last = run.graph(frame).nodes, frame.path[-1] if frame.path else ""
    owner = next((node for node in nodes.values() if any(each.address == last for each in in_rungs(nodes, node))), None)
    if owner is None:
        frame.at = DONE
        return
    frame.kept.append(owner.address)
    frame.at = owner.address


def _stands(run: Run, frame: Frame, address: str) -> bool:
    """Whether a step need not be taken again: an answer stands, a time is over, a label or a reminder was given."""
    node = _node(run, frame, address)
    step = node.step if node is not None else None
    match step:
        case RateStep():
            return (step.save or step.rate) in frame.saved
        case WaitStep():
            return frame.wait is None or frame.wait.address != address
        case RemindStep():
            return address in frame.scheduled and frame.scheduled[address] not in run.state.reminders
        case TagStep():
            return True
        case _:
            return isinstance(step, Question) and not isinstance(step, ConfirmStep) and not _is_open(frame, address)


def passes(frame: Frame, node: Node) -> bool:
    """Whether a step that a correction need not take again is passed over now. An `ask` and a `choose` see to it."""
    if not isinstance(node.step, ONCE) or node.address not in frame.kept:
        return False
    frame.kept.remove(node.address)
    return True


def keep_choice(run: Run, frame: Frame, address: str | None) -> None:
    """The new choice is known: it leads on without being asked for."""
    node = _node(run, frame, address) if address is not None else None
    if node is not None and isinstance(node.step, ChooseStep) and node.address not in frame.kept:
        frame.kept.append(node.address)


def _forget(run: Run, frame: Frame, address: str) -> None:
    """What a step computed from earlier answers is no longer so."""
    node = _node(run, frame, address)
    step = node.step if node is not None else None
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
    node = _node(run, caller, caller.at) if caller is not None else None
    if caller is None or node is None or not isinstance(node.step, CallStep):
        return {}
    return {name: given.source for name, given in node.step.with_.items() if given.source in caller.slots}


def called_there(run: Run, frame: Frame, name: str) -> list[str]:
    """What a slot is called in the flow that is called from here right now."""
    called = above(run, frame)[:1]
    return [inner for each in called for inner, own in passed_on(run, each).items() if own == name]
