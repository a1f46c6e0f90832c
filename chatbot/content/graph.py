"""A flow as the engine walks it: every step with an address, what comes after it, and where its outcomes lead.

Addresses are names, never numbers: `ask:order_number`, or the step's own `id`. A name that repeats within a flow
gets `~2`, `~3`; check.py asks for an `id` where such a step can hold a conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from chatbot.content.addresses import name_of
from chatbot.content.expression import Expression
from chatbot.content.models import FlowFile, SlotType, Trigger
from chatbot.content.steps import (
    Asking,
    AskStep,
    CasesStep,
    ChooseStep,
    ConfirmStep,
    ConsentStep,
    FetchStep,
    FormStep,
    HandoffStep,
    IfStep,
    RunStep,
    SayStep,
    Silence,
    SplitStep,
    Step,
    WaitStep,
)  # fmt: skip
from chatbot.content.template import Template

DONE: Final = "="
"""The address behind the last step: the flow ends as `done`."""
FAILED: Final = "=failed"
"""The address behind a question's `if_failed`: the flow ends as `failed`."""
STILL: Final = "=still"
"""The address behind a rung of `if_silent`: the question goes on waiting."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step in its place. `branches` maps an outcome ("if_no", "if_error.404", "option.0") to an address."""

    address: str
    step: Step
    next: str
    branches: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    """The address of the form this question belongs to."""


@dataclass(frozen=True, slots=True)
class Graph:
    """One flow, compiled."""

    name: str
    title: Template | None
    first: str
    nodes: Mapping[str, Node]
    start: tuple[Trigger, ...] = ()
    guard: Expression | None = None
    slots: Mapping[str, SlotType] = field(default_factory=dict)
    returns: tuple[str, ...] = ()
    asks: Mapping[str, str] = field(default_factory=dict)
    """Slot name -> address of the first step that asks for it."""


def compile_flow(flow: FlowFile) -> Graph:
    """Lay out a flow's steps; assumes the file passed its shape check."""
    nodes: dict[str, Node] = {}
    first = _lay(flow.steps, DONE, nodes)
    asks: dict[str, str] = {}
    for address, node in nodes.items():
        if isinstance(node.step, AskStep):
            asks.setdefault(node.step.ask, address)
        elif isinstance(node.step, ChooseStep):
            asks.setdefault(node.step.choose, address)
    return Graph(flow.flow, flow.title, first, nodes, flow.start, flow.if_, flow.slots, flow.returns, asks)


def _lay(steps: Sequence[Step], after: str, nodes: dict[str, Node]) -> str:
    """Place a list of steps so that it runs into `after`; gives the address it begins at."""
    addresses: list[str] = []
    for step in steps:
        name = step.id or name_of(step)
        address, n = name, 2
        while address in nodes:
            address, n = f"{name}~{n}", n + 1
        addresses.append(address)
        nodes[address] = Node(address, step, after)  # holds the place; filled in below
    for i, step in enumerate(steps):
        following = addresses[i + 1] if i + 1 < len(steps) else after
        branches = {outcome: _lay(inner, _behind(outcome, following), nodes) for outcome, inner in outcomes(step)}
        nodes[addresses[i]] = Node(addresses[i], step, following, branches)
        if isinstance(step, FormStep):
            _share(nodes[addresses[i]], step, nodes)
    return addresses[0] if addresses else after


def _share(form: Node, step: FormStep, nodes: dict[str, Node]) -> None:
    """Every question of a form has the form's outcomes where it has none of its own."""
    shared = {outcome: target for outcome, target in form.branches.items() if outcome != "form"}
    address = form.branches["form"]
    for ask in step.form:
        node = nodes[address]
        lacking = {key: to for key, to in shared.items() if key == "if_failed" or not ask.if_silent}
        nodes[address] = replace(node, branches=lacking | dict(node.branches), form=form.address)
        address = node.next


def _behind(outcome: str, following: str) -> str:
    """Where an outcome's steps run into: behind the step, but for a failed question and a nudge."""
    if outcome == "if_failed":
        return FAILED
    return STILL if outcome.startswith("if_silent.") else following


def in_rungs(nodes: Mapping[str, Node], node: Node) -> Iterator[Node]:
    """The steps that run while a question or a wait goes on: those of its `if_silent`, each once."""
    ahead = [target for outcome, target in node.branches.items() if outcome.startswith("if_silent.")]
    seen: set[str] = set()
    while ahead:
        address = ahead.pop()
        if address in nodes and address not in seen:
            seen.add(address)
            yield nodes[address]
            ahead += [nodes[address].next, *nodes[address].branches.values()]


def outcomes(step: Step) -> Iterator[tuple[str, Sequence[Step]]]:
    """The lists of steps that hang on a step, by outcome; an outcome the author left out is not listed."""
    match step:
        case Asking():
            yield from _question_outcomes(step)
        case SayStep(if_not_sent=steps) if steps is not None:
            yield "if_not_sent", steps
        case IfStep(then=steps, else_=otherwise):
            yield "then", steps
            if otherwise is not None:
                yield "else", otherwise
        case CasesStep():
            yield from _case_outcomes(step)
        case SplitStep(branches=branches):
            for i, branch in enumerate(branches):
                yield f"branch.{i}", branch.then
        case WaitStep(if_silent=rungs):
            yield from _rungs(rungs)
        case FetchStep(if_error=failures) | RunStep(if_error=failures):
            for name, steps in failures.items():
                yield f"if_error.{name}", steps
        case HandoffStep(then=then, if_closed=closed):
            for name, steps_ in (("then", then), ("if_closed", closed)):
                if steps_ is not None:
                    yield name, steps_
        case _:
            pass


def _question_outcomes(step: Asking) -> Iterator[tuple[str, Sequence[Step]]]:
    if step.if_failed is not None:
        yield "if_failed", step.if_failed
    yield from _rungs(step.if_silent)
    match step:
        case FormStep(form=asks):
            yield "form", asks
        case ConfirmStep(if_no=steps) | ConsentStep(if_no=steps) if steps is not None:
            yield "if_no", steps
        case ChooseStep(options=tuple() as options):
            for i, option in enumerate(options):
                if option.then is not None:
                    yield f"option.{i}", option.then
        case _:
            pass


def _rungs(rungs: Sequence[Silence]) -> Iterator[tuple[str, Sequence[Step]]]:
    for i, rung in enumerate(rungs):
        yield f"if_silent.{i}", (rung.step,)


def _case_outcomes(step: CasesStep) -> Iterator[tuple[str, Sequence[Step]]]:
    for i, case in enumerate(step.cases):
        if case.else_ is not None:
            yield "else", case.else_
        else:
            yield f"case.{i}", case.then
    if step.else_ is not None:
        yield "else", step.else_
