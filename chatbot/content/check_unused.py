"""What is defined and never used: slots, entities, opening hours, templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chatbot.content.check_phrases import phrases_of
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.expression import Expression
from chatbot.content.index import Flow, Index
from chatbot.content.rules import NeverUsed, UnusedSlot
from chatbot.content.shape import key_place
from chatbot.content.steps import SayStep

_ENTITY: Final = re.compile(r"\{\s*([^{}]*?)\s*\}")


def check_unused(index: Index) -> Iterator[Diagnostic]:
    for flow in index.own_flows():
        yield from _slots(flow)
    if index.sure("bot", "intents", "flows"):
        yield from _entities(index)
        yield from _bot(index)


def _slots(flow: Flow) -> Iterator[Diagnostic]:
    used = {name for _, step in flow.steps for _, written in flow.written[id(step)] for name in written.names}
    used |= set(flow.graph.asks) | set(flow.model.returns) | flow.saved()
    used |= flow.model.if_.names if flow.model.if_ else set()
    for name in flow.model.slots:
        if name not in used:
            yield UnusedSlot.at(flow.key(("slots",), name), f"the slot `{name}` is never asked for nor used")


def _entities(index: Index) -> Iterator[Diagnostic]:
    used = {slot.type for flow in index.flows for slot in flow.model.slots.values()}
    used |= set(index.project.bot.model.contact.values()) if index.project.bot else set()
    for file in index.project.intents:
        for name, intent in file.model.intents.items():
            used |= {found[1] for _, _, phrase in phrases_of(name, intent, "") for found in _ENTITY.finditer(phrase)}
    for file in index.project.intents:
        for name in file.model.entities if not file.shipped else ():
            if name not in used:
                place = key_place(file.source, ("entities",), name)
                yield NeverUsed.at(place, f"the entity `{name}` is the type of no slot and stands in no phrase")


def _bot(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is None:
        return
    kept = {queue.hours for queue in bot.model.queues.values()}
    for flow in index.flows:
        for where in flow.written.values():
            kept |= {name for _, used in where if isinstance(used, Expression) for name in used.queues}
        kept |= flow.model.if_.queues if flow.model.if_ is not None else set()
    for name in bot.model.hours:
        if name not in kept:
            yield NeverUsed.at(
                key_place(bot.source, ("hours",), name), f"no queue has the hours `{name}`, and no flow asks for them"
            )
    sent = {step.template for flow in index.flows for _, step in flow.steps if isinstance(step, SayStep)}
    for name in bot.model.templates:
        if name not in sent:
            yield NeverUsed.at(key_place(bot.source, ("templates",), name), f"no `say` sends the template `{name}`")
