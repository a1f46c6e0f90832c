"""What each verb does: one function a step kind.

A step function gives the address to go on at, or None when the flow now waits or another frame runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from chatbot.content.graph import Node
from chatbot.content.steps import (
    AgainStep,
    AskStep,
    CallStep,
    CasesStep,
    ChooseStep,
    ConfirmStep,
    ConsentStep,
    EndStep,
    FetchStep,
    FormStep,
    Goal,
    GotoStep,
    HandoffStep,
    IfStep,
    Question,
    RateStep,
    RemindStep,
    RunStep,
    SayStep,
    SetStep,
    SplitStep,
    Step,
    TagStep,
    WaitStep,
)  # fmt: skip
from chatbot.content.values import EvaluationError
from chatbot.engine import answers, calling, going_back, questions, saying, waiting
from chatbot.engine.run import Run
from chatbot.engine.state import Answered, Frame
from chatbot.types import HandOff, Message, Milestone, SetContact, Slot, Tag

CALL_DEPTH: Final = 20
"""How deep `call` may nest; deeper is an error of the flow."""

LONGEST_PATH: Final = 200
"""Steps a run remembers having taken; a correction goes back no further."""


def ask(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, AskStep)
    slot = frame.slots.get(step.ask)
    if slot is not None:
        typed = answers.typed(run, frame, step.ask, slot)
        if typed is not None and answers.fits(run, frame, step.ask, typed, step):
            frame.slots[step.ask] = typed
            return node.next
        # A value that came another way and does not pass is dropped without costing a try.
        del frame.slots[step.ask]
    questions.pose(run, frame, node)
    return None


def form(run: Run, frame: Frame, node: Node) -> str | None:
    """Say what comes before the questions, if any is to be asked; they are steps of their own."""
    step = node.step
    assert isinstance(step, FormStep)
    if step.say and any(ask.ask not in frame.slots for ask in step.form):
        run.say(Message(run.text(run.variant(step.say, f"{frame.flow}/{node.address}"), frame)), frame, node.address)
    return node.branches["form"]


def choose(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, ChooseStep)
    if node.address in frame.kept and step.choose in frame.slots:
        frame.kept.remove(node.address)
        again = answers.chosen_before(run, frame, node)
        if again is not None:
            return again
    questions.pose(run, frame, node)
    return None


def pose(run: Run, frame: Frame, node: Node) -> str | None:
    questions.pose(run, frame, node)
    return None


def consent(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, ConsentStep)
    if step.action != "ask":
        run.record_consent(step.action, step.consent)
        return node.next
    if run.consent.get(step.consent):
        run.mark(frame, node, "was given before")
        return node.next
    questions.pose(run, frame, node)
    return None


def set_(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, SetStep)
    for name, expression in step.set.items():
        value = expression.evaluate(run.scope(frame))
        root, _, field = name.partition(".")
        if root == "contact" and field:
            run.contact[field] = value
            run.emit(SetContact(field, value))
        elif root == "conversation" and field:
            run.state.variables[field] = value
        elif name in run.graph(frame).slots:
            frame.slots[name] = Slot(value)
        else:
            frame.saved[name] = value
    return node.next


def if_(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, IfStep)
    branch = "then" if step.if_.evaluate(run.scope(frame)) else "else"
    run.mark(frame, node, branch)
    return node.branches.get(branch, node.next)


def cases(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, CasesStep)
    for i, case in enumerate(step.cases):
        if case.if_ is not None and case.if_.evaluate(run.scope(frame)):
            run.mark(frame, node, f"case {i + 1}")
            return node.branches[f"case.{i}"]
    run.mark(frame, node, "else")
    return node.branches.get("else", node.next)


def split(run: Run, frame: Frame, node: Node) -> str | None:
    """The same way for the same contact at all times, on any machine: by a hash, not by dice."""
    step = node.step
    assert isinstance(step, SplitStep)
    who = run.event.facts.contact.get("id") or run.event.facts.conversation
    digest = hashlib.blake2b(f"{step.split}:{who}".encode(), digest_size=8).digest()
    point = int.from_bytes(digest) / 2**64 * sum(branch.weight for branch in step.branches)
    for i, branch in enumerate(step.branches):
        point -= branch.weight
        if point < 0:
            run.mark(frame, node, f"branch {i + 1}")
            return node.branches[f"branch.{i}"]
    return node.next


def handoff(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, HandoffStep)
    name = step.handoff or "default"
    facts = run.queue(name)
    if "if_closed" in node.branches and (not facts.open or facts.full):
        run.mark(frame, node, "full" if facts.open else "closed")
        frame.path.pop()  # nobody was handed anything: what was answered before can still be corrected
        return node.branches["if_closed"]
    queue = run.program.bot.queues.get(name)
    priority = step.priority or (queue.priority if queue else "normal")
    note = run.text(step.note, frame, node.address) if step.note else ""
    keep: list[Frame] = []
    if "then" in node.branches:
        # With the flows that called this one, and what it interrupted: it comes back to them behind its `then`.
        frame.parked_at = run.event.at
        keep = [each for each in run.state.frames if not any(member.wait for member in run.group(each))]
    run.mark(frame, node, f"to {name}, {priority}")
    run.hand_over(HandOff(name, priority, step.skills or (queue.skills if queue else ()), note, "flow"), keep)
    return None


def end(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, EndStep)
    return f"={step.end}"


def again(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, AgainStep)
    frame.slots.pop(step.again, None)
    return _once_more(run, frame, run.graph(frame).asks[step.again])


def goto(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, GotoStep)
    target = run.node(frame, step.goto)
    if isinstance(target.step, AskStep) and target.step.ask in frame.slots:
        del frame.slots[target.step.ask]
        return _once_more(run, frame, step.goto)
    if isinstance(target.step, Question) and step.goto in frame.wrong:
        return _once_more(run, frame, step.goto)
    return step.goto


def _once_more(run: Run, frame: Frame, address: str) -> str | None:
    """Go back to a question at the price of a try, so that no flow goes round for ever."""
    node = run.node(frame, address)
    if questions.spend_try(run, frame, node):
        questions.give_up(run, frame, node)
        return frame.at if run.state.top is frame else None
    return address


def call(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, CallStep)
    if sum(each.called for each in run.state.frames) >= CALL_DEPTH:
        raise EvaluationError(f"{node.address}: flows call one another more than {CALL_DEPTH} deep")
    given: dict[str, Slot] = {}
    for name, expression in step.with_.items():
        slot = frame.slots.get(expression.source)
        value = slot.value if slot is not None else expression.evaluate(run.scope(frame))
        if value is not None:
            # A slot of the same type is passed on with the words it was given in: texts print them as they would here.
            alike = (
                slot is not None
                and _type_in(run, step.call, name) == answers.slot_type(run, frame, expression.source).type
            )
            given[name] = slot if slot is not None and alike else Slot(value)
    before = frame.again.pop(node.address, Answered())
    child = run.push(step.call)
    answered = {name: slot for name, slot in before.slots.items() if name not in step.with_}
    child.slots, child.called, child.save = {**answered, **given}, True, dict(step.save)
    child.kept, child.again = before.kept, before.calls
    child.saved, child.event = before.saved, before.event
    return None


def _type_in(run: Run, flow: str, name: str) -> str:
    """The type a slot of another flow is declared with."""
    declared = run.program.flows[flow].slots.get(name)
    return declared.type if declared is not None else ""


def tag(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, TagStep)
    if isinstance(step.tag, Goal):
        run.emit(_milestone(run, frame, step.tag))
        return node.next
    for label in step.tag:
        run.emit(Tag(label))
    known = run.contact.get("tags", run.event.facts.contact.get("tags")) or ()
    run.contact["tags"] = list(dict.fromkeys((*known, *step.tag)))
    return node.next


def _milestone(run: Run, frame: Frame, goal: Goal) -> Milestone:
    scope = run.scope(frame)
    value = goal.value.evaluate(scope) if goal.value is not None else None
    if goal.value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise EvaluationError(f"the value of `{goal.goal or goal.event}` is no number")
    data = {name: expression.evaluate(scope) for name, expression in goal.with_.items()}
    return Milestone("goal" if goal.goal else "event", goal.goal or goal.event or "", value, data)


StepFunction = Callable[[Run, Frame, Node], str | None]

STEPS: Final[Mapping[type[Any], StepFunction]] = MappingProxyType(
    {
        SayStep: saying.say, AskStep: ask, FormStep: form, ChooseStep: choose, ConfirmStep: pose,
        ConsentStep: consent, RateStep: pose, SetStep: set_, IfStep: if_, CasesStep: cases, SplitStep: split,
        FetchStep: calling.ask, RunStep: calling.ask, CallStep: call, GotoStep: goto, AgainStep: again,
        WaitStep: waiting.wait, RemindStep: waiting.remind, TagStep: tag, HandoffStep: handoff, EndStep: end,
    }
)  # fmt: skip


def take(run: Run, frame: Frame, node: Node) -> str | None:
    """Do one step; a step for other channels is passed over."""
    step: Step = node.step
    if step.only and run.event.facts.channel not in step.only:
        return node.next
    frame.path.append(node.address)
    if len(frame.path) > LONGEST_PATH:
        del frame.path[:-LONGEST_PATH]
    if frame.kept and going_back.passes(frame, node):
        return node.next
    return STEPS[type(step)](run, frame, node)
