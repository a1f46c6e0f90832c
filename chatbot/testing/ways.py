"""Which steps and outcomes of a bot's flows a conversation went through, read from the engine's trace.

A way is a flow, the address of a step, and "" for the step itself or the name of what followed from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from chatbot.content.graph import Node, outcomes
from chatbot.content.program import Program
from chatbot.content.steps import CasesStep, HandoffStep, IfStep, Step
from chatbot.types import Trace

Way: TypeAlias = tuple[str, str, str]

_CASE: Final = re.compile(r"case (\d+)")
_RUNG: Final = re.compile(r"(?:silence|\S+ has not come), rung (\d+)")
_TRY: Final = re.compile(r"try \d+ of \d+ used up")
BRANCHING: Final = ("then", "else", "case", "option", "branch")
"""Where a flow chooses between ways; whatever else hangs on a step is an outcome of it."""


def ways_of(node: Node) -> Iterator[str]:
    """What can follow from a step, by name; `else` also where the author left it out, for then it is passed over.

    The questions of a form are steps of their own; an outcome they have from their form counts there.
    """
    own = dict(outcomes(node.step)) if node.form else node.branches
    yield from (name for name in own if name != "form")
    match node.step:
        case IfStep() | CasesStep() if "else" not in node.branches:
            yield "else"
        case _ if getattr(node.step, "if_invalid", ()):
            yield "if_invalid"
        case _:
            pass


def is_branch(step: Step, way: str) -> bool:
    """Whether a way is one of several a flow chooses between, not the outcome of a step."""
    return way.partition(".")[0] in BRANCHING and not isinstance(step, HandoffStep)


def walked(program: Program, trace: Iterable[Trace]) -> frozenset[Way]:
    """Every way a conversation took."""
    ways: set[Way] = set()
    last: dict[str, str] = {}
    for entry in trace:
        flow, _, address = entry.at.partition("/")
        graph = program.flows.get(flow)
        node = graph.nodes.get(address) if graph else None
        if graph is None or node is None:
            continue
        if entry.note:
            ways.update((flow, address, name) for name in _told(node, entry.note))
            if node.form:
                ways.update((flow, node.form, name) for name in _told(node, entry.note))
            continue
        ways.add((flow, address, ""))
        if flow in last:
            before = graph.nodes[last[flow]]
            ways.update((flow, at, name) for name in _led(before, address) for at in (before.address, before.form))
        last[flow] = address
    return frozenset(ways)


def _led(node: Node, address: str) -> list[str]:
    """The way from one step to another, where just one leads there."""
    names = [name for name, target in node.branches.items() if target == address]
    return names if len(names) == 1 and node.next != address else []


def _told(node: Node, note: str) -> Iterator[str]:
    """The way a note of the engine names: also one without a step of its own."""
    if note in ("then", "else") and isinstance(node.step, IfStep | CasesStep):
        yield note
    elif case := _CASE.fullmatch(note):
        yield f"case.{int(case[1]) - 1}"
    elif rung := _RUNG.fullmatch(note):
        yield f"if_silent.{int(rung[1]) - 1}"
    elif note.startswith("failed: "):
        failed = f"if_error.{note.removeprefix('failed: ')}"
        yield failed if failed in node.branches else "if_error.other"
    elif note == "no" and "if_no" in node.branches:
        yield "if_no"
    elif note in ("closed", "full"):
        yield "if_closed"
    elif note.startswith("not sent: ") and "if_not_sent" in node.branches:
        yield "if_not_sent"
    elif "if_invalid" in ways_of(node) and _TRY.fullmatch(note):
        yield "if_invalid"
