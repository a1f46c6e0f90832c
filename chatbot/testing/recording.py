"""A stored conversation as a conversation test: what the customer and the services said, and what the bot answered.

The bot's answers are those of the versions it ran on then, by living the stored events again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from chatbot.content.program import Program
from chatbot.content.steps import SayStep
from chatbot.engine.engine import Engine
from chatbot.engine.state import State
from chatbot.storage.sqlite.history import Desk, History
from chatbot.testing.bench import DISCLOSURE
from chatbot.testing.matching import pattern, said
from chatbot.testing.playing import ACKNOWLEDGEMENTS
from chatbot.testing.script import span
from chatbot.testing.updating import bot_line, inline, scalar
from chatbot.types import Call, CallAnswer, Ended, Event, HandOff, Json, Say

WORTH_TELLING: Final = 60_000
"""Milliseconds between two messages that a recording keeps; shorter pauses change nothing."""
_HOLE: Final = re.compile(r"\{\{|\{[^}]*\}")
"""What a text fills in."""
_KEPT_APART: Final = frozenset({"id", "tags", "consent", "locale", "timezone"})
"""Facts of a contact that come about by themselves or are said elsewhere."""


class NotRecordable(Exception):
    """The conversation has something in it that no test can say; the text says what."""


@dataclass(slots=True)
class _Recording:
    """The lines of `chat:` so far, and how services answered."""

    chat: list[str] = field(default_factory=list)
    mocks: dict[str, list[Json]] = field(default_factory=dict)
    clock: int = 0
    desk: list[Desk] = field(default_factory=list)
    claimed: bool = False


def recorded(history: History, engine_of: Callable[[str], Engine], *, exact: bool = False) -> str:
    """The text of a test file with one case. A text of several variants may come in any of them, unless `exact`.

    Raises NotRecordable, and what `engine_of` (version -> engine) raises.
    """
    state, open_calls = State(), dict[int, Call]()
    recording = _Recording(clock=history.events[0][1].at, desk=list(history.desk))
    ended = ""
    for version, event in history.events:
        engine = engine_of(version)
        turn = engine.advance(state, event)
        state = turn.state
        if event.answer is not None:
            _answered(recording, open_calls.get(event.answer.id), event.answer)
        else:
            recording.chat += _move(recording, event)
        open_calls |= {effect.id: effect for effect in turn.effects if isinstance(effect, Call)}
        handed = next((effect for effect in turn.effects if isinstance(effect, HandOff)), None)
        spoken = [effect for effect in turn.effects if isinstance(effect, Say)]
        recording.chat += _lines(spoken, engine.program, acknowledged=handed is not None, exact=exact)
        if handed is not None:
            recording.claimed = False
            recording.chat.append(f"expect: {inline({'handoff': handed.queue, 'priority': handed.priority})}")
        ended = next((effect.outcome for effect in turn.effects if isinstance(effect, Ended)), ended)
    if ended and not state.frames:
        recording.chat.append(f"expect: {inline({'ended': ended})}")
    return _file(history, recording)


# --- moves ------------------------------------------------------------------------------------------------------


def _move(recording: _Recording, event: Event) -> Iterator[str]:
    """What happened, with the time that passed before it where that matters."""
    yield from _people(recording, event)
    passed = event.at - recording.clock
    if event.kind == "timer":
        whole = -(-passed // 1000) * 1000  # the whole second behind: its timer is due in it
        recording.clock += whole
        yield f"after: {span(whole)}"
        return
    if passed >= WORTH_TELLING:
        recording.clock += passed // 1000 * 1000
        yield f"after: {span(passed // 1000 * 1000)}"
    yield _said(event)


def _said(event: Event) -> str:
    match event.kind:
        case "event":
            return f"event: {{ name: {scalar(event.name)}, with: {json.dumps(dict(event.data), ensure_ascii=False)} }}"
        case "not_sent":
            return f"refused: {event.reason}"
        case "returned":
            return "agent: back_to_bot"
        case "resolved":
            return "agent: resolve"
        case "taken":
            raise NotRecordable("somebody answered in the platform's own inbox")
        case _:
            return _written(event)


def _written(event: Event) -> str:
    """What the customer did."""
    if event.reason == "opt_in":
        return f"opt_in: {scalar(event.payload)}"
    if event.payload:
        return f"button: {scalar(event.text or event.payload, flow=False)}"
    if event.reason == "comment":
        return f"comment: {scalar(event.text, flow=False)}"
    if event.attachments:
        first = event.attachments[0]
        if first.kind == "story":
            return f"story: {scalar(event.text, flow=False)}"
        place = {"latitude": first.latitude, "longitude": first.longitude} if first.kind == "location" else {}
        return f"attach: {inline({'kind': first.kind, **({'url': first.url} if first.url else {}), **place})}"
    if event.referral is not None and not event.text:
        return f"referral: {scalar(event.referral.ref, flow=False)}"
    return f"user: {scalar(event.text, flow=False)}"


def _people(recording: _Recording, event: Event) -> Iterator[str]:
    """What people did before this event."""
    while recording.desk and recording.desk[0].at <= event.at:
        done = recording.desk.pop(0)
        if done.text:
            yield f"agent: {{ say: {scalar(done.text)} }}"
        elif not recording.claimed:
            recording.claimed = True
            yield f"agent: {{ claim: {scalar(done.agent or 'somebody')} }}"


def _lines(spoken: Sequence[Say], program: Program, *, acknowledged: bool, exact: bool) -> Iterator[str]:
    """What the bot said; where a place in line is told, the line is left out: in a test nobody else waits."""
    for each in spoken:
        if each.origin == DISCLOSURE or (acknowledged and each.origin.startswith(ACKNOWLEDGEMENTS)):
            continue
        text = said(each.message)
        variants = () if exact else _variants(program, each.origin)
        if len(variants) > 1 and any(pattern(variant)(text) for variant in variants):
            yield f"bot: [{', '.join(bot_line(variant, flow=True) for variant in variants)}]"
        else:
            yield f"bot: {bot_line(text, flow=False)}"


def _variants(program: Program, origin: str) -> tuple[str, ...]:
    """The texts of a step that chooses among several, with `*` for what is filled in."""
    flow, _, address = origin.partition("/")
    node = program.flows[flow].nodes.get(address) if flow in program.flows else None
    if node is None or not isinstance(node.step, SayStep):
        return ()
    return tuple(
        dict.fromkeys(_HOLE.sub(lambda hole: "{" if hole[0] == "{{" else "*", t.source) for t in node.step.say)
    )


def _answered(recording: _Recording, call: Call | None, answer: CallAnswer) -> None:
    if call is None:
        return
    query = f"?{urlencode(call.query)}" if call.query else ""
    request = f"run {call.action}" if call.action else f"{call.method} {call.service} {call.path}{query}"
    if answer.error:
        reply: Json = {"timeout": True} if answer.error == "timeout" else {"error": answer.error}
    else:
        reply = {"return": answer.body} if call.action else {"status": answer.status, "json": answer.body}
    recording.mocks.setdefault(request, []).append(reply)


# --- the file ---------------------------------------------------------------------------------------------------


def _file(history: History, recording: _Recording) -> str:
    facts, at = history.events[0][1].facts, history.events[0][1].at
    contact = {name: value for name, value in facts.contact.items() if name not in _KEPT_APART}
    setting = {"channel": history.channel, "locale": facts.locale, "timezone": facts.timezone, "contact": contact}
    began = datetime.fromtimestamp(at // 1000, UTC)
    lines = [
        "# Made by `chatbot record`. It holds what a customer wrote: look through it before others get to see it.",
        f"test: recorded_{history.id}",
        f"now: {began:%Y-%m-%d %H:%M:%S}",
        f"as: {json.dumps({name: value for name, value in setting.items() if value}, ensure_ascii=False)}",
    ]
    if recording.mocks:
        lines.append("mock:")
    for request, replies in recording.mocks.items():
        told = replies[0] if len(replies) == 1 else replies
        lines.append(f"  {scalar(request)}: {json.dumps(told, ensure_ascii=False)}")
    lines += ["cases:", f"  - name: conversation {history.id}", "    chat:"]
    return "\n".join([*lines, *(f"      - {line}" for line in recording.chat)]) + "\n"
