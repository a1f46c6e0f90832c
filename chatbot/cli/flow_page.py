"""Flows as one HTML page that needs nothing beside it: steps one below the other, ways out beside one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from chatbot.content.drawing import caption, ending, label, starts_of
from chatbot.content.graph import STILL, Graph, Node
from chatbot.content.routes import pauses
from chatbot.content.steps import AgainStep, CallStep, CasesStep, EndStep, GotoStep, HandoffStep, IfStep, SplitStep


@dataclass(frozen=True, slots=True)
class _Step:
    """One box. `ways` are the lists of steps that hang on it, `leads` is where it jumps: words and an anchor, or ""."""

    name: str
    anchor: str
    kind: Literal["asks", "decides", "leaves", "does"]
    text: str
    ways: tuple[tuple[str, tuple[_Step, ...], str], ...]
    leads: tuple[str, str]


def page(title: str, graphs: Sequence[Graph]) -> str:
    """The page. Whatever stands in the files is shown as text."""
    environment = Environment(loader=PackageLoader("chatbot.cli", ""), autoescape=True, undefined=StrictUndefined)
    known = {graph.name for graph in graphs}
    flows = [
        {
            "name": graph.name,
            "title": graph.title.source if graph.title else "",
            "anchor": _anchor(graph.name),
            "starts": starts_of(graph),
            "steps": _row(graph, graph.first, "=", known),
        }
        for graph in graphs
    ]
    return environment.get_template("flow_page.html").render(title=title, flows=flows)


def _row(graph: Graph, address: str, stop: str, known: set[str]) -> tuple[_Step, ...]:
    """The steps from an address on, up to where their list ends."""
    steps = []
    while address in graph.nodes and address != stop:
        node = graph.nodes[address]
        steps.append(_step(graph, node, known))
        address = node.next
    return tuple(steps)


def _step(graph: Graph, node: Node, known: set[str]) -> _Step:
    name, text = caption(node)
    ways = tuple(
        (label(node, way), _row(graph, target, node.next, known), _empty(graph, node, target))
        for way, target in node.branches.items()
        if not node.form or target != graph.nodes[node.form].branches.get(way)
    )
    return _Step(name, _anchor(graph.name, node.address), _kind(node), text, ways, _leads(graph, node, known))


def _kind(node: Node) -> Literal["asks", "decides", "leaves", "does"]:
    if pauses(node):
        return "asks"
    match node.step:
        case IfStep() | CasesStep() | SplitStep():
            return "decides"
        case EndStep() | HandoffStep() | GotoStep() | AgainStep():
            return "leaves"
        case _:
            return "does"


def _empty(graph: Graph, node: Node, target: str) -> str:
    """What a way means that has no steps of its own."""
    if target == node.next:
        return "goes on"
    if target == STILL:
        return "waits on"
    return f"ends: {ending(target)}" if target not in graph.nodes else ""


def _leads(graph: Graph, node: Node, known: set[str]) -> tuple[str, str]:
    match node.step:
        case GotoStep(goto=name):
            return f"goes to {name}", _anchor(graph.name, name)
        case AgainStep(again=slot) if slot in graph.asks:
            return f"asks for {slot} again", _anchor(graph.name, graph.asks[slot])
        case CallStep(call=name):
            return f"calls {name}", _anchor(name) if name in known else ""
        case _:
            return "", ""


def _anchor(*names: str) -> str:
    return "--".join(re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") for name in names)
