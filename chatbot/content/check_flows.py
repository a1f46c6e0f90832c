"""How flows run: steps no way leads to, circles in which nothing is asked, clashing starts and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from chatbot.content.course import Course, Courses
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.example import example
from chatbot.content.index import Flow, Index
from chatbot.content.routes import PAUSING, routes
from chatbot.content.rules import (
    EmptyText,
    NoPrompt,
    NoRefusal,
    SameAddress,
    Unreachable,
    WrongValue,
)
from chatbot.content.shape import Path, locate
from chatbot.content.steps import (
    Asking,
    CallingStep,
    CallStep,
    ChooseStep,
    ConfirmStep,
    HandoffStep,
    Question,
    SayStep,
    Step,
)
from chatbot.content.walk import lists_of
from chatbot.content.yaml_source import Leaf

_DEGREES: Final = re.compile(r"[-+]?\d+(?:\.\d+)?", re.ASCII)

Stop: TypeAlias = tuple[str, str]
"""A step of the whole project: its flow and its address."""


def check_flows(index: Index, courses: Courses) -> Iterator[Diagnostic]:
    for flow in index.own_flows():
        yield from _unreachable(index, flow, courses)
        yield from _addresses(flow)
        yield from _texts(flow)
        yield from _silences(flow)
        yield from _places(flow)


def _unreachable(index: Index, flow: Flow, courses: Courses) -> Iterator[Diagnostic]:
    """The first lost step of every list; what hangs on it and what follows it is lost with it."""
    graph = flow.graph
    reached, waiting = {graph.first}, [graph.first]
    while waiting:
        node = graph.nodes.get(waiting.pop())
        for _, target in routes(graph, node) if node else ():
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    lost = {id(node.step): node for address, node in graph.nodes.items() if address not in reached}
    for _, steps in lists_of(flow.model):
        for i, step in enumerate(steps):
            before = steps[i - 1] if i > 0 else None
            if before is None or id(before) in lost:
                continue
            given_up = isinstance(before, CallStep) and not before.only and courses.never_ends(before.call)
            if id(step) in lost or given_up:
                found = Unreachable.at(flow.verb_place(step), *_why_lost(before))
                yield found.with_example(_way_to(index, courses.of(flow), before))


def _way_to(index: Index, course: Course, step: Step) -> tuple[str, ...]:
    """The shortest conversation in which a step is taken."""
    address = next((name for name, node in course.flow.graph.nodes.items() if node.step is step), "")
    states = course.states(address)
    return example(index, course, states[0]) if states else ()


def _why_lost(before: Step) -> tuple[str, str]:
    if isinstance(before, HandoffStep):
        advice = "what is to happen when the conversation comes back goes under `then:` of the handoff"
        return "this is never reached: a handoff ends the flow", advice
    if isinstance(before, CallStep):
        return f"this is never reached: `{before.call}` never comes back", ""
    return "this is never reached: the step before it never goes on", ""


def _addresses(flow: Flow) -> Iterator[Diagnostic]:
    ids: dict[str, Place] = {}
    for path, step in flow.steps:
        if step.id:
            place = flow.place((*path, "id"))
            first = ids.setdefault(step.id, place)
            if first is not place:
                what = f"the id `{step.id}` is on line {first.line} already"
                yield SameAddress.at(place, what, "an id stands once in a flow")
    for address, node in flow.graph.nodes.items():
        name, _, repeated = address.rpartition("~")
        if repeated.isdigit() and not node.step.id and isinstance(node.step, (*PAUSING, CallingStep)):
            places = (flow.verb_place(flow.graph.nodes[name].step), flow.verb_place(node.step))
            first, second = sorted(places, key=lambda place: (place.line, place.column))
            what = f"two steps are called `{name}`; the first is on line {first.line}"
            yield SameAddress.at(second, what, "give this one an `id:` of its own")


def _says(step: Step) -> bool:
    return isinstance(step, Asking) and bool(step.say)


def _texts(flow: Flow) -> Iterator[Diagnostic]:
    nodes = flow.graph.nodes
    led = {id(node.step) for node in nodes.values() if node.form and _says(nodes[node.form].step)}
    for path, step in flow.steps:
        shown = isinstance(step, SayStep) and (step.image or step.file or step.audio or step.video)
        if isinstance(step, SayStep) and not step.say and not shown:
            yield EmptyText.at(flow.key(path, "say"), "there is nothing to say here")
        silent = isinstance(step, Question) and not step.say and not getattr(step, "confirm", ())
        if silent and id(step) not in led and getattr(step, "action", "ask") == "ask":
            yield NoPrompt.at(flow.verb_place(step), "this question has no text of its own", "put it under `say:`")
        if isinstance(step, ConfirmStep) and step.if_no is None:
            what = "a customer who says no reads nothing: the flow ends here"
            advice = "say what comes then: `if_no: [{ say: All right. }, { end: declined }]`"
            yield NoRefusal.at(flow.verb_place(step), what, advice)
        if isinstance(step, ChooseStep):
            yield from _same_titles(flow, path, step)
        for where, text in flow.texts(step):
            if not text.source.strip() and where[len(path)] in ("say", "confirm", "if_invalid") and not shown:
                yield EmptyText.at(flow.place(where), "this text is empty", _comment(flow, where))


def _same_titles(flow: Flow, path: Path, step: ChooseStep) -> Iterator[Diagnostic]:
    titles: set[str] = set()
    for i, option in enumerate(step.options if isinstance(step.options, tuple) else ()):
        title = " ".join(option.title.source.casefold().split())
        if title in titles:
            what = f"two options are called `{option.title.source}`"
            yield WrongValue.at(flow.place((*path, "options", i, "title")), what, "give one of them another title")
        titles.add(title)


def _comment(flow: Flow, path: Path) -> str:
    """An empty text that has a comment behind it was probably meant to be that comment."""
    node = locate(flow.source.root, path)[1]
    line = flow.source.lines[node.place.line - 1] if isinstance(node, Leaf) else ""
    swallowed = isinstance(node, Leaf) and not node.style and "#" in line
    return "what stands behind `#` is a comment; a text that begins with it needs quotes" if swallowed else ""


def _silences(flow: Flow) -> Iterator[Diagnostic]:
    """Every `after` counts from the question, so a rung that is not later than the one above it never comes alone."""
    for path, step in flow.steps:
        rungs = step.if_silent if isinstance(step, Question) else ()
        for i, (earlier, later) in enumerate(pairwise(rungs), 1):
            if later.after <= earlier.after:
                place = flow.place((*path, "if_silent", i, "after"))
                advice = "every `after` counts from the question"
                yield WrongValue.at(place, "this is not later than the entry above it", advice)


def _places(flow: Flow) -> Iterator[Diagnostic]:
    """Degrees that are none; what a value will hold cannot be told."""
    for path, step in flow.steps:
        there = step.location if isinstance(step, SayStep) else None
        for name, most in (("latitude", 90), ("longitude", 180)) if there is not None else ():
            written = getattr(there, name).plain
            if written is not None and not (_DEGREES.fullmatch(written.strip()) and abs(float(written)) <= most):
                what = f"`{written}` is no {name}: it is a number of degrees from -{most} to {most}"
                yield WrongValue.at(flow.place((*path, "location", name)), what)
