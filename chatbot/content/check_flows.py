"""How flows run: steps no way leads to, circles in which nothing is asked, clashing starts and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.graph import Node
from chatbot.content.index import Flow, Index
from chatbot.content.models import Trigger
from chatbot.content.routes import PAUSING, routes
from chatbot.content.rules import (
    EmptyText,
    Endless,
    NeverStarts,
    NoPrompt,
    NoRefusal,
    SameAddress,
    SameStart,
    SystemStart,
    Unreachable,
    UnusedSlot,
    WrongValue,
)
from chatbot.content.shape import Path, locate
from chatbot.content.steps import (
    CallingStep,
    CallStep,
    ChooseStep,
    ConfirmStep,
    EndStep,
    GotoStep,
    HandoffStep,
    Question,
    SayStep,
    Step,
)
from chatbot.content.walk import lists_of
from chatbot.content.yaml_source import Leaf

Stop: TypeAlias = tuple[str, str]
"""A step of the whole project: its flow and its address."""


def check_flows(index: Index) -> Iterator[Diagnostic]:
    called = {step.call for flow in index.flows for _, step in flow.steps if isinstance(step, CallStep)}
    for flow in index.own_flows():
        yield from _unreachable(flow)
        yield from _addresses(flow)
        yield from _texts(flow)
        yield from _silences(flow)
        yield from _unused_slots(flow)
        system = flow.name.startswith("system.")
        if system and flow.model.start:
            yield SystemStart.at(flow.key((), "start"), "a system flow has no `start:`; the framework starts it")
        elif not system and not flow.model.start and flow.name not in called and index.sure("flows"):
            what = f"`{flow.name}` has no `start:`, and no flow calls it"
            yield NeverStarts.at(flow.place(("flow",)), what)
    yield from _same_starts(index)
    yield from _endless(index)


def _unreachable(flow: Flow) -> Iterator[Diagnostic]:
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
    for path, steps in lists_of(flow.model):
        for i, step in enumerate(steps):
            if id(step) in lost and i > 0 and id(steps[i - 1]) not in lost:
                yield Unreachable.at(_verb_place(flow, step), *_why_lost(steps[i - 1], path))


def _why_lost(before: Step, path: Path) -> tuple[str, str]:
    if isinstance(before, HandoffStep):
        advice = "what is to happen when the conversation comes back goes under `then:` of the handoff"
        return "this is never reached: a handoff ends the flow", advice
    return "this is never reached: the step before it never goes on", ""


def _verb_place(flow: Flow, step: Step) -> Place:
    return flow.place(flow.path_of(step))


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
            first = _verb_place(flow, flow.graph.nodes[name].step)
            what = f"two steps are called `{name}`; the first is on line {first.line}"
            yield SameAddress.at(_verb_place(flow, node.step), what, "give this one an `id:` of its own")


def _texts(flow: Flow) -> Iterator[Diagnostic]:
    for path, step in flow.steps:
        if isinstance(step, SayStep) and not step.say and not (step.image or step.file or step.audio or step.video):
            yield EmptyText.at(flow.key(path, "say"), "there is nothing to say here")
        if isinstance(step, Question) and not step.say and not getattr(step, "confirm", ()):
            yield NoPrompt.at(_verb_place(flow, step), "this question has no text of its own", "put it under `say:`")
        if isinstance(step, ConfirmStep) and step.if_no is None:
            what = "a customer who says no reads nothing: the flow ends here"
            advice = "say what comes then: `if_no: [{ say: All right. }, { end: declined }]`"
            yield NoRefusal.at(_verb_place(flow, step), what, advice)
        if isinstance(step, ChooseStep):
            yield from _same_titles(flow, path, step)
        for where, text in flow.texts(step):
            if not text.source.strip() and where[len(path)] in ("say", "confirm", "if_invalid"):
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


def _unused_slots(flow: Flow) -> Iterator[Diagnostic]:
    used = {name for _, step in flow.steps for _, written in flow.written[id(step)] for name in written.names}
    used |= set(flow.graph.asks) | set(flow.model.returns) | flow.saved()
    used |= flow.model.if_.names if flow.model.if_ else set()
    for name in flow.model.slots:
        if name not in used:
            yield UnusedSlot.at(flow.key(("slots",), name), f"the slot `{name}` is never asked for nor used")


def _same_starts(index: Index) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str], tuple[Flow, Place]] = {}
    for flow in index.own_flows():
        if flow.model.if_ is not None:
            continue
        for i, trigger in enumerate(flow.model.start):
            what = _trigger(trigger)
            place = flow.place(("start", i, what[0]))
            first, there = seen.setdefault(what, (flow, place))
            if there is not place:
                start = what[0] if what[1] == "True" else f"{what[0]} `{what[1]}`"
                said = f"`{first.name}` ({there.file}:{there.line}) starts on {start} too"
                yield SameStart.at(place, said, "give one of them another start, or a guard with `if:`")


def _trigger(trigger: Trigger) -> tuple[str, str]:
    given = trigger.model_dump(exclude_none=True)
    return next(((name, str(value)) for name, value in given.items()), ("", ""))


# --- circles ----------------------------------------------------------------------------------------------


def _endless(index: Index) -> Iterator[Diagnostic]:
    """Circles over all flows: through `goto`, and through `call` into flows that ask nothing on the way."""
    quiet = _quiet_flows(index)
    ways = {
        (name, address): list(_onward(index, flow, node, quiet))
        for name, flow in index.by_name.items()
        for address, node in flow.graph.nodes.items()
        if not isinstance(node.step, PAUSING) or node.step.only
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
        yield Endless.at(_verb_place(owner, owner.graph.nodes[jump[1]].step), what, advice)


def _order(index: Index, stop: Stop) -> tuple[str, int]:
    flow = index.by_name[stop[0]]
    return flow.source.file, _verb_place(flow, flow.graph.nodes[stop[1]].step).line


def _jumps(index: Index, stop: Stop) -> bool:
    step = index.by_name[stop[0]].graph.nodes[stop[1]].step
    return isinstance(step, CallStep | GotoStep)


def _onward(index: Index, flow: Flow, node: Node, quiet: set[str]) -> Iterator[Stop]:
    callee = index.by_name.get(node.step.call) if isinstance(node.step, CallStep) else None
    if callee is not None:
        yield callee.name, callee.graph.first
    for outcome, target in routes(flow.graph, node):
        # A question waits for the customer, a handoff for a person to give it back.
        waits = isinstance(node.step, (*PAUSING, HandoffStep)) and outcome not in ("if_closed", "skipped")
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
        waits = isinstance(node.step, (*PAUSING, HandoffStep)) or (
            isinstance(node.step, CallStep) and node.step.call in index.by_name and node.step.call not in quiet
        )
        for outcome, target in routes(flow.graph, node):
            if target not in seen and (not waits or outcome == "skipped"):
                seen.add(target)
                waiting.append(target)
    return False


def _circles(ways: Mapping[Stop, list[Stop]]) -> Iterator[list[Stop]]:
    """Strongly connected parts that are a circle (Tarjan's way, without recursion)."""
    number: dict[Stop, int] = {}
    low: dict[Stop, int] = {}
    stack: list[Stop] = []
    on_stack: set[Stop] = set()
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
