"""Which way a flow can go on behind each step, as the checks need to know it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chatbot.content.graph import Graph, Node
from chatbot.content.steps import (
    AgainStep,
    AskStep,
    CasesStep,
    ChooseStep,
    ConfirmStep,
    ConsentStep,
    EndStep,
    FormStep,
    GotoStep,
    HandoffStep,
    IfStep,
    Question,
    RateStep,
    SplitStep,
    Step,
    WaitStep,
)

DECLINED: Final = "=declined"
"""The address behind a `confirm` that was answered with no and has no `if_no`: the flow ends."""

PERSON: Final = "=person"
"""The address behind a question that failed and has no `if_failed`: a person takes over, and no flow goes on."""

PAUSING: Final = (AskStep, ChooseStep, ConfirmStep, ConsentStep, RateStep, WaitStep)
"""Steps that wait for a customer, or for a time to come."""


def pauses(node: Node) -> bool:
    """Whether the flow stands still here until somebody answers or a time has come."""
    asks = not isinstance(node.step, ConsentStep) or node.step.action == "ask"
    return isinstance(node.step, PAUSING) and asks


def routes(graph: Graph, node: Node) -> Iterator[tuple[str, str]]:
    """(outcome, address) of every way out of a step.

    "next" is the ordinary one, "skipped" that of a step which is for other channels only.
    """
    step = node.step
    if step.only:
        yield "skipped", node.next
    if isinstance(step, FormStep):
        # What else hangs on it are the outcomes of its questions.
        yield "form", node.branches["form"]
        return
    yield from ((name, target) for name, target in node.branches.items() if name != "if_closed")
    match step:
        case GotoStep(goto=name) if name in graph.nodes:
            yield "goto", name
        case AgainStep(again=slot) if slot in graph.asks:
            yield "again", graph.asks[slot]
        case HandoffStep() if "if_closed" in node.branches:
            yield "if_closed", node.branches["if_closed"]
        case IfStep() | CasesStep() if "else" not in node.branches:
            yield "else", node.next
        case ChooseStep(options=tuple() as options):
            yield from ((f"option.{i}", node.next) for i, option in enumerate(options) if option.then is None)
        case _ if _goes_on(step):
            yield "next", node.next
    if isinstance(step, ConfirmStep) and "if_no" not in node.branches:
        yield "declined", DECLINED
    unneeded = isinstance(step, ConsentStep | RateStep)
    if isinstance(step, Question) and "if_failed" not in node.branches and not unneeded:
        yield "if_failed", PERSON
    if isinstance(step, RateStep) and "if_failed" not in node.branches:
        yield "if_failed", node.next  # who gives no rating goes on without one


def _goes_on(step: Step) -> bool:
    """Whether the step behind this one can be the next."""
    match step:
        case EndStep() | GotoStep() | AgainStep() | HandoffStep() | IfStep() | CasesStep() | SplitStep():
            return False
        case _:
            return True
