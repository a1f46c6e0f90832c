"""May a text meet a name before it has its value? Certain is what every way to a step brings about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from chatbot.content.check_names import name_place
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.expression import Expression
from chatbot.content.graph import STILL, Node
from chatbot.content.index import Flow, Index
from chatbot.content.routes import routes
from chatbot.content.rules import MayBeUnset
from chatbot.content.steps import (
    AskStep,
    CallingStep,
    CallStep,
    CasesStep,
    ChooseStep,
    EndStep,
    IfStep,
    SetStep,
    WaitStep,
)
from chatbot.content.vouching import vouched

Names: TypeAlias = frozenset[str]


def check_unset(index: Index) -> Iterator[Diagnostic]:
    ways = _Ways(index)
    for flow in index.own_flows():
        yield from _unset(flow, ways)


def _unset(flow: Flow, ways: _Ways) -> Iterator[Diagnostic]:
    tracked = {*flow.model.slots, *flow.saved()}
    if not tracked:
        return
    before = ways.certain(flow)
    for address, node in flow.graph.nodes.items():
        if address not in before:
            continue  # unreachable: another finding
        for where, text in flow.texts(node.step):
            bare = {dotted[0]: dotted for dotted in sorted(text.paths - text.certain, reverse=True)}
            for root in sorted(tracked & bare.keys() - before[address]):
                place = name_place(flow.source, where, bare[root])
                advice = f"ask for it first, or give a default: {{{'.'.join(bare[root])}|default('-')}}"
                yield MayBeUnset.at(place, f"`{root}` may have no value here", advice)


class _Ways:
    """The ways through all flows; what a flow returns for certain is worked out once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._passed = _passed(index)
        self._returned: dict[str, Names] = {}

    def certain(self, flow: Flow) -> dict[str, Names]:
        """Address -> the names that have a value on every way to it."""
        graph, given = flow.graph, self._passed.get(flow.name, frozenset())
        certain: dict[str, Names] = {graph.first: given}
        waiting = [graph.first]
        while waiting:
            address = waiting.pop()
            node = graph.nodes.get(address)
            if node is None:
                continue
            for outcome, target in routes(graph, node):
                arriving = certain[address] | self._filled(node, outcome)
                known = certain.get(target)
                merged = arriving if known is None else known & arriving
                if known is None or merged != known:
                    certain[target] = merged
                    waiting.append(target)
        return certain

    def _filled(self, node: Node, outcome: str) -> Names:
        """The names that have a value once a step was left by this way."""
        onward = outcome == "next" or outcome.startswith("option.")
        match node.step:
            case _ if outcome == "skipped":
                return frozenset()
            case AskStep(ask=name) | ChooseStep(choose=name) if onward:
                return frozenset({name})
            case CallingStep(saved=saved) if outcome == "next":
                return frozenset(saved)
            case WaitStep(save=str() as name) if outcome == "next":
                return frozenset({name})
            case SetStep(set=targets):
                return frozenset(target for target in targets if "." not in target)
            case CallStep(call=callee, save=saved):
                returned = self._returns(callee)
                return frozenset(name for name, source in saved.items() if source in returned)
            case IfStep(if_=condition):
                return vouched(condition, met=outcome == "then")
            case CasesStep(cases=cases):
                return _vouched_case(outcome, [case.if_ for case in cases])
            case _:
                return frozenset()

    def _returns(self, name: str) -> Names:
        """The names that have a value however the flow ends; one that comes back to itself promises nothing."""
        if name not in self._returned:
            self._returned[name] = frozenset()
            flow = self._index.by_name.get(name)
            certain = self.certain(flow) if flow is not None else {}
            ends = [
                names
                for address, names in certain.items()
                if (address.startswith("=") and address != STILL) or (flow is not None and _ends(flow, address))
            ]
            self._returned[name] = frozenset.intersection(*ends) if ends else frozenset()
        return self._returned[name]


def _ends(flow: Flow, address: str) -> bool:
    node = flow.graph.nodes.get(address)
    return node is not None and isinstance(node.step, EndStep)


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


def _vouched_case(outcome: str, conditions: list[Expression | None]) -> Names:
    """A case is reached once those above it failed."""
    at = int(outcome.removeprefix("case.")) if outcome.startswith("case.") else len(conditions)
    failed = [vouched(condition, met=False) for condition in conditions[:at] if condition is not None]
    met = conditions[at] if at < len(conditions) else None
    return frozenset().union(*failed, vouched(met, met=True) if met is not None else ())
