"""May a name be met before it has its value: a text then prints nothing, and computing with it fails."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chatbot.content.check_names import name_place
from chatbot.content.conditions import dotted, is_none, tree_of
from chatbot.content.course import Course, Courses, State, reaches
from chatbot.content.customer_texts import written_part
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.example import example
from chatbot.content.graph import Node
from chatbot.content.index import Index
from chatbot.content.knowledge import Knowledge, there
from chatbot.content.rules import MayBeUnset
from chatbot.content.shape import Path
from chatbot.content.steps import AskStep, SetStep
from chatbot.content.template import Template

_EMPTY: Final = re.compile(r"""\|\s*default\(\s*(?:''|"")\s*\)""")


def check_unset(index: Index, courses: Courses) -> Iterator[Diagnostic]:
    for flow in index.own_flows():
        names = {*flow.model.slots, *flow.saved()}
        if names:
            course = courses.of(flow)
            for address, node in flow.graph.nodes.items():
                states = [state for state in course.states(address) if reaches(state, node.step)]
                if states:
                    yield from _printed(index, course, node, states, names)
                    yield from _computed(index, course, node, states, names)


def _printed(
    index: Index, course: Course, node: Node, states: Iterable[State], names: set[str]
) -> Iterator[Diagnostic]:
    flow = course.flow
    for where, text in flow.texts(node.step):
        bare = {path[0]: path for path in sorted(text.paths - text.certain, reverse=True) if path[0] in names}
        for root in sorted(bare):
            state = next((each for each in states if not _is_there(node, each, root)), None)
            if state is not None:
                advice = f"ask for it first, or give a default: {{{'.'.join(bare[root])}|default('-')}}"
                place = name_place(flow.source, where, bare[root])
                found = MayBeUnset.at(place, f"`{root}` may have no value here", advice)
                yield found.with_example(example(index, course, state))
        state = _nothing_left(index, node, where[len(flow.path_of(node.step)) :], text, states, names)
        if state is not None:
            what = "this text is nothing but values that may be missing: it can print nothing"
            found = MayBeUnset.at(flow.place(where), what, "write some words, or a default that says something")
            yield found.with_example(example(index, course, state))


def _nothing_left(
    index: Index, node: Node, key: Path, text: Template, states: Iterable[State], names: set[str]
) -> State | None:
    """A state in which a text for the customer is empty: no words, and no value or an empty default for each."""
    if not text.paths or key[:1] not in (("say",), ("confirm",)) or written_part(text.source).strip():
        return None
    bare = {path for path in text.paths - text.certain if path[0] in names}
    if bare or len(text.certain) != len(_EMPTY.findall(text.source)):
        return None  # a missing name of the flow is told by itself
    if any(path[0] not in names and not _may_lack(index, path) for path in text.paths):
        return None
    roots = {path[0] for path in text.paths} & names
    return next((each for each in states if not any(_is_there(node, each, root) for root in roots)), None)


def _may_lack(index: Index, path: tuple[str, ...]) -> bool:
    return path[0] == "contact" and len(path) > 1 and path[1] in index.contact and path[1] != "id"


def _is_there(node: Node, state: State, root: str) -> bool:
    if isinstance(node.step, AskStep) and node.step.ask == root:
        return False
    return there(dict(state.facts).get(root))


def _computed(
    index: Index, course: Course, node: Node, states: Iterable[State], names: set[str]
) -> Iterator[Diagnostic]:
    """What `set`, `if` and the like compute with. An `ask` has its value when its `check` is read."""
    flow, step = course.flow, node.step
    for where, expression in flow.expressions(step):
        if not expression.names & names or (isinstance(step, AskStep) and where[-1] == "check"):
            continue
        for state in states:
            here = Knowledge(_before(step, where, dict(state.facts)))
            missing = next(_failing(tree_of(expression.source), here, names), "")
            if missing:
                place = name_place(flow.source, where, (missing,))
                what = f"`{missing}` may have no value here, and computing with it would fail"
                advice = f"ask for it first, or look whether it is there: `has({missing}) and ...`"
                yield MayBeUnset.at(place, what, advice).with_example(example(index, course, state))
                break


def _before(step: object, where: Path, facts: dict[str, tuple[str, object]]) -> Mapping[str, tuple[str, object]]:
    """What is known when one of several assignments is read: those above it have been made."""
    if isinstance(step, SetStep) and "set" in where:
        for target in step.set:
            if target == where[-1]:
                break
            facts[target] = ("got", None)
    return facts


def _failing(node: ast.expr, here: Knowledge, names: set[str]) -> Iterator[str]:
    """The names that computing needs and that may be missing, in the order in which they would be read."""
    match node:
        case ast.BoolOp(op=op, values=values):
            for value in values:
                yield from _failing(value, here, names)
                following = here.assume(value, met=isinstance(op, ast.And))
                if following is None:
                    return
                here = following
        case ast.IfExp(test=test, body=body, orelse=other):
            yield from _failing(test, here, names)
            for met, result in ((True, body), (False, other)):
                if (way := here.assume(test, met=met)) is not None:
                    yield from _failing(result, way, names)
        case ast.BinOp(left=left, right=right):
            yield from (path for side in (left, right) if (path := _missing(side, here, names)))
            yield from _failing(left, here, names)
            yield from _failing(right, here, names)
        case ast.Call(func=ast.Name(id=name), args=args):
            if name != "has":
                yield from (path for arg in args if (path := _missing(arg, here, names)))
                for arg in args:
                    yield from _failing(arg, here, names)
        case ast.Compare(left=left, comparators=others):
            for side in (left, *others):
                yield from _failing(side, here, names) if not is_none(side) else ()
        case ast.UnaryOp(operand=inner):
            yield from _failing(inner, here, names)
        case _:
            pass


def _missing(node: ast.expr, here: Knowledge, names: set[str]) -> str:
    path = dotted(node)
    root = path.partition(".")[0]
    return root if root in names and not there(here.of(root)) else ""
