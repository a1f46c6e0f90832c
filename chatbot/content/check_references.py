"""Does everything that is named exist: intents, flows, queues, services, slots, types, hours, steps."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from chatbot.content.bot_file import Bot
from chatbot.content.diagnostics import Diagnostic, Place, Rule
from chatbot.content.index import Flow, Index
from chatbot.content.models import IntentFile
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
    WrongValue,
)
from chatbot.content.shape import Path, key_place, locate, place_of
from chatbot.content.steps import (
    AgainStep,
    AskStep,
    CallStep,
    FetchStep,
    GotoStep,
    HandoffStep,
    RemindStep,
    SayStep,
    Step,
)
from chatbot.content.template import Variant
from chatbot.content.vocabulary import (
    CHANNELS,
    CONTACT,
    READ_ONLY,
    SLOT_TYPES,
    SYSTEM_FLOWS,
    installed_channels,
)
from chatbot.content.yaml_source import Leaf
from chatbot.policy.hours import opening_hours

_SHOWN: Final = 24
_ANYTHING: Final = ("a", "Some words, 12 of them!", "?")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+[^\s]*$", re.IGNORECASE)


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
    words = sorted(known)
    more = ", …" if len(words) > _SHOWN else ""
    advice = nearest(name, words) or (f"known are: {', '.join(words[:_SHOWN])}{more}" if words else "")
    return rule.at(place, f"unknown {what} `{name}`", advice)


def type_or_none(place: Place, what: str, name: str, index: Index) -> Iterator[Diagnostic]:
    """What is wrong with the name of a type: nothing has it."""
    if name in index.entities or name in SLOT_TYPES:
        return
    if index.sure("intents"):
        yield unknown(UnknownType, place, what, name, (*SLOT_TYPES, *index.entities))


def _bot(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is None:
        return
    for name, queue in bot.model.queues.items():
        if queue.hours is not None and queue.hours not in bot.model.hours:
            yield _unknown_in_bot(bot, ("queues", name, "hours"), UnknownHours, "opening hours", bot.model.hours)
    for name, account in bot.model.channels.items():
        path = ("channels", name, "kind")
        if account.kind not in CHANNELS and account.kind not in installed_channels():
            yield _unknown_in_bot(bot, path, UnknownType, "kind of channel", CHANNELS)
    yield from _addresses(index, bot)
    yield from _own_address(index, bot)
    for name, hours in bot.model.hours.items():
        if not _zone_exists(hours.timezone):
            found = _unknown_in_bot(
                bot, ("hours", name, "timezone"), UnknownTimezone, "time zone", sorted(zoneinfo.available_timezones())
            )
            is_near = found.help.startswith("did you mean")
            yield found if is_near else replace(found, help="zones are named like Europe/Madrid")
    for field, kind in bot.model.contact.items():
        if field in CONTACT:
            place = key_place(bot.source, ("contact",), field)
            found = WrongValue.at(place, f"`{field}` is there already: the framework keeps it", "leave it out here")
            yield found if field in READ_ONLY else replace(found, severity="warning")
        for found in type_or_none(place_of(bot.source, ("contact", field)), "type", kind, index):
            known = (*SLOT_TYPES, *index.entities)
            is_unknown = found.code == UnknownType.code
            yield _unknown_in_bot(bot, ("contact", field), UnknownType, "type", known) if is_unknown else found


def _addresses(index: Index, bot: File[Bot]) -> Iterator[Diagnostic]:
    """Where services are. What a variable that is not set would hold cannot be told, and no value is ever shown."""
    for name, service in bot.model.services.items():
        path = ("services", name, "url")
        node = locate(bot.source.root, path)[1]
        text = node.text if isinstance(node, Leaf) else ""
        variables = "${" in text
        unset = any(f"${{{variable}}}" in text for variable in index.project.unset)
        unknown_yet = variables and (not service.url or unset)
        if not unknown_yet and not _ADDRESS.match(service.url):
            what = "what this variable holds is no address" if variables else f"`{service.url}` is no address"
            yield WrongValue.at(place_of(bot.source, path), what, "an address begins with https:// or http://")


def _own_address(index: Index, bot: File[Bot]) -> Iterator[Diagnostic]:
    """Where the bot itself is; as with services, what variables hold is never shown."""
    value, node = bot.model.public_url, locate(bot.source.root, ("public_url",))[1]
    text = node.text if isinstance(node, Leaf) else ""
    unset = any(f"${{{variable}}}" in text for variable in index.project.unset)
    if value and text and not unset and not _ADDRESS.match(value):
        said = "what this variable holds" if "${" in text else f"`{value}`"
        advice = "an address begins with https:// or http://"
        yield WrongValue.at(place_of(bot.source, ("public_url",)), f"{said} is no address", advice)


def _unknown_in_bot(bot: File[Bot], path: Path, rule: type[Rule], what: str, known: Iterable[str]) -> Diagnostic:
    """Tells the word as it stands in the file: what a variable holds is never shown."""
    node = locate(bot.source.root, path)[1]
    return unknown(rule, place_of(bot.source, path), what, node.text if isinstance(node, Leaf) else "", known)


def _zone_exists(name: str) -> bool:
    try:
        opening_hours(name, {}, [])
    except ValueError:
        return False
    return True


def _intent_file(index: Index, file: File[IntentFile]) -> Iterator[Diagnostic]:
    for name, entity in file.model.entities.items():
        if entity.match is not None:
            yield from _pattern(file, ("entities", name, "match"), entity.match)
        elif not entity.values:
            what = f"this list is empty: nothing is ever `{name}`"
            advice = "write its keys, each with the words for it: `{ nyc: [new york, big apple] }`"
            yield WrongValue.at(place_of(file.source, ("entities", name, "list"), key=True), what, advice)
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
    place = place_of(file.source, path)
    try:
        compiled = compile_pattern(pattern)
    except ValueError as error:
        advice = "RE2 has no look-ahead, look-behind or back-references" if "perl" in str(error) else ""
        said = f"RE2 cannot compile this regular expression: {error}"
        yield WrongPattern.at(place, said, advice)
        return
    if path[0] == "intents" and compiled.search("") is not None:
        what = "this pattern holds for every message, also for one without a word"
        yield WrongPattern.at(place, what, "say what must stand there: `+` instead of `*`")
    elif path[0] == "entities" and not pattern.strip():
        yield WrongPattern.at(place, "this pattern is empty: nothing is ever found with it")
    elif path[0] == "entities" and all(compiled.fullmatch(each) for each in _ANYTHING):
        what = "this pattern takes every message, whatever it says"
        found = WrongPattern.at(place, what, "a slot for any words has the type `text`")
        yield replace(found, severity="warning")


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
            if file.shipped:
                # The commands are there once for each language.
                seen.setdefault(("intent", name), place)
                continue
            yield from _once(seen, ("intent", name), place, f"the intent `{name}`")
            if intent.command:
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
    for name, slot in flow.model.slots.items():
        yield from type_or_none(flow.place(("slots", name, "type")), "type", slot.type, index)
    for i, trigger in enumerate(flow.model.start):
        if trigger.intent is not None and trigger.intent not in index.intents and index.sure("intents"):
            place = flow.place(("start", i, "intent"))
            yield unknown(UnknownIntent, place, "intent", trigger.intent, index.intents)
    for i, name in enumerate(flow.model.returns):
        if name not in flow.model.slots and name not in flow.saved():
            known = (*flow.model.slots, *flow.saved())
            yield unknown(UnknownSlot, flow.place(("returns", i)), "slot", name, known)


def _step(index: Index, flow: Flow, path: Path, step: Step) -> Iterator[Diagnostic]:
    slots = flow.model.slots
    for where, expression in flow.expressions(step):
        for queue in sorted(expression.queues):
            if queue not in (*index.queues, *index.hours) and index.sure("bot"):
                at = re.search(rf"""(["']){re.escape(queue)}\1""", expression.source)
                place = flow.inside(where, at.start(), len(at[0])) if at is not None else flow.place(where)
                yield unknown(UnknownQueue, place, "queue", queue, (*index.queues, *index.hours))
    onlys = [((*path, "only"), step.only)]
    onlys += [((*where, "only"), text.only) for where, text in flow.texts(step) if isinstance(text, Variant)]
    for where, kinds in onlys:
        for i, kind in enumerate(kinds):
            if kind not in CHANNELS and kind not in installed_channels():
                yield unknown(UnknownType, flow.place((*where, i)), "kind of channel", kind, CHANNELS)
    match step:
        case AskStep(ask=name) if name not in slots:
            found = unknown(UnknownSlot, flow.place((*path, "ask")), "slot", name, slots)
            near = found.help.startswith("did you mean")
            kind = name if name in (*SLOT_TYPES, *index.entities) else "text"
            yield found if near else replace(found, help=f"declare it: `slots: {{ {name}: {kind} }}`")
        case AgainStep(again=name) if name not in flow.graph.asks:
            yield unknown(UnknownSlot, flow.place((*path, "again")), "question", name, flow.graph.asks)
        case FetchStep(fetch=request) if request.service not in index.services and index.sure("bot"):
            column = len(request.method) + 1
            place = flow.inside((*path, "fetch"), column, len(request.service))
            found = unknown(UnknownService, place, "service", request.service, index.services)
            declare = f'list it in bot.yaml: `services: {{ {request.service}: {{ url: "https://..." }} }}`'
            yield found if index.services else replace(found, help=declare)
        case HandoffStep(handoff=queue) if queue and queue not in index.queues and index.sure("bot"):
            yield unknown(UnknownQueue, flow.place((*path, "handoff")), "queue", queue, index.queues)
        case GotoStep():
            yield from _goto(flow, path, step)
        case RemindStep():
            yield from _reminder(index, flow, path, step)
        case CallStep():
            yield from _call(index, flow, path, step)
        case _:
            pass


def _goto(flow: Flow, path: Path, step: GotoStep) -> Iterator[Diagnostic]:
    ids = [other.id for _, other in flow.steps if other.id]
    if step.goto not in ids:
        advice = nearest(step.goto, ids) or f"give the step you mean an `id: {step.goto}`"
        yield UnknownStep.at(flow.place((*path, "goto")), f"unknown step `{step.goto}`", advice)


def _reminder(index: Index, flow: Flow, path: Path, step: RemindStep) -> Iterator[Diagnostic]:
    events = {trigger.event for other in index.flows for trigger in other.model.start if trigger.event}
    known = {*index.by_name, *events, *index.awaited}
    if step.remind not in known and index.sure("flows"):
        what = f"`{step.remind}` is no flow, and no flow starts on an event of this name or waits for it"
        advice = nearest(step.remind, sorted(each for each in known if not each.startswith("system.")))
        yield replace(UnknownFlow.at(flow.place((*path, "remind")), what, advice), severity="warning")


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
