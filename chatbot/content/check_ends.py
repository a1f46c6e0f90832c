"""Ways on which the customer hears nothing, calls that never come back, and conditions that always say the same."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.content.conditions import tree_of
from chatbot.content.course import QUIET, Course, Courses, State, conditions_of
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.example import example
from chatbot.content.graph import DONE, FAILED, Graph, Node
from chatbot.content.index import Index
from chatbot.content.knowledge import HAS, Knowledge
from chatbot.content.rules import AlwaysTheSame, DeadEnd, UnheardFailure
from chatbot.content.shape import Path
from chatbot.content.steps import CasesStep, EndStep, IfStep, Step


def check_ends(index: Index, courses: Courses) -> Iterator[Diagnostic]:
    for flow in index.own_flows():
        course = courses.of(flow)
        yield from _silent_ends(index, course)
        yield from _always(index, course)


def _silent_ends(index: Index, course: Course) -> Iterator[Diagnostic]:
    flow = course.flow
    told: set[str] = set()
    ends = [name for name, node in flow.graph.nodes.items() if isinstance(node.step, EndStep)]
    for address in (DONE, FAILED, *ends):
        for state in course.states(address):
            quiet = dict(state.facts).get(QUIET)
            since = str(quiet[1]) if quiet is not None else ""
            where, _, outcome = since.rpartition(" ")
            step = _whose(flow.graph, where, outcome) if where else None
            key = f"{id(step)} {outcome}" if step is not None else since
            if not since or key in told:
                continue
            told.add(key)
            if step is None:
                yield _dead_end(index, course, state)
                continue
            if "if_not_sent" in flow.path_of(step):
                continue  # there nothing can be said
            what = f"`{outcome.partition('.')[0]}` leads nowhere: the flow ends and the customer reads nothing"
            advice = "say what happened, or get a person: `handoff: default`"
            found = UnheardFailure.at(flow.way_place(step, outcome), what, advice)
            yield found.with_example((*example(index, course, state), "(the flow ends; the customer reads nothing)"))


def _whose(graph: Graph, address: str, outcome: str) -> Step:
    """The step that an outcome hangs on: the questions of a form share its own."""
    node = graph.nodes[address]
    form = graph.nodes.get(node.form)
    shared = form is not None and form.branches.get(outcome) == node.branches[outcome]
    return form.step if form is not None and shared else node.step


def _dead_end(index: Index, course: Course, state: State) -> Diagnostic:
    flow = course.flow
    way = course.way_to(state)
    node = flow.graph.nodes.get(way[-1][0])
    place = flow.verb_place(node.step) if node is not None else flow.place(("flow",))
    what = "a dead end: the flow can end here without a word to the customer who started it"
    advice = "say something on this way too, for example under `else:`"
    told = (*example(index, course, state), "(the flow ends; the customer reads nothing)")
    return DeadEnd.at(place, what, advice).with_example(told)


# --- conditions -------------------------------------------------------------------------------------------


def _always(index: Index, course: Course) -> Iterator[Diagnostic]:
    flow = course.flow
    for node in flow.graph.nodes.values():
        states = course.states(node.address)
        for path, outcome in _branches(node) if states else ():
            yield from _decided(index, course, node, path, outcome)
    guard = flow.model.if_
    met = Knowledge().truth(tree_of(guard.source)) if guard is not None else None
    if met is not None:
        what = f"this guard is always {'true' if met else 'false'}: the flow {'needs none' if met else 'never starts'}"
        yield AlwaysTheSame.at(flow.place(("if",)), what)


def _branches(node: Node) -> Iterator[tuple[Path, int]]:
    match node.step:
        case IfStep():
            yield ("if",), 0
        case CasesStep(cases=cases):
            yield from ((("cases", i, "if"), i) for i, case in enumerate(cases) if case.if_ is not None)
        case _:
            pass


def _decided(index: Index, course: Course, node: Node, path: Path, number: int) -> Iterator[Diagnostic]:
    """A condition that says the same in every state in which it is read; that a question was answered is no reason."""
    step = node.step
    conditions = [case.if_ for case in step.cases] if isinstance(step, CasesStep) else [*conditions_of(step)]
    verdicts: set[bool | None] = set()
    for state in course.states(node.address):
        here: Knowledge | None = Knowledge(state.facts).without(HAS)
        for condition in conditions[:number]:
            here = here.assume(tree_of(condition.source), met=False) if here is not None and condition else here
        asked = conditions[number]
        if here is not None and asked is not None:
            verdicts.add(here.truth(tree_of(asked.source)))
    met = next(iter(verdicts)) if len(verdicts) == 1 else None
    # The last of several cases that leave none out is always true there: that is how they are meant.
    if met is not None and not (met and number):
        place = course.flow.place((*course.flow.path_of(step), *path))
        what = f"this is {'always' if met else 'never'} true here"
        advice = "look at what is compared; or leave the condition out"
        told = example(index, course, course.states(node.address)[0])
        yield AlwaysTheSame.at(place, what, advice).with_example(told)
