"""One program made ready to be tried: builds what is costly once, then gives as many conversations as are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from chatbot.channels.protocol import readable_settings
from chatbot.channels.registry import KINDS, renderer, settings_of
from chatbot.content.program import Program
from chatbot.conversation.ports import Renderer
from chatbot.conversation.programs import Compiled
from chatbot.conversation.queues import QueueBoard
from chatbot.conversation.record import Arrival, Record, Result
from chatbot.conversation.turn import take_turn
from chatbot.engine.engine import Engine
from chatbot.testing.models import Setting
from chatbot.testing.scene import Scene
from chatbot.testing.simulator import Responder, Simulator
from chatbot.types import ConversationKey, QueueFacts, Window
from chatbot.understanding import Context, Explanation, Understanding

DISCLOSURE: Final = "system.disclosure"
"""Where the line that says who is talking comes from."""


@dataclass(frozen=True, slots=True)
class _OneVersion:
    """Programs when there is only one: the files as they are."""

    active: Compiled

    def get(self, program: str) -> Compiled | None:
        return self.active if program == self.active.program.hash else None


def _callback(conversation: int, event: str) -> str:
    """What `{callback.EVENT}` prints where no server runs."""
    return f"https://bot.example/callbacks/{conversation}/{event}"


class Bench:
    """Raises nothing for a program that `check` found no error in."""

    def __init__(self, program: Program) -> None:
        self.program = program
        understanding = Understanding.build(program)
        self._programs = _OneVersion(Compiled(program, understanding, Engine(program, understanding.entities)))
        self._board = QueueBoard(program.bot)
        self._windows = dict(_windows(program))
        self._payloads = frozenset(
            trigger.button for flow in program.flows.values() for trigger in flow.start if trigger.button
        )

    def simulator(self, setting: Setting, now: int, respond: Responder, conversation: int = 1) -> Simulator:
        """A new conversation with a new contact; its number decides which variants of a text are taken."""
        account, kind = self._channel(setting.channel)
        record = Record(
            id=conversation,
            key=ConversationKey(account, "customer"),
            channel=kind,
            locale=setting.locale or "",
            timezone=setting.timezone or "UTC",
            contact={"id": "customer", **setting.contact},
        )
        take = partial(self._take, rendering=_rendering(kind))
        return Simulator(take, Scene(record, now), respond, self.queues, self._payloads)

    def _take(
        self, record: Record, arrival: Arrival, queues: Mapping[str, QueueFacts], *, rendering: Renderer
    ) -> Result:
        result = take_turn(record, arrival, self._programs, rendering, queues, _callback, self._windows)
        return replace(result, record=replace(result.record, version=result.record.version + 1))

    def _channel(self, wanted: str | None) -> tuple[str, str]:
        """Account and kind of a name: an account, else the first of that kind, else a bare kind. Unsaid: the first."""
        accounts = {name: account.kind for name, account in self.program.bot.channels.items()}
        if wanted is None:
            return next(iter(accounts.items()), ("webchat", "webchat"))
        if wanted in accounts:
            return wanted, accounts[wanted]
        return next(((name, kind) for name, kind in accounts.items() if kind == wanted), (wanted, wanted))

    def explain(self, text: str, scene: Scene) -> Explanation:
        """Why a text is read as it is at this moment of a conversation."""
        record, frame = scene.record, scene.frame
        language = record.locale.replace("_", "-").split("-")[0].lower()
        if language not in self.program.bot.languages:
            language = self.program.bot.languages[0]
        flow = self.program.flows.get(frame.flow) if frame else None
        own = frozenset(trigger.intent for trigger in flow.start if trigger.intent) if flow else frozenset()
        context = Context(
            language=language,
            locale=record.locale or language,
            now=scene.now,
            timezone=record.timezone,
            country=str(record.contact.get("country") or ""),
            running_flow_intents=own,
            stop_is_opt_out=_rendering(record.channel).capabilities.stop_is_opt_out,
        )
        return self._programs.active.understanding.explain(text, context)

    def queues(self, scene: Scene) -> Mapping[str, QueueFacts]:
        """The queues as this one conversation finds them: empty, but for itself while it waits."""
        waiting = {scene.handoff.queue: 1} if scene.handoff and scene.record.control == "queued" else {}
        return self._board.facts(scene.now, waiting)


def _windows(program: Program) -> Iterator[tuple[str, Window]]:
    """Account -> when it may send, as delivery will have it; no secret need be set for that."""
    for name, account in program.bot.channels.items():
        model = settings_of(account.kind)
        window = readable_settings(model, account.model_dump()).messaging_window if model is not None else None
        if window is not None:
            yield name, window


def _rendering(kind: str) -> Renderer:
    """How a kind shapes messages. One that is not built yet borrows the web chat's shapes: the words are the same."""
    return renderer(kind if kind in KINDS else "webchat")
