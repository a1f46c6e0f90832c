"""A flow as the engine walks it: every step with an address, what comes after it, and where its outcomes lead.

Addresses are names, never numbers: `ask:order_number`, or the step's own `id`. A name that repeats within a flow
gets `~2`, `~3`; check.py asks for an `id` where such a step can hold a conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chatbot.content.expression import Expression
from chatbot.content.models import FlowFile, SlotType, Trigger
from chatbot.content.steps import (
    AgainStep,
    AskStep,
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
        name = step.id or _name(step)
        address, n = name, 2
        while address in nodes:
            address, n = f"{name}~{n}", n + 1
        addresses.append(address)
        nodes[address] = Node(address, step, after)  # holds the place; filled in below
    for i, step in enumerate(steps):
        following = addresses[i + 1] if i + 1 < len(steps) else after
        branches = {outcome: _lay(inner, _behind(outcome, following), nodes) for outcome, inner in outcomes(step)}
        nodes[addresses[i]] = Node(addresses[i], step, following, branches)
    return addresses[0] if addresses else after


def _behind(outcome: str, following: str) -> str:
    """Where an outcome's steps run into: behind the step, but for a failed question and a nudge."""
    if outcome == "if_failed":
        return FAILED
    return STILL if outcome.startswith("if_silent.") else following


def outcomes(step: Step) -> Iterator[tuple[str, Sequence[Step]]]:
    """The lists of steps that hang on a step, by outcome; an outcome the author left out is not listed."""
    if isinstance(step, Question):
        yield from _question_outcomes(step)
    match step:
        case ConfirmStep(if_no=steps) if steps is not None:
            yield "if_no", steps
        case ChooseStep(options=tuple() as options):
            for i, option in enumerate(options):
                if option.then is not None:
                    yield f"option.{i}", option.then
        case IfStep(then=steps, else_=otherwise):
            yield "then", steps
            if otherwise is not None:
                yield "else", otherwise
        case CasesStep():
            yield from _case_outcomes(step)
        case FetchStep(if_error=failures) | RunStep(if_error=failures):
            for name, steps in failures.items():
                yield f"if_error.{name}", steps
        case HandoffStep(then=then, if_closed=closed):
            for name, steps_ in (("then", then), ("if_closed", closed)):
                if steps_ is not None:
                    yield name, steps_
        case _:
            pass


def _question_outcomes(step: Question) -> Iterator[tuple[str, Sequence[Step]]]:
    if step.if_failed is not None:
        yield "if_failed", step.if_failed
    for i, rung in enumerate(step.if_silent):
        yield f"if_silent.{i}", (rung.step,)


def _case_outcomes(step: CasesStep) -> Iterator[tuple[str, Sequence[Step]]]:
    for i, case in enumerate(step.cases):
        if case.else_ is not None:
            yield "else", case.else_
        else:
            yield f"case.{i}", case.then
    if step.else_ is not None:
        yield "else", step.else_


def _name(step: Step) -> str:
    """A step's own name: its verb and what the verb is about."""
    match step:
        case AskStep():
            return f"ask:{step.ask}"
        case ChooseStep():
            return f"choose:{step.choose}"
        case ConfirmStep():
            return f"confirm:{_slug(step.confirm[0].source) if step.confirm else 'text'}"
        case FetchStep() | RunStep():
            return _called(step)
        case SayStep():
            return f"say:{_slug(step.say[0].source) if step.say else 'media'}"
        case SetStep():
            return f"set:{','.join(step.set)}"
        case IfStep():
            return f"if:{_slug(step.if_.source)}"
        case CasesStep():
            return "cases"
        case HandoffStep():
            return f"handoff:{step.handoff or 'default'}"
        case EndStep():
            return f"end:{step.end}"
        case AgainStep():
            return f"again:{step.again}"
        case GotoStep():
            return f"goto:{step.goto}"
        case CallStep():
            return f"call:{step.call}"
        case TagStep():
            return f"tag:{','.join(step.tag)}"


def _called(step: FetchStep | RunStep) -> str:
    verb, about = ("fetch", _slug(str(step.fetch))) if isinstance(step, FetchStep) else ("run", step.run)
    return f"{verb}:{step.save if isinstance(step.save, str) else about}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:40] or "text"
