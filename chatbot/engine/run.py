"""The working context of one turn: the state being changed, the event, and what was decided so far.

Everything a step may do to the world goes through here as an effect; nothing in here waits or looks outside.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatbot.content.expression import Scope
from chatbot.content.graph import Graph, Node
from chatbot.content.program import Program
from chatbot.content.template import Template, Variant
from chatbot.content.values import EvaluationError
from chatbot.engine.starts import Starts
from chatbot.engine.state import Choice, Frame, State
from chatbot.policy.consent import OPTED_OUT, ConsentAction, agreed, standing
from chatbot.policy.hours import opening_hours
from chatbot.policy.sending import Reach, Refusal, refusal
from chatbot.types import (
    Alert,
    Consent,
    Effect,
    Ended,
    Event,
    HandOff,
    Json,
    Message,
    QueueFacts,
    Say,
    StartTimer,
    StopTimer,
    Trace,
)
from chatbot.understanding.entities import Entities

SYSTEM_VOICE: Final = frozenset(
    {"system.opt_out", "system.delete_data", "system.emergency", "system.handoff", "system.closed", "system.csat"}
)
"""Flows whose texts are `system` rows: they may go out while people hold the conversation."""

WAIT: Final = "wait:"
REMINDER: Final = "remind:"
"""What the timers of `wait` and `remind` are called, before the number of their visit."""

QUEUE: Final = "queue"
"""The timer that looks at a customer's place in line."""
LOOK_AGAIN: Final = 5 * 60_000
"""Milliseconds between two looks at it."""

NOTHING: Final = Template("")

REMEMBERED_VARIANTS: Final = 100
"""How many variant choices a conversation remembers; older ones are forgotten so that state stays small."""


@dataclass(slots=True)
class Run:
    program: Program
    entities: Entities
    starts: Starts
    state: State
    event: Event
    effects: list[Effect] = field(default_factory=list)
    trace: list[Trace] = field(default_factory=list)
    steps: int = 0
    contact: dict[str, Json] = field(default_factory=dict)
    """contact.* fields set in this turn, over those of the facts."""
    _language: str = ""
    _now: datetime | None = None
    _known: Mapping[str, Json] | None = None
    """The contact as the facts have them, once a turn."""

    # --- looking ---------------------------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """The language to speak: the contact's if the bot has it, else the one read last, else the default."""
        if not self._language:
            self._language = self._spoken()
        return self._language

    def _spoken(self) -> str:
        languages = self.program.bot.languages
        spoken = self.event.facts.locale.replace("_", "-").split("-")[0].lower()
        if spoken in languages:
            return spoken
        return self.state.language if self.state.language in languages else languages[0]

    def graph(self, frame: Frame) -> Graph:
        return self.program.flows[frame.flow]

    def node(self, frame: Frame, address: str | None = None) -> Node:
        return self.program.flows[frame.flow].nodes[address or frame.at]

    def scope(self, frame: Frame | None) -> Scope:
        """What a template or expression of this frame may name."""
        facts, state = self.event.facts, self.state
        names: dict[str, Any] = {
            "contact": self._contact(),
            "conversation": {"id": facts.conversation, "language": self.language, **state.variables},
            "channel": facts.channel,
            "message": self.event.text,
            "callback": facts.callbacks,
        }
        if frame is not None:
            names.update(frame.saved)
            names.update(frame.slots)
            names["event"] = frame.event
        return Scope(names=names, now=self.now, locale=facts.locale or self.language, open=self._is_open)

    def _contact(self) -> Mapping[str, Json]:
        """The contact as this turn leaves them; who is known by one name only is called by its first word."""
        if self._known is not None and not self.contact:
            return self._known
        facts = self.event.facts
        known = {**facts.contact, "locale": facts.locale, "timezone": facts.timezone, **self.contact}
        name = known.get("name")
        if not known.get("first_name") and isinstance(name, str) and name.split():
            known["first_name"] = name.split()[0]
        if not self.contact:
            self._known = known
        return known

    @property
    def now(self) -> datetime:
        """When the event happened, on the contact's wall clock."""
        if self._now is None:
            moment = datetime.fromtimestamp(self.event.at / 1000, UTC)
            try:
                self._now = moment.astimezone(ZoneInfo(self.event.facts.timezone))
            except (ZoneInfoNotFoundError, ValueError):
                self._now = moment
        return self._now

    def queue(self, name: str) -> QueueFacts:
        return self.event.facts.queues.get(name, QueueFacts())

    @property
    def consent(self) -> dict[str, bool]:
        """Purpose -> whether the contact allows it, as of this moment of the turn."""
        given = self.contact.get("consent", self.event.facts.contact.get("consent"))
        return given if isinstance(given, dict) else {}

    @property
    def proactive(self) -> bool:
        """Whether this turn answers nothing the customer did."""
        timer = self.event.timer
        return self.event.kind == "event" or (timer is not None and timer.name.startswith(REMINDER))

    def refusal(self) -> Refusal | None:
        """Why nothing may be said to the contact in this turn; None when it may, as in answer to a message."""
        if self.event.kind == "message":
            return None
        opted_out = bool(self.consent.get(OPTED_OUT))
        return refusal(self.reach, self.event.at, opted_out=opted_out, proactive=self.proactive)

    @property
    def reach(self) -> Reach:
        """How the contact can be reached, as far as the engine is told."""
        facts = self.event.facts
        return Reach(
            facts.channel,
            facts.last_in_at,
            facts.ad_at,
            blocked=bool(facts.contact.get("blocked")),
            agreed=agreed(self.consent),
            own_window=facts.window,
        )

    def _is_open(self, name: str) -> bool:
        hours = self.program.bot.hours.get(name) if name not in self.event.facts.queues else None
        if hours is not None:
            return opening_hours(hours.timezone, hours.week, hours.holidays).is_open(self.event.at)
        queue = self.queue(name)
        return queue.open and not queue.full

    # --- speaking --------------------------------------------------------------------------------------------

    def text(self, template: Template, frame: Frame | None, origin: str = "") -> str:
        """A template in the language spoken, filled in; what it could not fill is noted in the trace."""
        translations = self.program.texts.get(self.language)
        if translations is not None:
            template = translations.get(template.source, template)
        if (plain := template.plain) is not None:
            return plain  # most texts are: nothing is put together for them
        return template.render(self.scope(frame), missing=partial(self._missing, origin or "text"))

    def translated(self, text: str) -> str:
        """A title in the language spoken; no placeholders in it."""
        translation = self.program.texts.get(self.language, {}).get(text)
        return translation.source if translation is not None else text

    def flow_title(self, flow: str) -> str:
        """What customers see for a flow; never its id as it is."""
        title = self.program.flows[flow].title
        try:
            return self.text(title, None) if title is not None else self._title_of_start(flow)
        except EvaluationError as error:
            self.note(flow, f"its title failed: {error}")
            return flow.replace("_", " ")

    def _title_of_start(self, flow: str) -> str:
        """What the intent that starts a flow without a title is called, else the flow's name with blanks."""
        intents = [self.program.intents[each.intent] for each in self.program.flows[flow].start if each.intent]
        title = next((intent.title for intent in intents if intent.title), "")
        return self.translated(title) if title else flow.replace("_", " ")

    def url(self, template: Template, frame: Frame, origin: str) -> str:
        """An address with its values percent-encoded; "" where it is one value that is not there."""
        return template.render_url(self.scope(frame), missing=partial(self._missing, origin))

    def _missing(self, origin: str, name: str) -> None:
        self.note(origin, f"{{{name}}} has no value")

    def variant(self, texts: Sequence[Template], origin: str) -> Template:
        """One of several texts: by the conversation's seed, never the same twice running, and fit for this channel."""
        if len(texts) == 1 and not isinstance(texts[0], Variant):
            return texts[0]
        texts = [each for each in texts if not isinstance(each, Variant) or self.event.facts.channel in each.only]
        if len(texts) <= 1:
            return texts[0] if texts else NOTHING
        roll = zlib.crc32(f"{self.state.seed}:{self.state.turns}:{self.steps}:{origin}".encode())
        last = self.state.said.pop(origin, None)
        choice = roll % len(texts) if last is None else (last + 1 + roll % (len(texts) - 1)) % len(texts)
        self.state.said[origin] = choice
        while len(self.state.said) > REMEMBERED_VARIANTS:
            del self.state.said[next(iter(self.state.said))]
        return texts[choice]

    def say(self, message: Message, frame: Frame | None, origin: str) -> None:
        system = frame is not None and frame.flow in SYSTEM_VOICE
        # A template is for when nothing else may be said: whoever says it has asked.
        reason = None if system or message.template is not None else self.refusal()
        if reason is not None:
            self.note(origin, f"not said: {reason}")
            return
        author: Literal["bot", "system"] = "system" if system else "bot"
        self.emit(Say(message, author, f"{frame.flow}/{origin}" if frame else origin, self.proactive))
        if not (message.buttons or message.cards):
            return
        buttons = (*message.buttons, *(button for card in message.cards for button in card.buttons))
        offered = [Choice(button.title, button.payload) for button in buttons if button.payload]
        if offered:
            self.state.offers = offered

    def record_consent(self, action: ConsentAction, purpose: str = "", text: str = "") -> None:
        """Write the consent ledger; what it comes to holds from here on in this turn."""
        self.emit(Consent(action, purpose, text))
        self.contact["consent"] = standing(self.consent, action, purpose)

    def emit(self, effect: Effect) -> None:
        self.effects.append(effect)

    def note(self, at: str, text: str) -> None:
        self.trace.append(Trace(at, text))

    def mark(self, frame: Frame, node: Node, text: str = "") -> None:
        """Note something about a step of a flow: at `flow/address`."""
        self.trace.append(Trace(f"{frame.flow}/{node.address}", text))

    # --- the stack -------------------------------------------------------------------------------------------

    def visit(self) -> int:
        """A number no question or call of this conversation had before."""
        self.state.visits += 1
        return self.state.visits

    def push(self, flow: str, /, **event: Json) -> Frame:
        """Put a flow on top of the stack; `event` are the event.* values a system flow may name."""
        frame = Frame(flow, self.program.flows[flow].first, event=event)
        self.state.frames.append(frame)
        return frame

    def drop(self, frames: Iterable[Frame], outcome: str) -> None:
        """Take these frames off the stack, noting how each flow ended."""
        gone = list(frames)
        self.state.frames = [frame for frame in self.state.frames if not any(frame is each for each in gone)]
        for frame in reversed(gone):
            if frame.wait is not None:
                self.emit(StopTimer(f"{WAIT}{frame.wait.visit}"))
            self.ended(frame, outcome)

    def ended(self, frame: Frame, outcome: str) -> None:
        if not frame.flow.startswith("system."):
            self.emit(Ended(frame.flow, outcome, {name: slot.value for name, slot in frame.slots.items()}))

    def group(self, member: Frame | None = None) -> list[Frame]:
        """The running flow (or that of `member`) with all it called: what cancels and comes to the top as one."""
        frames = self.state.frames
        start = len(frames) - 1 if member is None else next(i for i, each in enumerate(frames) if each is member)
        end = start + 1
        while end < len(frames) and frames[end].called:
            end += 1
        while start > 0 and frames[start].called:
            start -= 1
        return frames[max(start, 0) : end]

    def move(self, group: Sequence[Frame], *, to_top: bool) -> None:
        """Put a flow with all it called on top of the stack, or beneath all others."""
        others = [frame for frame in self.state.frames if not any(frame is each for each in group)]
        self.state.frames = [*others, *group] if to_top else [*group, *others]

    def hand_over(self, handoff: HandOff, keep: Sequence[Frame] = ()) -> None:
        """Give the conversation to people: the stack ends, but for a flow that waits for their return.

        Where a person has it already, that person is told instead.
        """
        if self.event.facts.control == "human":
            self.drop(list(self.state.frames), "handoff")
            self.emit(Alert(f"the bot wants a person: {handoff.reason} {handoff.note}".strip()))
            return
        self.emit(handoff)
        self.drop([frame for frame in self.state.frames if not any(frame is each for each in keep)], "handoff")
        self.state.offer_nothing()
        self.state.misses = 0
        queue = self.program.bot.queues.get(handoff.queue)
        facts = self.queue(handoff.queue)
        self.state.place = facts.waiting + 1
        self.emit(StartTimer(QUEUE, self.event.at + LOOK_AGAIN, 0))
        flow = "system.handoff" if facts.open and not facts.full else "system.closed"
        self.push(
            flow,
            queue=(queue.title if queue else "") or "",
            place=facts.waiting + 1,
            waiting=facts.waiting,
            full=facts.full,
            reason=handoff.reason,
        )
