"""What each verb does: one function a step kind.

A step function gives the address to go on at, or None when the flow now waits or another frame runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from chatbot.content.expression import Expression
from chatbot.content.graph import Node
from chatbot.content.steps import (
    AgainStep,
    AskStep,
    ButtonText,
    CallStep,
    CasesStep,
    ChooseStep,
    ConfirmStep,
    EndStep,
    FetchStep,
    GotoStep,
    HandoffStep,
    IfStep,
    Question,
    RunStep,
    SayStep,
    SetStep,
    Step,
    TagStep,
)
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError
from chatbot.engine import calling, questions
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Attachment, AttachmentKind, Button, HandOff, Message, SetContact, Slot, Tag

CALL_DEPTH: Final = 20
"""How deep `call` may nest; deeper is an error of the flow."""

LONGEST_PATH: Final = 200
"""Steps a run remembers having taken; a correction goes back no further."""


def say(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, SayStep)
    origin = node.address
    text = run.text(run.variant(step.say, f"{frame.flow}/{origin}"), frame, origin) if step.say else ""
    buttons = _buttons(run, frame, step.buttons)
    media: list[tuple[AttachmentKind, Template | None]] = [
        ("image", step.image), ("file", step.file), ("audio", step.audio), ("video", step.video),
    ]  # fmt: skip
    urls = [(kind, run.url(template, frame, origin)) for kind, template in media if template is not None]
    attached = [Attachment(kind, url) for kind, url in urls if url]
    for attachment in attached[1:]:
        run.say(Message(attachment=attachment), frame, origin)
    if text or buttons or attached:
        run.say(Message(text, buttons=buttons, attachment=attached[0] if attached else None), frame, origin)
    return node.next


def _buttons(run: Run, frame: Frame, buttons: tuple[ButtonText, ...] | Expression) -> tuple[Button, ...]:
    if isinstance(buttons, Expression):
        return tuple(Button(each.title, each.value) for each in questions.listed(buttons.evaluate(run.scope(frame))))
    made = []
    for button in buttons:
        title = run.text(button.title, frame)
        if button.url is not None:
            # A link that has no value yet is no way on: its button is left out, and the trace says why.
            url = run.url(button.url, frame, "buttons")
            made += [Button(title, url=url)] if url else []
        else:
            made.append(Button(title, f"intent:{button.intent}" if button.intent else button.payload or title))
    return tuple(made)


def ask(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, AskStep)
    slot = frame.slots.get(step.ask)
    if slot is not None:
        if questions.fits(run, frame, step.ask, slot, step):
            return node.next
        # A value that came with the opening sentence and does not pass is dropped without costing a try.
        del frame.slots[step.ask]
    questions.pose(run, frame, node)
    return None


def choose(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, ChooseStep)
    if node.address in frame.kept and step.choose in frame.slots:
        again = questions.chosen_before(run, frame, node)
        if again is not None:
            return again
    questions.pose(run, frame, node)
    return None


def confirm(run: Run, frame: Frame, node: Node) -> str | None:
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


def handoff(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, HandoffStep)
    name = step.handoff or "default"
    facts = run.queue(name)
    if "if_closed" in node.branches and (not facts.open or facts.full):
        run.mark(frame, node, "full" if facts.open else "closed")
        return node.branches["if_closed"]
    queue = run.program.bot.queues.get(name)
    priority = step.priority or (queue.priority if queue else "normal")
    note = run.text(step.note, frame, node.address) if step.note else ""
    keep = None
    if "then" in node.branches:
        frame.parked_at, keep = run.event.at, frame
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
        value = expression.evaluate(run.scope(frame))
        if value is not None:
            given[name] = Slot(value)
    child = run.push(step.call)
    child.slots, child.called, child.save = given, True, dict(step.save)
    return None


def tag(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, TagStep)
    for label in step.tag:
        run.emit(Tag(label))
    return node.next


StepFunction = Callable[[Run, Frame, Node], str | None]

STEPS: Final[Mapping[type[Any], StepFunction]] = MappingProxyType(
    {
        SayStep: say, AskStep: ask, ChooseStep: choose, ConfirmStep: confirm, SetStep: set_, IfStep: if_,
        CasesStep: cases, FetchStep: calling.fetch, RunStep: calling.run_, HandoffStep: handoff, EndStep: end,
        AgainStep: again, GotoStep: goto, CallStep: call, TagStep: tag,
    }
)  # fmt: skip


def take(run: Run, frame: Frame, node: Node) -> str | None:
    """Do one step; a step for other channels is passed over."""
    step: Step = node.step
    if step.only and run.event.facts.channel not in step.only:
        return node.next
    frame.path = [*frame.path[1 - LONGEST_PATH :], node.address]
    return STEPS[type(step)](run, frame, node)
