"""What starts flows: those that nothing starts, those that start on the same, and words that take others' messages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.content.check_phrases import phrases_of, spoken_forms
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.index import Flow, Index
from chatbot.content.models import Trigger
from chatbot.content.rules import NeverStarts, SameStart, SystemStart, TakenByKeyword
from chatbot.content.steps import CallStep, RemindStep


def check_starts(index: Index) -> Iterator[Diagnostic]:
    callers = _callers(index)
    started = _started(index, callers)
    for flow in index.own_flows():
        system = flow.name.startswith("system.")
        if system and flow.model.start:
            yield SystemStart.at(flow.key((), "start"), "a system flow has no `start:`; the framework starts it")
        elif flow.name not in started and index.sure("flows"):
            calling = sorted(callers.get(flow.name, set()) - {flow.name})
            what = f"`{flow.name}` has no `start:`, and no flow calls it"
            if calling:
                what = f"`{flow.name}` never starts: it is called only by `{calling[0]}`, which never starts either"
            yield NeverStarts.at(flow.place(("flow",)), what)
    yield from _same_starts(index)
    yield from _taken(index)


def _callers(index: Index) -> dict[str, set[str]]:
    callers: dict[str, set[str]] = {}
    for flow in index.flows:
        for _, step in flow.steps:
            if isinstance(step, CallStep):
                callers.setdefault(step.call, set()).add(flow.name)
    return callers


def _started(index: Index, callers: dict[str, set[str]]) -> set[str]:
    """Flows that a trigger, the framework, a reminder or a started flow can start."""
    started = {flow.name for flow in index.flows if flow.model.start or flow.name.startswith("system.")}
    started |= {step.remind for flow in index.flows for _, step in flow.steps if isinstance(step, RemindStep)}
    while more := {name for name, by in callers.items() if name not in started and by & started}:
        started |= more
    return started


def _same_starts(index: Index) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str, str], tuple[Flow, Place]] = {}
    for flow in index.own_flows():
        if flow.name.startswith("system."):
            continue  # it has no `start:`, which is told by itself
        guard = flow.model.if_.source if flow.model.if_ is not None else ""
        for i, trigger in enumerate(flow.model.start):
            key, value = _trigger(trigger)
            place = flow.place(("start", i, key))
            same = " ".join(value.casefold().split()) if key == "keyword" else value
            first, there = seen.setdefault((key, same, guard), (flow, place))
            if there is not place:
                start = key if value == "True" else f"{key} `{value}`"
                said = f"`{first.name}` ({there.file}:{there.line}) starts on {start} too"
                yield SameStart.at(place, said, "give one of them another start, or a guard with `if:`")


def _trigger(trigger: Trigger) -> tuple[str, str]:
    given = trigger.model_dump(exclude_none=True)
    return next(((name, str(value)) for name, value in given.items()), ("", ""))


def _taken(index: Index) -> Iterator[Diagnostic]:
    """A keyword is looked for before intents are, so phrases with that word in them never get to their own flow."""
    keywords = [
        (flow, flow.place(("start", i, "keyword")), trigger.keyword)
        for flow in index.own_flows()
        for i, trigger in enumerate(flow.model.start)
        if trigger.keyword and flow.model.if_ is None
    ]
    if not keywords:
        return
    starts: dict[str, set[str]] = {}
    for flow in index.flows:
        for trigger in flow.model.start:
            if trigger.intent:
                starts.setdefault(trigger.intent, set()).add(flow.name)
    for file in index.project.intents:
        for name, intent in file.model.intents.items():
            spoken = [form for _, _, phrase in phrases_of(name, intent, "") for form in spoken_forms(phrase)]
            for flow, place, keyword in keywords:
                if intent.command and keyword.casefold() in spoken:
                    what = f"`{keyword}` alone is the command `{intent.command}`: it never starts this flow"
                    yield TakenByKeyword.at(place, what, "use other words, or start the flow on the command's intent")
                if file.shipped or intent.command or not starts.get(name) or flow.name in starts[name]:
                    continue
                word = re.compile(rf"(?<!\w){re.escape(keyword.casefold())}(?!\w)")
                taken = next((form for form in spoken if word.search(form)), None)
                if taken is not None:
                    what = f"`{taken}` is a phrase of `{name}`, but the keyword `{keyword}` takes it"
                    advice = "make the keyword more special, or give the flow the intent instead"
                    told = (f"customer: {taken}", f"({flow.name} starts, not {min(starts[name])})")
                    yield TakenByKeyword.at(place, what, advice).with_example(told)
