"""A conversation with the bare engine: what the customer says goes in, what the bot says comes out.

Understanding is given by the test (`intent=`, `command=`), so that these tests fail for the engine's own mistakes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

import chatbot.content
from chatbot.content.bot_file import Bot
from chatbot.content.graph import compile_flow
from chatbot.content.models import EntityType, FlowFile, Intent
from chatbot.content.program import Program
from chatbot.engine.engine import Engine, Turn
from chatbot.engine.state import State, decode, encode
from chatbot.types import (
    Button,
    Call,
    CallAnswer,
    Control,
    Effect,
    Ended,
    Event,
    Facts,
    HandOff,
    LeaveQueue,
    QueueFacts,
    Ranked,
    Reading,
    Say,
    StartTimer,
    StopTimer,
    TimerFired,
)
from chatbot.understanding.entities import Entities

BUILTIN = Path(chatbot.content.__file__).parent / "builtin"
MONDAY = 1_767_607_200_000  # 2026-01-05 10:00 UTC

ORDER_NUMBER = {"match": r"[A-Z]{2}-?\d{6}", "clean": ("upper",)}
CITY = {"list": {"nyc": ("new york", "big apple"), "sf": ("san francisco",)}}


def program(
    *flows: str, bot: Mapping[str, Any] | None = None, intents: Mapping[str, Mapping[str, Any]] | None = None
) -> Program:
    """A program from flow texts, with the shipped system flows and a command intent for each command."""
    files = [path.read_text("utf-8") for path in sorted((BUILTIN / "flows").glob("*.yaml"))]
    graphs = {}
    for text in [*files, *flows]:
        flow = FlowFile.model_validate(yaml.load(text, yaml.CBaseLoader))  # noqa: S506 - a base loader makes texts only
        graphs[flow.flow] = compile_flow(flow)
    commands = ("human", "cancel", "opt_out", "opt_in", "delete_data", "restart", "help", "emergency")
    known = {f"command_{name}": Intent(command=name) for name in commands}
    for graph in graphs.values():
        for trigger in graph.start:
            if trigger.intent:
                known.setdefault(trigger.intent, Intent(title=trigger.intent.replace("_", " ").capitalize()))
    known |= {name: Intent.model_validate(intent) for name, intent in (intents or {}).items()}
    entities = {
        name: EntityType.model_validate(each) for name, each in [("order_number", ORDER_NUMBER), ("city", CITY)]
    }
    settings = {"name": "Acme", "disclosure": "I am a bot.", **(bot or {})}
    return Program("test", Bot.model_validate(settings), known, entities, graphs)


class Talk:
    """One conversation, told move by move; each move returns the texts the bot said."""

    def __init__(self, program: Program, **facts: Any) -> None:
        self.engine = Engine(program, Entities.build(program.entities))
        self.state = State(met=True, turns=1)
        self.at = MONDAY
        self.control: Control = "bot"
        self.facts: dict[str, Any] = {"channel": "console", "locale": "en", **facts}
        self.events: list[Event] = []
        self.turn = Turn(self.state, (), ())
        self.timers: dict[str, StartTimer] = {}
        self.call: Call | None = None

    def says(
        self,
        text: str,
        intent: str = "",
        *,
        command: str = "",
        close: tuple[str, ...] = (),
        then: str = "",
        payload: str = "",
        **more: Any,
    ) -> list[str]:
        found = self.engine.entities.find_all(text, "en", self.at)
        ranked = (Ranked(intent, 0.9),) if intent else ()
        reading = Reading("en", f"command_{command}" if command else "", intent, close, then, ranked, found)
        return self.happens("message", text=text, payload=payload, reading=reading, **more)

    def presses(self, title: str) -> list[str]:
        """Press a button or option of the last message that had one of this title."""
        for effect in reversed(self.turn.effects):
            if isinstance(effect, Say):
                for button in (*effect.message.buttons, *effect.message.options):
                    if button.title == title:
                        return self.says(title, payload=button.payload)
        raise AssertionError(f"no button {title!r} in {self.texts}")

    def service_answers(self, status: int = 200, body: Any = None, *, error: str = "") -> list[str]:
        assert self.call is not None, "the bot is not waiting for a call"
        return self.happens("answer", answer=CallAnswer(self.call.id, status, error, body))

    def minutes_pass(self, minutes: int) -> list[str]:
        """Time goes by; the timers that fall due fire, in order."""
        until, said = self.at + minutes * 60_000, []
        while (timer := self.timer) is not None and timer.due_at <= until:
            self.at = max(self.at, timer.due_at)
            del self.timers[timer.name]
            said += self.happens("timer", timer=TimerFired(timer.name, timer.visit))
        self.at = until
        return said

    @property
    def timer(self) -> StartTimer | None:
        """The timer that fires next."""
        return min(self.timers.values(), key=lambda timer: timer.due_at, default=None)

    def hears(self, name: str, **data: Any) -> list[str]:
        """A system of the business brings an event about."""
        return self.happens("event", name=name, data=data)

    def happens(self, kind: Any, **what: Any) -> list[str]:
        event = Event(kind, self.at, Facts(1, "site", control=self.control, **self.facts), **what)
        self.events.append(event)
        self.turn = self.engine.advance(decode(encode(self.state)), event)
        self.state = self.turn.state
        for effect in self.turn.effects:
            self._take(effect)
        return self.texts

    def _take(self, effect: Effect) -> None:
        match effect:
            case HandOff():
                self.control = "queued"
            case LeaveQueue():
                self.control = "bot"
            case StartTimer():
                self.timers[effect.name] = effect
            case StopTimer():
                self.timers.pop(effect.name, None)
            case Call():
                self.call = effect
            case _:
                pass

    @property
    def texts(self) -> list[str]:
        return [effect.message.text for effect in self.turn.effects if isinstance(effect, Say)]

    @property
    def handoff(self) -> HandOff | None:
        return next((effect for effect in self.turn.effects if isinstance(effect, HandOff)), None)

    @property
    def ended(self) -> list[tuple[str, str]]:
        return [(effect.flow, effect.outcome) for effect in self.turn.effects if isinstance(effect, Ended)]

    @property
    def notes(self) -> str:
        return "\n".join(f"{trace.at}: {trace.note}" for trace in self.turn.trace)

    def options(self) -> list[str]:
        return [button.title for button in self.buttons()]

    def buttons(self) -> list[Button]:
        """All that was offered in the last turn, options first."""
        said = [effect.message for effect in self.turn.effects if isinstance(effect, Say)]
        return [button for message in said for button in (*message.options, *message.buttons)]

    def slot(self, name: str) -> Any:
        assert self.state.top is not None
        slot = self.state.top.slots.get(name)
        return slot.value if slot else None

    @staticmethod
    def queue(*, open: bool = True, full: bool = False, waiting: int = 0) -> dict[str, QueueFacts]:  # noqa: A002
        return {"default": QueueFacts(open, full, waiting)}
