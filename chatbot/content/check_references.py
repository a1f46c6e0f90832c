"""Does everything that is named exist: intents, flows, queues, services, slots, types, hours, steps."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import replace

from chatbot.content.diagnostics import Diagnostic, Place, Rule
from chatbot.content.index import SLOT_TYPES, SYSTEM_FLOWS, Flow, Index
from chatbot.content.models import (
    AgainStep,
    AskStep,
    Bot,
    CallStep,
    FetchStep,
    GotoStep,
    HandoffStep,
    IntentFile,
    SayStep,
    Step,
)
from chatbot.content.nearest import nearest
from chatbot.content.patterns import compile_pattern
from chatbot.content.project import File
from chatbot.content.rules import (
    DuplicateFlow,
    DuplicateIntent,
    UnknownFlow,
    UnknownHours,
    UnknownIntent,
    UnknownPayload,
    UnknownQueue,
    UnknownReturn,
    UnknownService,
    UnknownSlot,
    UnknownStep,
    UnknownTimezone,
    UnknownType,
    WrongPattern,
)
from chatbot.content.shape import Path, key_place, locate, place_of
from chatbot.content.yaml_source import Leaf
from chatbot.policy.capabilities import CAPABILITIES


def check_references(index: Index) -> Iterator[Diagnostic]:
    yield from _bot(index)
    for file in index.project.intents:
        yield from _intent_file(index, file)
    yield from _duplicates(index)
    payloads = {trigger.button for flow in index.flows for trigger in flow.model.start if trigger.button}
    for flow in index.own_flows():
        yield from _flow(index, flow)
        for path, step in flow.steps:
            yield from _step(index, flow, path, step)
            if isinstance(step, SayStep) and isinstance(step.buttons, tuple):
                yield from _buttons(index, flow, (*path, "buttons"), step, payloads)


def unknown(rule: type[Rule], place: Place, what: str, name: str, known: Iterable[str]) -> Diagnostic:
    """The one sentence all of these share, with the nearest known word or the list of them."""
    words = list(known)
    advice = nearest(name, words) or (f"known are: {', '.join(sorted(words)[:12])}" if words else "")
    return rule.at(place, f"unknown {what} `{name}`", advice)


def _bot(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is None:
        return
    for name, queue in bot.model.queues.items():
        if queue.hours is not None and queue.hours not in bot.model.hours:
            yield _unknown_in_bot(bot, ("queues", name, "hours"), UnknownHours, "opening hours", bot.model.hours)
    for name, account in bot.model.channels.items():
        if account.kind not in CAPABILITIES:
            yield _unknown_in_bot(bot, ("channels", name, "kind"), UnknownType, "kind of channel", CAPABILITIES)
    for name, hours in bot.model.hours.items():
        if not _zone_exists(hours.timezone):
            found = _unknown_in_bot(
                bot, ("hours", name, "timezone"), UnknownTimezone, "time zone", sorted(zoneinfo.available_timezones())
            )
            is_near = found.help.startswith("did you mean")
            yield found if is_near else replace(found, help="zones are named like Europe/Madrid")
    for field, kind in bot.model.contact.items():
        if kind not in SLOT_TYPES and kind not in index.entities and index.sure("intents"):
            known = (*SLOT_TYPES, *index.entities)
            yield _unknown_in_bot(bot, ("contact", field), UnknownType, "type", known)


def _unknown_in_bot(bot: File[Bot], path: Path, rule: type[Rule], what: str, known: Iterable[str]) -> Diagnostic:
    """Tells the word as it stands in the file: what a variable holds is never shown."""
    node = locate(bot.source.root, path)[1]
    return unknown(rule, place_of(bot.source, path), what, node.text if isinstance(node, Leaf) else "", known)


def _zone_exists(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _intent_file(index: Index, file: File[IntentFile]) -> Iterator[Diagnostic]:
    for name, entity in file.model.entities.items():
        if entity.match is not None:
            yield from _pattern(file, ("entities", name, "match"), entity.match)
        if name in SLOT_TYPES:
            place = key_place(file.source, ("entities",), name)
            yield DuplicateIntent.at(place, f"`{name}` is a built-in type already", "give the entity another name")
    for name, intent in file.model.intents.items():
        for i, pattern in enumerate(intent.match):
            yield from _pattern(file, ("intents", name, "match", i), pattern)
        if intent.queue is not None and intent.queue not in index.queues and index.sure("bot"):
            place = place_of(file.source, ("intents", name, "queue"))
            yield unknown(UnknownQueue, place, "queue", intent.queue, index.queues)


def _pattern(file: File[IntentFile], path: Path, pattern: str) -> Iterator[Diagnostic]:
    try:
        compile_pattern(pattern)
    except ValueError as error:
        advice = "RE2 has no look-ahead, look-behind or back-references" if "perl" in str(error) else ""
        said = f"RE2 cannot compile this regular expression: {error}"
        yield WrongPattern.at(place_of(file.source, path), said, advice)


def _duplicates(index: Index) -> Iterator[Diagnostic]:
    flows: dict[str, Flow] = {}
    for flow in index.own_flows():
        first = flows.setdefault(flow.name, flow)
        if first is not flow:
            at = first.place(("flow",))
            what = f"the flow `{flow.name}` is in {at.file}:{at.line} already"
            yield DuplicateFlow.at(flow.place(("flow",)), what, "give one of them another name")
    seen: dict[tuple[str, str], Place] = {}
    for file in index.project.intents:
        for name, intent in file.model.intents.items():
            place = key_place(file.source, ("intents",), name)
            yield from _once(seen, ("intent", name), place, f"the intent `{name}`")
            if intent.command and not file.shipped:
                yield from _once(seen, ("command", intent.command), place, f"an intent of command `{intent.command}`")
        for name in file.model.entities:
            place = key_place(file.source, ("entities",), name)
            yield from _once(seen, ("entity", name), place, f"the entity `{name}`")


def _once(seen: dict[tuple[str, str], Place], what: tuple[str, str], place: Place, said: str) -> Iterator[Diagnostic]:
    first = seen.setdefault(what, place)
    if first is not place:
        yield DuplicateIntent.at(place, f"{said} is in {first.file}:{first.line} already", "put them together")


def _flow(index: Index, flow: Flow) -> Iterator[Diagnostic]:
    if flow.name.startswith("system.") and flow.name not in SYSTEM_FLOWS:
        yield unknown(UnknownFlow, flow.place(("flow",)), "system flow", flow.name, SYSTEM_FLOWS)
    types = {*SLOT_TYPES, *index.entities}
    for name, slot in flow.model.slots.items():
        if slot.type not in types and index.sure("intents"):
            yield unknown(UnknownType, _type_place(flow, name), "type", slot.type, types)
    for i, trigger in enumerate(flow.model.start):
        if trigger.intent is not None and trigger.intent not in index.intents and index.sure("intents"):
            place = flow.place(("start", i, "intent"))
            yield unknown(UnknownIntent, place, "intent", trigger.intent, index.intents)
    for i, name in enumerate(flow.model.returns):
        if name not in flow.model.slots and name not in flow.saved():
            known = (*flow.model.slots, *flow.saved())
            yield unknown(UnknownSlot, flow.place(("returns", i)), "slot", name, known)


def _type_place(flow: Flow, slot: str) -> Place:
    return flow.place(("slots", slot, "type"))


def _step(index: Index, flow: Flow, path: Path, step: Step) -> Iterator[Diagnostic]:
    slots = flow.model.slots
    for where, expression in flow.expressions(step):
        for queue in sorted(expression.queues):
            if queue not in index.queues and index.sure("bot"):
                yield unknown(UnknownQueue, flow.place(where), "queue", queue, index.queues)
    for i, kind in enumerate(step.only):
        if kind not in CAPABILITIES:
            yield unknown(UnknownType, flow.place((*path, "only", i)), "kind of channel", kind, CAPABILITIES)
    match step:
        case AskStep(ask=name) if name not in slots:
            what = unknown(UnknownSlot, flow.place((*path, "ask")), "slot", name, slots)
            yield (
                what
                if slots
                else UnknownSlot.at(
                    flow.place((*path, "ask")), what.message, f"declare it: `slots: {{ {name}: text }}`"
                )
            )
        case AgainStep(again=name) if name not in flow.graph.asks:
            yield unknown(UnknownSlot, flow.place((*path, "again")), "question", name, flow.graph.asks)
        case FetchStep(fetch=request) if request.service not in index.services and index.sure("bot"):
            column = len(request.method) + 1
            place = flow.inside((*path, "fetch"), column, len(request.service))
            yield unknown(UnknownService, place, "service", request.service, index.services)
        case HandoffStep(handoff=queue) if queue and queue not in index.queues and index.sure("bot"):
            yield unknown(UnknownQueue, flow.place((*path, "handoff")), "queue", queue, index.queues)
        case GotoStep(goto=name):
            ids = [other.id for _, other in flow.steps if other.id]
            if name not in ids:
                advice = nearest(name, ids) or f"give the step you mean an `id: {name}`"
                yield UnknownStep.at(flow.place((*path, "goto")), f"unknown step `{name}`", advice)
        case CallStep():
            yield from _call(index, flow, path, step)
        case _:
            pass


def _call(index: Index, flow: Flow, path: Path, step: CallStep) -> Iterator[Diagnostic]:
    callee = index.by_name.get(step.call)
    if callee is None:
        if index.sure("flows"):
            known = [name for name in index.by_name if not name.startswith("system.")]
            yield unknown(UnknownFlow, flow.place((*path, "call")), "flow", step.call, known)
        return
    for name in step.with_:
        if name not in callee.model.slots:
            place = flow.key((*path, "with"), name)
            yield unknown(UnknownSlot, place, f"slot of `{callee.name}`", name, callee.model.slots)
    for name, returned in step.save.items():
        if returned not in callee.model.returns:
            place = flow.place((*path, "save", name))
            yield unknown(UnknownReturn, place, f"return value of `{callee.name}`", returned, callee.model.returns)


def _buttons(index: Index, flow: Flow, path: Path, step: SayStep, payloads: set[str]) -> Iterator[Diagnostic]:
    for i, button in enumerate(step.buttons if isinstance(step.buttons, tuple) else ()):
        if button.intent is not None and button.intent not in index.intents and index.sure("intents"):
            yield unknown(UnknownIntent, flow.place((*path, i, "intent")), "intent", button.intent, index.intents)
        if button.payload and button.payload not in payloads and index.sure("flows"):
            what = f"no flow starts on the button `{button.payload}`"
            advice = nearest(button.payload, sorted(payloads))
            yield UnknownPayload.at(flow.place((*path, i, "payload")), what, advice)
