"""The states a flow can be in: where it stands and what is known there, each with the shortest way that leads to it.

A state is an address with the facts that matter behind it (knowledge.py). Every way out of a step is tried in every
state that reaches it; a way that what is known rules out is not taken. Ways come from routes.py, so a new verb is
covered by its outcomes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from chatbot.content.conditions import atoms_in, dotted, tree_of
from chatbot.content.expression import Expression
from chatbot.content.graph import STILL, Node, in_rungs
from chatbot.content.index import Flow, Index, brought_about
from chatbot.content.knowledge import GOT, HAS, MAYBE, NONE, Fact, Facts, Knowledge, common, known, there
from chatbot.content.routes import PERSON, pauses, routes
from chatbot.content.steps import (
    AgainStep,
    AskStep,
    CallStep,
    CasesStep,
    ChooseStep,
    ConsentStep,
    EndStep,
    FetchStep,
    GotoStep,
    HandoffStep,
    IfStep,
    SayStep,
    SetStep,
    Step,
    TagStep,
)

QUIET: Final = "!"
"""The fact that nothing was said since the customer's message, or since something failed: its value says which."""

REACHED: Final = "!only"
"""The fact that the flow is on one of these kinds of channel, as far as steps for some of them have told."""

_MOST: Final = 12
"""States of one step that are told apart; what is beyond them is merged into what they have in common."""


class State(NamedTuple):
    address: str
    facts: Facts


class Way(NamedTuple):
    """How a state was first reached: out of which step of which state; `before` is None where the flow begins."""

    before: State | None
    outcome: str


@dataclass(slots=True)
class Course:
    """All states of a flow. `onward` are the steps from state to state in which nothing is waited for."""

    flow: Flow
    ways: dict[State, Way] = field(default_factory=dict)
    at: dict[str, list[State]] = field(default_factory=dict)
    onward: dict[State, list[State]] = field(default_factory=dict)
    exits: set[frozenset[str]] = field(default_factory=set)
    """For each way the flow may end, which of the names it returns have a value then."""

    def states(self, address: str) -> Sequence[State]:
        return self.at.get(address, ())

    def way_to(self, state: State) -> list[tuple[str, str]]:
        """(address, outcome) of every step on the shortest way to a state; it begins with how the flow is started."""
        steps: list[tuple[str, str]] = []
        way = self.ways[state]
        while way.before is not None:
            steps.append((way.before.address, way.outcome))
            way = self.ways[way.before]
        steps.append(("", way.outcome))
        return steps[::-1]


class Courses:
    """The courses of all flows; what a called flow gives back is worked out before the flow that calls it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._of: dict[int, Course] = {}
        self._begun: set[str] = set()
        bot = index.project.bot
        self._channels = frozenset(account.kind for account in bot.model.channels.values()) if bot else frozenset[str]()
        self._calls: dict[str, dict[tuple[str, frozenset[str]], None]] = {}
        for flow in index.flows:
            for _, step in flow.steps:
                if isinstance(step, CallStep):
                    self._calls.setdefault(step.call, {})[flow.name, frozenset(step.with_)] = None

    def of(self, flow: Flow) -> Course:
        course = self._of.get(id(flow))
        if course is None:
            self._begun.add(flow.name)
            course = self._of[id(flow)] = _Exploring(flow, self._exits, self._channels).run(self._entries(flow))
        return course

    def never_ends(self, name: str) -> bool:
        """Whether no way through a flow leads back to the one that called it."""
        flow = self._index.by_name.get(name)
        return flow is not None and not self.of(flow).exits

    def _entries(self, flow: Flow) -> Iterator[tuple[str, Mapping[str, Fact]]]:
        """How the flow begins, with what is known then: by itself, or by a call that gives some of its slots."""
        model, calls = flow.model, self._calls.get(flow.name, {})
        if model.start or not calls:
            asked = any(trigger.intent or trigger.keyword or trigger.button for trigger in model.start)
            yield "", {QUIET: known("start")} if asked and not calls else {}
        for caller, given in calls:
            yield caller, dict.fromkeys(given, GOT)

    def _exits(self, name: str) -> set[frozenset[str]] | None:
        """What a called flow gives back, for each of its ends; None for a flow that is not there."""
        flow = self._index.by_name.get(name)
        if flow is None:
            return None
        if name in self._begun and id(flow) not in self._of:
            return {frozenset()}  # it calls itself: nothing is promised
        return self.of(flow).exits


class _Exploring:
    """One flow, walked state by state, the nearest first."""

    def __init__(
        self, flow: Flow, exits: Callable[[str], set[frozenset[str]] | None], channels: frozenset[str]
    ) -> None:
        self._flow, self._exits = flow, exits
        # A step for a kind that bot.yaml has no account of yet is looked at all the same.
        self._channels = channels.union(*(step.only for _, step in flow.steps)) if channels else channels
        self._course = Course(flow)
        self._names = {*flow.model.slots, *flow.saved()}
        # While it is waited for the customer other flows and people may change these.
        self._others = {"message", "conversation", "contact"} - self._names
        self._looked_at, self._matters = _conditions(flow)
        self._widened: dict[str, State] = {}
        self._rungs: dict[str, frozenset[str]] = {}
        self._routes: dict[str, list[tuple[str, str]]] = {}
        self._waiting: deque[State] = deque()
        self._speaks = not flow.name.startswith("system.")

    def run(self, entries: Iterable[tuple[str, Mapping[str, Fact]]]) -> Course:
        unset = dict.fromkeys(self._flow.saved() - self._flow.model.slots.keys(), NONE)
        guard = self._flow.model.if_
        for caller, given in entries:
            here = Knowledge({**unset, **given})
            if guard is not None and not caller:
                here = here.assume(tree_of(guard.source), met=True) or here
            self._speaks = self._speaks and not caller
            self._reach(None, caller, self._flow.graph.first, here)
        while self._waiting:
            state = self._waiting.popleft()
            node = self._flow.graph.nodes.get(state.address)
            if node is None or isinstance(node.step, EndStep):
                self._leave(state, node)
            if node is not None:
                for outcome, target, after in self._onward(node, Knowledge(state.facts)):
                    self._reach(state, outcome, target, after)
        return self._course

    def _leave(self, state: State, node: Node | None) -> None:
        """The flow ends here, unless a nudge goes back to waiting or a person takes over."""
        facts = dict(state.facts)
        if node is not None or state.address not in (STILL, PERSON):
            self._course.exits.add(frozenset(name for name in self._flow.model.returns if there(facts.get(name))))

    def _reach(self, before: State | None, outcome: str, address: str, known_: Knowledge) -> None:
        course, state = self._course, State(address, self._telling(known_))
        if state not in course.ways:
            others = course.at.setdefault(address, [])
            if len(others) >= _MOST:
                last = self._widened.get(address)
                state = State(address, common(last.facts, state.facts) if last else state.facts)
                self._widened[address] = state
            if state not in course.ways:
                course.ways[state] = Way(before, outcome)
                others.append(state)
                self._waiting.append(state)
        if before is not None and not self._waits(before.address, outcome):
            course.onward.setdefault(before, []).append(state)

    def _telling(self, here: Knowledge) -> Facts:
        """The facts worth telling states apart by."""
        told: dict[str, Fact] = {}
        for name, fact in here.items():
            if name in self._names:
                told[name] = fact if name in self._looked_at or not there(fact) else HAS
            elif name in (QUIET, REACHED) or name in self._matters:
                told[name] = fact
        return frozenset(told.items())

    def _waits(self, address: str, outcome: str) -> bool:
        node = self._flow.graph.nodes[address]
        waits = pauses(node) or isinstance(node.step, HandoffStep | CallStep)
        return waits and outcome not in ("skipped", "filled", "if_closed")

    # --- what a step does to what is known -------------------------------------------------------------------

    def _onward(self, node: Node, here: Knowledge) -> Iterator[tuple[str, str, Knowledge]]:
        step, asking, fact = node.step, True, NONE
        if isinstance(step, AskStep):
            fact, slot = here.of(step.ask) or MAYBE, self._flow.model.slots.get(step.ask)
            asking = fact[0] not in ("has", "is") or step.check is not None or bool(slot and slot.check)
        ways = self._routes.get(node.address)
        if ways is None:
            ways = self._routes[node.address] = list(routes(self._flow.graph, node))
        for outcome, target in ways:
            if asking or outcome == "skipped":
                known_ = here if outcome.startswith("if_silent.") else self._nudged(node, here)
                for there_ in self._on_channels(step, outcome, known_):
                    for after in self._after(node, outcome, there_):
                        yield outcome, target, self._heard(node, outcome, after)
        if isinstance(step, AskStep) and fact != NONE:
            kept = here if there(fact) else here.given(step.ask, HAS)
            yield "filled", node.next, kept.given(QUIET, None)

    def _nudged(self, node: Node, here: Knowledge) -> Knowledge:
        """What a rung of `if_silent` sets may have been set when the question is answered, or may not."""
        names = self._rungs.get(node.address)
        if names is None:
            inner = in_rungs(self._flow.graph.nodes, node)
            names = self._rungs[node.address] = frozenset(name for each in inner for name in brought_about(each.step))
        for name in names:
            here = here.given(name, None)
        return here

    def _on_channels(self, step: Step, outcome: str, here: Knowledge) -> Iterator[Knowledge]:
        """What is known of the channel where a step for some is taken or passed over; nothing where none is left."""
        if not step.only or not self._channels:
            yield here
            return
        fact = here.of(REACHED)
        before = frozenset(str(fact[1]).split()) if fact is not None else self._channels
        left = before - set(step.only) if outcome == "skipped" else before & set(step.only)
        if left or (outcome != "skipped" and fact is None):
            yield here.given(REACHED, known(" ".join(sorted(left or before))))

    def _after(self, node: Node, outcome: str, here: Knowledge) -> Iterator[Knowledge]:
        """What is known once a step was left by this way; nothing where it cannot be left so."""
        match node.step:
            case _ if outcome == "skipped":
                yield here
            case IfStep(if_=condition):
                yield from _only(here.assume(tree_of(condition.source), met=outcome == "then"))
            case CasesStep(cases=cases):
                yield from _only(_case(here, outcome, [case.if_ for case in cases if case.if_ is not None]))
            case SetStep(set=targets):
                for name, expression in targets.items():
                    here = here.given(name, self._fact(here, expression))
                yield here
            case CallStep(call=callee, save=saved):
                yield from self._returned(here.without_roots("contact", "conversation"), self._exits(callee), saved)
            case ConsentStep() | TagStep():
                yield here.without_roots("contact")
            case AskStep(ask=name) | AgainStep(again=name):
                yield here.given(name, HAS if outcome == "next" else NONE)
            case ChooseStep(choose=name):
                yield here.given(name, _chosen(node.step, outcome))
            case FetchStep(saved=saved) if outcome == "next":
                for name, at in saved.items():
                    # A service that answers well has a body: has() asks whether it did, and nobody means another way.
                    here = here.given(name, GOT if at else HAS)
                yield here
            case GotoStep(goto=address) if isinstance(step := self._flow.graph.nodes[address].step, AskStep):
                yield here.given(step.ask, NONE)
            case step:
                for name in brought_about(step) if outcome == "next" else ():
                    here = here.given(name, GOT)
                yield here

    def _heard(self, node: Node, outcome: str, here: Knowledge) -> Knowledge:
        """Keeps count of what the customer has read: nothing yet since they wrote, or since something failed."""
        if outcome == "skipped":
            return here
        if self._waits(node.address, outcome):
            here = here.without_changing().without_roots(*self._others)
        failed = outcome in ("if_failed", "if_closed") or outcome.startswith("if_error.")
        if self._speaks and failed and outcome in node.branches:
            return here.given(QUIET, known(f"{node.address} {outcome}"))
        asked = pauses(node) or outcome.startswith("if_silent")  # of a form: its question was read
        if asked or isinstance(node.step, SayStep | HandoffStep | CallStep):
            return here.given(QUIET, None)
        return here

    def _fact(self, here: Knowledge, expression: Expression) -> Fact | None:
        """What is known of a value that an expression gives."""
        tree = tree_of(expression.source)
        fact, path = here.value(tree), dotted(tree)
        if fact is None and path not in self._names:
            root = here.of(path.partition(".")[0]) if path else GOT
            return GOT if path.partition(".")[0] not in self._names or there(root) else None
        return GOT if fact == HAS else fact

    def _returned(
        self, here: Knowledge, exits: set[frozenset[str]] | None, saved: Mapping[str, str]
    ) -> Iterator[Knowledge]:
        for given in [frozenset(saved.values())] if exits is None else sorted(exits, key=sorted):
            after = here
            for name, returned in saved.items():
                if returned in given:
                    after = after.given(name, GOT)
                elif name not in self._flow.model.slots:
                    after = after.given(name, None)
            yield after


def reaches(state: State, step: Step) -> bool:
    """Whether a step is taken in a state, or passed over as one for other channels."""
    fact = dict(state.facts).get(REACHED)
    return not step.only or fact is None or not set(step.only).isdisjoint(str(fact[1]).split())


def _only(here: Knowledge | None) -> Iterator[Knowledge]:
    if here is not None:
        yield here


def _case(here: Knowledge | None, outcome: str, conditions: Sequence[Expression]) -> Knowledge | None:
    """A case is reached once those above it failed."""
    at = int(outcome.removeprefix("case.")) if outcome.startswith("case.") else len(conditions)
    for condition in conditions[:at]:
        here = here.assume(tree_of(condition.source), met=False) if here is not None else None
    if at < len(conditions) and here is not None:
        return here.assume(tree_of(conditions[at].source), met=True)
    return here


def _chosen(step: ChooseStep, outcome: str) -> Fact:
    """What choosing an option saves: its value, else its title; no answer saves nothing."""
    if outcome == "next":
        return HAS
    if not outcome.startswith("option.") or not isinstance(step.options, tuple):
        return NONE
    option = step.options[int(outcome.removeprefix("option."))]
    if option.value is not None:
        return known(option.value.source) if option.value.is_plain else HAS
    return known(option.title.source)


def _conditions(flow: Flow) -> tuple[set[str], set[str]]:
    """The names that conditions look at, and what is worth remembering of conditions: what comes up twice."""
    seen: Counter[str] = Counter()
    for _, step in flow.steps:
        for condition in conditions_of(step):
            seen.update(atoms_in(tree_of(condition.source)))
    if flow.model.if_ is not None:
        seen.update(atoms_in(tree_of(flow.model.if_.source)))
    names = {key.partition(".")[0] for key in seen if key and key[0] != "?"}
    return names, {key for key, count in seen.items() if key and count > 1}


def conditions_of(step: Step) -> Iterator[Expression]:
    match step:
        case IfStep(if_=condition):
            yield condition
        case CasesStep(cases=cases):
            yield from (case.if_ for case in cases if case.if_ is not None)
        case _:
            pass
