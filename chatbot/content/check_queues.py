"""Queues nobody can get into: everybody who is handed over to one would wait in vain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chatbot.content.bot_file import Bot, Queue
from chatbot.content.course import Courses
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.example import example
from chatbot.content.index import Index
from chatbot.content.rules import NeverOpen
from chatbot.content.shape import key_place, place_of
from chatbot.content.steps import HandoffStep


def check_queues(index: Index, courses: Courses) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is None:
        return
    never = {name: why for name, queue in bot.model.queues.items() if (why := _why(bot.model, queue))}
    used: set[str] = set()
    for flow in index.own_flows():
        for node in flow.graph.nodes.values():
            queue = node.step.handoff or "default" if isinstance(node.step, HandoffStep) else ""
            if queue not in never or not isinstance(node.step, HandoffStep):
                continue
            used.add(queue)
            place = flow.place((*flow.path_of(node.step), "handoff"))
            at = key_place(bot.source, ("queues",), queue)
            found = NeverOpen.at(place, f"`{queue}` never takes anybody: {never[queue]}", f"see {at.file}:{at.line}")
            states = courses.of(flow).states(node.address)
            told = example(index, courses.of(flow), states[0]) if states else ()
            safe = node.step.if_closed is not None
            yield replace(found.with_example(told), severity="warning" if safe else "error")
    for file in index.project.intents:
        for name, intent in file.model.intents.items():
            if intent.queue in never and not file.shipped:
                used.add(str(intent.queue))
                place = place_of(file.source, ("intents", name, "queue"))
                yield NeverOpen.at(place, f"`{intent.queue}` never takes anybody: {never[str(intent.queue)]}")
    for name in sorted(never.keys() - used):
        yield NeverOpen.at(key_place(bot.source, ("queues",), name), f"`{name}` never takes anybody: {never[name]}")


def _why(bot: Bot, queue: Queue) -> str:
    hours = bot.hours.get(queue.hours) if queue.hours else None
    if hours is not None and not any(hours.week.values()):
        return f"its hours `{queue.hours}` have no time in the whole week"
    return "`max_waiting: 0` lets nobody wait" if queue.max_waiting == 0 else ""
