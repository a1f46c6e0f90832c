"""Flows as drawings: what stands on each step, and all of it as one Mermaid flowchart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chatbot.content.graph import Graph, Node
from chatbot.content.routes import pauses, routes
from chatbot.content.steps import CallStep, CasesStep, ChooseStep, ConfirmStep, IfStep, SayStep, SplitStep
from chatbot.content.template import Template
from chatbot.content.walk import written_in

LONGEST: Final = 60
"""Characters of a text that a drawing shows."""
_UNSAFE: Final = str.maketrans({char: f"#{ord(char)};" for char in '"#<>&`[]{}()|\\;'})


def caption(node: Node) -> tuple[str, str]:
    """What stands on a step: its address, or its verb where a text says more; and the first of its texts, cut short."""
    if isinstance(node.step, IfStep):
        return "if", node.step.if_.source
    texts = (text.source for _, text in written_in(node.step) if isinstance(text, Template))
    text = re.sub(r"\s+", " ", next(texts, "")).strip()
    verb = node.step.id or node.address.partition(":")[0]
    name = verb if text and isinstance(node.step, SayStep | ConfirmStep) else node.address
    return name, text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def starts_of(graph: Graph) -> tuple[str, ...]:
    """What starts a flow, as it is written."""
    return tuple(
        f"{name}: {value}" if not isinstance(value, bool) else name
        for trigger in graph.start
        for name in type(trigger).model_fields
        if (value := getattr(trigger, name))
    )


def ways(graph: Graph, node: Node) -> Iterator[tuple[str, str]]:
    """(label, address) of every way out of a step, as an author reads it; those that the engine adds are left out."""
    for name, target in dict.fromkeys(routes(graph, node)):
        if name in ("if_failed", "declined") and name not in node.branches:
            continue
        yield label(node, name), target


def label(node: Node, name: str) -> str:
    """The name of a way out, with what it depends on."""
    kind, _, number = name.partition(".")
    match node.step:
        case _ if name == "next":
            return ""
        case CasesStep(cases=cases) if kind == "case":
            condition = cases[int(number)].if_
            return condition.source if condition is not None else "else"
        case SplitStep(branches=branches) if kind == "branch":
            return f"weight {branches[int(number)].weight:g}"
        case ChooseStep(options=tuple() as options) if kind == "option":
            return str(options[int(number)].title)
        case _ if kind == "if_silent":
            return f"silence {int(number) + 1}"
        case _ if kind == "if_error":
            return f"error {number}"
        case _:
            return name


def ending(address: str) -> str:
    """What an address behind the last step means: `=declined` ends the flow so."""
    return address[1:] or "done"


def mermaid(graphs: Iterable[Graph]) -> str:
    """A flowchart with a subgraph for each flow; a call is an arrow to the flow it calls."""
    graphs = list(graphs)
    numbers = {graph.name: n for n, graph in enumerate(graphs)}
    lines = ["flowchart TD"]
    calls: list[str] = []
    for n, graph in enumerate(graphs):
        title = f"{graph.name}" if graph.title is None else f"{graph.name} - {graph.title.source}"
        lines.append(f'  subgraph f{n} ["{_safe(title)}"]')
        lines += (f"    {line}" for line in _flow(graph, n))
        lines.append("  end")
        for i, node in enumerate(graph.nodes.values()):
            if isinstance(node.step, CallStep) and node.step.call in numbers:
                calls.append(f"  f{n}s{i} -. call .-> f{numbers[node.step.call]}")
    return "\n".join([*lines, *calls]) + "\n"


def _flow(graph: Graph, n: int) -> Iterator[str]:
    ids = {address: f"f{n}s{i}" for i, address in enumerate(graph.nodes)}
    begins = "<br>".join(map(_safe, starts_of(graph))) or "called"
    yield f'f{n}in(["{begins}"]) --> {_target(graph.first, ids, n)}'
    ends: dict[str, str] = {}
    for address, node in graph.nodes.items():
        yield f"{ids[address]}{_shape(node)}"
        for name, target in ways(graph, node):
            arrow = f'-- "{_safe(name)}" -->' if name else "-->"
            yield f"{ids[address]} {arrow} {_target(target, ids, n)}"
            if target.startswith("=") and target != "=still":
                ends[target] = f'{_target(target, ids, n)}(["{_safe(ending(target))}"])'
    yield from ends.values()
    if "=still" in {target for node in graph.nodes.values() for _, target in routes(graph, node)}:
        yield f'f{n}still(["waits on"])'


def _target(address: str, ids: Mapping[str, str], n: int) -> str:
    if address in ids:
        return ids[address]
    return f"f{n}still" if address == "=still" else f"f{n}e{re.sub(r'[^a-z0-9_]', '_', address[1:]) or 'done'}"


def _shape(node: Node) -> str:
    """A question is a rhomboid, a decision a rhombus, everything else a box."""
    address, text = caption(node)
    words = _safe(address) + (f"<br>{_safe(text)}" if text else "")
    if isinstance(node.step, IfStep | CasesStep | SplitStep):
        return f'{{"{words}"}}'
    return f'[/"{words}"/]' if pauses(node) else f'("{words}")' if isinstance(node.step, SayStep) else f'["{words}"]'


def _safe(text: str) -> str:
    """An author's text inside a quoted label of Mermaid."""
    return text.translate(_UNSAFE)
