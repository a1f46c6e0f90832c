"""Which way a flow can go on behind each step, as the checks need to know it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chatbot.content.graph import FAILED, Graph, Node
from chatbot.content.models import (
    AgainStep,
    AskStep,
    CasesStep,
    ChooseStep,
    ConfirmStep,
    EndStep,
    FetchStep,
    GotoStep,
    HandoffStep,
    IfStep,
    Question,
)

PAUSING: Final = (AskStep, ChooseStep, ConfirmStep)
"""Steps that wait for a customer."""


def routes(graph: Graph, node: Node) -> Iterator[tuple[str, str]]:
    """(outcome, address) of every way out of a step; "next" is the ordinary one, "back" what `again` leads behind."""
    step = node.step
    yield from ((name, target) for name, target in node.branches.items() if name != "if_closed")
    match step:
        case EndStep():
            return
        case GotoStep(goto=name):
            if name in graph.nodes:
                yield "goto", name
        case AgainStep(again=slot):
            if slot in graph.asks:
                yield "again", graph.asks[slot]
        case HandoffStep():
            if "if_closed" in node.branches:
                yield "if_closed", node.branches["if_closed"]
        case ConfirmStep():
            yield "next", node.next
        case IfStep() | CasesStep():
            if "else" not in node.branches:
                yield "else", node.next
        case ChooseStep(options=tuple() as options):
            if any(option.then is None for option in options):
                yield "next", node.next
        case FetchStep() | Question():
            yield "next", node.next
        case _:
            yield "next", node.next
    if isinstance(step, Question) and "if_failed" not in node.branches:
        yield "if_failed", FAILED
