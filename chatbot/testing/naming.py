"""Checks the names a conversation test uses against the project it tests: services, flows, queues, channels."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, get_args

from chatbot.channels.registry import known_kinds
from chatbot.content.diagnostics import Diagnostic, Place, Rule
from chatbot.content.program import Program
from chatbot.content.rules import (
    UnknownAction,
    UnknownContactField,
    UnknownFlow,
    UnknownQueue,
    UnknownService,
    UnknownSlot,
    UnknownStep,
    UnknownTimezone,
    WrongArgument,
    WrongValue,
)
from chatbot.content.rules_of_channels import UnknownTemplate
from chatbot.content.shape import nearest, place_of
from chatbot.content.steps import ConsentStep, RemindStep, RunStep
from chatbot.content.vocabulary import CONTACT
from chatbot.content.yaml_source import Source
from chatbot.engine.engine import awaited
from chatbot.policy.capabilities import CAPABILITIES
from chatbot.policy.consent import OPTED_IN, OPTED_OUT
from chatbot.testing.models import ARGUMENT, REASONS, Case, CaseFile, Expectation, Reply, Setting
from chatbot.testing.scene import names_of
from chatbot.types import Priority

MANY: Final = 100
"""So many names are not listed to somebody who looks for one."""

_Path = tuple[str | int, ...]


def check_names(file: CaseFile, source: Source, program: Program) -> Iterator[Diagnostic]:
    """Every name the project does not have, with the nearest one it has."""
    yield from _setting(file.as_, ("as",), source, program)
    yield from _mocks(file.mock, ("mock",), source, program)
    for n, case in enumerate(file.cases):
        here: _Path = ("cases", n)
        yield from _setting(case.as_, (*here, "as"), source, program)
        yield from _mocks(case.mock, (*here, "mock"), source, program)
        for m, move in enumerate(case.chat):
            if move.event is not None:
                place = place_of(source, (*here, "chat", m, "event"))
                yield from _event(move.event.name, place, program)
            if move.expect is not None:
                yield from _purposes(move.expect, case, (*here, "chat", m, "expect", "consent"), source, program)
                yield from _forms(move.expect, (*here, "chat", m, "expect"), source)
                yield from _expectation(move.expect, (*here, "chat", m, "expect"), source, program)


def _setting(setting: Setting | None, path: _Path, source: Source, program: Program) -> Iterator[Diagnostic]:
    if setting is not None and setting.channel is not None:
        known = {*program.bot.channels, *known_kinds(), *CAPABILITIES}
        place = place_of(source, (*path, "channel"))
        yield from _unknown(WrongValue, "channel", setting.channel, known, place)
    if setting is not None and setting.timezone is not None:
        place = place_of(source, (*path, "timezone"))
        yield from _unknown(UnknownTimezone, "time zone", setting.timezone, zoneinfo.available_timezones(), place)
    for field in setting.contact if setting is not None else ():
        place = place_of(source, (*path, "contact", field), key=True)
        yield from _unknown(UnknownContactField, "contact field", field, {*CONTACT, *program.bot.contact}, place)


def _mocks(mock: Mapping[str, Sequence[Reply]], path: _Path, source: Source, program: Program) -> Iterator[Diagnostic]:
    """A service is one of bot.yaml; an action is one that some flow runs, or its mock answers nothing."""
    steps = (node.step for flow in program.flows.values() for node in flow.nodes.values())
    actions: dict[str, set[str]] = {}
    for step in steps if mock else ():
        if isinstance(step, RunStep):
            actions.setdefault(step.run, set()).update(step.with_)
    for line, replies in mock.items():
        place = place_of(source, (*path, line), key=True)
        kind, name = line.split()[:2]
        if kind == "run":
            yield from _unknown(UnknownAction, "action", name, actions, place)
            for argument in ARGUMENT.finditer(line) if name in actions else ():
                yield from _unknown(WrongArgument, f"argument of {name}", argument[1], actions[name], place)
        else:
            yield from _unknown(UnknownService, "service", name, program.bot.services, place)
        wrong = next((word for reply in replies if (word := _misplaced(kind, reply))), "")
        if wrong:
            what = "an action" if kind == "run" else "a service"
            advice = (
                "an action answers with `return`" if kind == "run" else "a service answers with `status` and `json`"
            )
            yield WrongValue.at(place, f"{what} does not answer with `{wrong}`", advice)


def _misplaced(kind: str, reply: Reply) -> str:
    """A word of a reply that belongs to the other kind of call."""
    words = ("status",) if kind == "run" else ("return_",)
    found = next((word for word in words if word in reply.model_fields_set), "")
    if kind != "run" and reply.error and reply.error[0].isupper():
        return f"error: {reply.error}"
    return found.strip("_")


def _expectation(expect: Expectation, path: _Path, source: Source, program: Program) -> Iterator[Diagnostic]:
    if isinstance(expect.flow, str):
        yield from _unknown(UnknownFlow, "flow", expect.flow, program.flows, place_of(source, (*path, "flow")))
    flows = {expect.flow: flow} if (flow := program.flows.get(str(expect.flow))) is not None else program.flows
    if isinstance(expect.step, str):
        known = {name for flow, graph in flows.items() for node in graph.nodes for name in names_of(flow, node)}
        yield from _unknown(UnknownStep, "step", expect.step, known, place_of(source, (*path, "step")))
    for name in expect.slots if isinstance(expect.slots, Mapping) else ():
        place = place_of(source, (*path, "slots", name), key=True)
        yield from _unknown(UnknownSlot, "slot", name, _slots(program), place)
    if isinstance(expect.priority, str):
        place = place_of(source, (*path, "priority"))
        yield from _unknown(WrongValue, "priority", expect.priority, get_args(Priority), place)
    if isinstance(expect.not_sent, str) and expect.not_sent.lower() not in ("true", "false"):
        place = place_of(source, (*path, "not_sent"))
        yield from _unknown(WrongValue, "reason", expect.not_sent, REASONS, place)
    if isinstance(expect.handoff, str):
        known = {"default", *program.bot.queues}
        yield from _unknown(UnknownQueue, "queue", expect.handoff, known, place_of(source, (*path, "handoff")))
    if isinstance(expect.template, str):
        place = place_of(source, (*path, "template"))
        yield from _unknown(UnknownTemplate, "template", expect.template, program.bot.templates, place)


def heard_events(program: Program) -> set[str]:
    """The events that a flow starts on or waits for; a reminder's flow is an event of its name."""
    steps = [node.step for flow in program.flows.values() for node in flow.nodes.values()]
    starting = {trigger.event for flow in program.flows.values() for trigger in flow.start if trigger.event}
    return {*starting, *awaited(program), *(step.remind for step in steps if isinstance(step, RemindStep))}


def _event(name: str, place: Place, program: Program) -> Iterator[Diagnostic]:
    """An event that no flow takes up does nothing."""
    known = heard_events(program)
    if name not in known:
        what = f"no flow starts on the event `{name}` or waits for it"
        yield replace(WrongValue.at(place, what, nearest(name, sorted(known))), severity="warning")


def _purposes(expect: Expectation, case: Case, path: _Path, source: Source, program: Program) -> Iterator[Diagnostic]:
    """What may be agreed to here: what flows ask for, and what the opt-ins of the case are about."""
    steps = (node.step for flow in program.flows.values() for node in flow.nodes.values())
    known = {OPTED_IN, OPTED_OUT} | {step.consent for step in steps if isinstance(step, ConsentStep)}
    known |= {move.opt_in for move in case.chat if move.opt_in is not None}
    for name in expect.consent if isinstance(expect.consent, Mapping) else ():
        yield from _unknown(WrongValue, "purpose", name, known, place_of(source, (*path, name), key=True))


def _forms(expect: Expectation, path: _Path, source: Source) -> Iterator[Diagnostic]:
    """Values that what is seen can never be: a count, a list of titles, a mapping of slots."""
    forms: dict[str, tuple[type, str]] = {
        "fetches": (str, "expected how many: a whole number"),
        "buttons": (list, "expected the titles of all buttons: a list such as [Yes, No]"),
        "slots": (dict, "expected slots with their values, such as { order_number: AB-123456 }"),
    }
    for name, value in expect.wanted().items():
        form, what = forms.get(name, (object, ""))
        is_none = value in (None, "", "null", "~")
        if not is_none and (not isinstance(value, form) or (name == "fetches" and not str(value).isdigit())):
            yield WrongValue.at(place_of(source, (*path, name)), what)


def _slots(program: Program) -> set[str]:
    """What may be filled: the slots of all flows, and what their questions fill without a declaration."""
    own = [graph for name, graph in program.flows.items() if not name.startswith("system.")] or program.flows.values()
    asked = {name for graph in own for name in graph.asks}
    return asked.union(*(graph.slots for graph in own))


def _unknown(rule: type[Rule], what: str, name: str, known: Iterable[str], place: Place) -> Iterator[Diagnostic]:
    names = sorted(known)
    if name not in names:
        few = f"there are {', '.join(names[:20])}" if len(names) < MANY else ""
        advice = nearest(name, names) or (few if names else "there are none")
        yield rule.at(place, f"unknown {what} `{name}`", advice)
