"""Are the names in texts and expressions defined, and do they have a value by the time they are printed?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TypeAlias

from chatbot.content.check_references import unknown
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.expression import Expression
from chatbot.content.graph import Node
from chatbot.content.index import ROOTS, Flow, Index
from chatbot.content.models import AskStep, CallStep, CasesStep, ChooseStep, FetchStep, IfStep, SetStep
from chatbot.content.routes import routes
from chatbot.content.rules import MayBeUnset, UnknownContactField, UnknownName
from chatbot.content.shape import Path, locate, place_of, within
from chatbot.content.template import Template
from chatbot.content.walk import written_in
from chatbot.content.yaml_source import Leaf, Source

Names: TypeAlias = frozenset[str]


def check_names(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is not None and bot.model.disclosure is not None:
        yield from _known(index, bot.source, ("disclosure",), bot.model.disclosure, ROOTS)
    passed = _passed(index)
    for flow in index.own_flows():
        names = _names(flow)
        for path, used in _everything(flow):
            yield from _known(index, flow.source, path, used, names)
        yield from _unset(flow, passed.get(flow.name, frozenset()))


def _names(flow: Flow) -> set[str]:
    """The roots a flow may use; `event` is what the engine, an API call or a timer brought along."""
    eventful = flow.name.startswith("system.") or any(trigger.event is not None for trigger in flow.model.start)
    return {*ROOTS, *flow.model.slots, *flow.saved(), *(("event",) if eventful else ())}


def _everything(flow: Flow) -> Iterator[tuple[Path, Template | Expression]]:
    model = flow.model
    if model.title is not None:
        yield ("title",), model.title
    if model.if_ is not None:
        yield ("if",), model.if_
    for name, slot in model.slots.items():
        yield from written_in(slot, ("slots", name))
    for _, step in flow.steps:
        yield from flow.written[id(step)]


def _known(
    index: Index, source: Source, path: Path, used: Template | Expression, names: Collection[str]
) -> Iterator[Diagnostic]:
    for name in sorted(used.names):
        if name not in names:
            yield unknown(UnknownName, name_place(source, path, (name,)), "name", name, names)
    for dotted in sorted(used.paths):
        if dotted[0] == "contact" and len(dotted) > 1 and dotted[1] not in index.contact and index.sure("bot"):
            place = name_place(source, path, dotted)
            yield unknown(UnknownContactField, place, "contact field", dotted[1], index.contact)


def name_place(source: Source, path: Path, dotted: tuple[str, ...]) -> Place:
    """Where a name stands in the text or expression at a path; the whole of it where it cannot be told."""
    node = locate(source.root, path)[1]
    if isinstance(node, Leaf):
        quoteless = re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: " " * len(found[0]), node.text)
        for text in (quoteless, node.text):
            if found := re.search(rf"(?<![\w.]){re.escape('.'.join(dotted))}(?!\w)", text):
                return within(source, path, found.start(), len(found[0]))
    return place_of(source, path)


# --- may a text meet a name without its value? ------------------------------------------------------------


def _passed(index: Index) -> dict[str, Names]:
    """Flow -> the slots every `call` of it fills; nothing for a flow that also starts by itself."""
    passed: dict[str, Names] = {}
    for flow in index.flows:
        for _, step in flow.steps:
            if isinstance(step, CallStep):
                given = frozenset(step.with_)
                passed[step.call] = passed.get(step.call, given) & given
    called = {name: index.by_name[name] for name in passed if name in index.by_name}
    return {name: passed[name] for name, flow in called.items() if not flow.model.start}


def _unset(flow: Flow, given: Names) -> Iterator[Diagnostic]:
    tracked = {*flow.model.slots, *flow.saved()}
    if not tracked:
        return
    before = _certain(flow, given)
    for address, node in flow.graph.nodes.items():
        if address not in before:
            continue  # unreachable: another finding
        for where, text in flow.texts(node.step):
            bare = {dotted[0]: dotted for dotted in sorted(text.paths - text.certain, reverse=True)}
            for root in sorted(tracked & bare.keys() - before[address]):
                place = name_place(flow.source, where, bare[root])
                advice = f"ask for it first, or give a default: {{{'.'.join(bare[root])}|default('-')}}"
                yield MayBeUnset.at(place, f"`{root}` may have no value here", advice)


def _certain(flow: Flow, given: Names) -> dict[str, Names]:
    """Address -> the names that have a value on every way to it."""
    certain: dict[str, Names] = {flow.graph.first: given}
    waiting = [flow.graph.first]
    while waiting:
        address = waiting.pop()
        node = flow.graph.nodes.get(address)
        if node is None:
            continue
        for outcome, target in routes(flow.graph, node):
            arriving = certain[address] | _filled(node, outcome)
            known = certain.get(target)
            merged = arriving if known is None else known & arriving
            if known is None or merged != known:
                certain[target] = merged
                waiting.append(target)
    return certain


def _filled(node: Node, outcome: str) -> Names:
    """The names that have a value once a step was left by this way."""
    onward = outcome in ("next", "back") or outcome.startswith("option.")
    match node.step:
        case AskStep(ask=name) | ChooseStep(choose=name) if onward:
            return frozenset({name})
        case FetchStep(save=str() as name) if outcome == "next":
            return frozenset({name})
        case SetStep(set=targets):
            return frozenset(target for target in targets if "." not in target)
        case CallStep(save=saved):
            return frozenset(saved)
        case IfStep(if_=condition):
            return _tested(condition, met=outcome == "then")
        case CasesStep(cases=cases):
            return _tested_case(outcome, [case.if_ for case in cases])
        case _:
            return frozenset()


def _tested(condition: Expression, *, met: bool) -> Names:
    """The names a condition vouches for: a comparison with none is false, so one that holds has values."""
    for_none = re.search(r"==\s*none|\bnot\b", condition.source) is not None
    return condition.names if met is not for_none else frozenset()


def _tested_case(outcome: str, conditions: list[Expression | None]) -> Names:
    if not outcome.startswith("case."):
        return frozenset()
    condition = conditions[int(outcome.removeprefix("case."))]
    return _tested(condition, met=True) if condition is not None else frozenset()
