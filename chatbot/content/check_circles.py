"""Circles that would run for ever: through `goto` and `call` with nothing asked, or nothing that is not answered."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from chatbot.content.course import Course, Courses
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.example import example
from chatbot.content.graph import Node
from chatbot.content.index import Flow, Index
from chatbot.content.routes import pauses, routes
from chatbot.content.rules import Endless
from chatbot.content.steps import AskStep, CallStep, EndStep, GotoStep, HandoffStep

Stop: TypeAlias = tuple[str, str]
"""A step of the whole project: its flow and its address."""
T = TypeVar("T", bound=Hashable)


def check_circles(index: Index, courses: Courses) -> Iterator[Diagnostic]:
    yield from _endless(index, courses)
    for flow in index.own_flows():
        if any(isinstance(step, GotoStep) for _, step in flow.steps):
            yield from _answered(index, courses.of(flow))


def _answered(index: Index, course: Course) -> Iterator[Diagnostic]:
    """Circles with questions in them that are passed over the second time: their slot is filled."""
    flow = course.flow
    for circle in _circles(course.onward):
        nodes = [flow.graph.nodes[state.address] for state in circle if state.address in flow.graph.nodes]
        asks = [node.step for node in nodes if isinstance(node.step, AskStep)]
        jump = next((state for state in circle if isinstance(flow.graph.nodes[state.address].step, GotoStep)), None)
        if asks and jump is not None:
            what = f"this goes round for ever: `{asks[0].ask}` is known by then and is not asked for again"
            advice = f"to ask again, write `again: {asks[0].ask}`, or let `goto` name the question itself"
            place = flow.verb_place(flow.graph.nodes[jump.address].step)
            yield Endless.at(place, what, advice).with_example(example(index, course, jump))


def _endless(index: Index, courses: Courses) -> Iterator[Diagnostic]:
    """Circles over all flows: through `goto`, and through `call` into flows that ask nothing on the way."""
    quiet = _quiet_flows(index)
    ways = {
        (name, address): list(_onward(index, flow, node, quiet))
        for name, flow in index.by_name.items()
        for address, node in flow.graph.nodes.items()
        if not pauses(node) or node.step.only
    }
    for circle in _circles(ways):
        stops = sorted(circle, key=lambda stop: _order(index, stop))
        flow = index.by_name[stops[0][0]]
        if flow.shipped:
            continue
        jump = next((stop for stop in reversed(stops) if _jumps(index, stop)), stops[-1])
        owner = index.by_name[jump[0]]
        what = "this goes round for ever: nothing is asked on the way"
        advice = "put an `ask`, `choose` or `confirm` into the circle, or end it"
        found = Endless.at(owner.verb_place(owner.graph.nodes[jump[1]].step), what, advice)
        course = courses.of(owner)
        first = next(iter(course.states(jump[1])), None)
        yield found.with_example(example(index, course, first)) if first is not None else found


def _order(index: Index, stop: Stop) -> tuple[str, int]:
    flow = index.by_name[stop[0]]
    return flow.source.file, flow.verb_place(flow.graph.nodes[stop[1]].step).line


def _jumps(index: Index, stop: Stop) -> bool:
    step = index.by_name[stop[0]].graph.nodes[stop[1]].step
    return isinstance(step, CallStep | GotoStep)


def _onward(index: Index, flow: Flow, node: Node, quiet: set[str]) -> Iterator[Stop]:
    callee = index.by_name.get(node.step.call) if isinstance(node.step, CallStep) else None
    if callee is not None:
        yield callee.name, callee.graph.first
    for outcome, target in routes(flow.graph, node):
        # A question waits for the customer, a handoff for a person to give it back.
        waits = (pauses(node) or isinstance(node.step, HandoffStep)) and outcome not in ("if_closed", "skipped")
        if not waits and (callee is None or callee.name in quiet or outcome == "skipped"):
            yield flow.name, target


def _quiet_flows(index: Index) -> set[str]:
    """Flows that can run from start to end without asking anything."""
    quiet: set[str] = set()
    while True:
        more = {name for name, flow in index.by_name.items() if name not in quiet and _passes(index, flow, quiet)}
        if not more:
            return quiet
        quiet |= more


def _passes(index: Index, flow: Flow, quiet: set[str]) -> bool:
    seen, waiting = {flow.graph.first}, [flow.graph.first]
    while waiting:
        address = waiting.pop()
        node = flow.graph.nodes.get(address)
        if node is None or isinstance(node.step, EndStep):
            return True
        waits = (
            pauses(node)
            or isinstance(node.step, HandoffStep)
            or (isinstance(node.step, CallStep) and node.step.call in index.by_name and node.step.call not in quiet)
        )
        for outcome, target in routes(flow.graph, node):
            if target not in seen and (not waits or outcome == "skipped"):
                seen.add(target)
                waiting.append(target)
    return False


def _circles(ways: Mapping[T, list[T]]) -> Iterator[list[T]]:
    """Strongly connected parts that are a circle (Tarjan's way, without recursion)."""
    number: dict[T, int] = {}
    low: dict[T, int] = {}
    stack: list[T] = []
    on_stack: set[T] = set()
    for root in ways:
        if root in number:
            continue
        work = [(root, iter(ways[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            stop, onward = work[-1]
            target = next((t for t in onward if t in ways), None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[stop])
                if low[stop] == number[stop]:
                    part = stack[stack.index(stop) :]
                    del stack[-len(part) :]
                    on_stack.difference_update(part)
                    if len(part) > 1 or stop in ways[stop]:
                        yield part
            elif target not in number:
                number[target] = low[target] = len(number)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(ways[target])))
            elif target in on_stack:
                low[stop] = min(low[stop], number[target])
