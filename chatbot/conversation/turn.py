"""One turn of one conversation, pure: what arrived, read, understood, decided and shaped for sending.

The durable path commits a `Result` in one transaction; the simulator of chatbot.testing applies the same
`Result` to memory. Nothing in here waits, stores or looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol, TypeAlias

from chatbot.content.program import Program
from chatbot.conversation.decided import Decided
from chatbot.conversation.ports import Renderer
from chatbot.engine.engine import Engine
from chatbot.engine.state import State, decode, encode
from chatbot.policy.lifecycle import COMMANDS_SEEN, epoch_rises, move
from chatbot.types import (
    Alert,
    Author,
    Call,
    CallAnswer,
    Consent,
    Control,
    ConversationKey,
    Ended,
    Event,
    EventKind,
    Facts,
    HandOff,
    Inbound,
    Json,
    Message,
    Milestone,
    NotSent,
    QueueFacts,
    Rating,
    Reading,
    Say,
    StartTimer,
    Status,
    StopTimer,
    Tag,
    TimerFired,
    Trace,
)
from chatbot.understanding.reading import Context
from chatbot.understanding.understanding import Understanding

NATIVE: Final = "native"
"""Who holds a conversation that someone answers in the platform's own inbox; also the timer that gives it back."""

NATIVE_IDLE: Final = 30 * 60_000
"""Milliseconds after the last native answer until the bot takes the conversation back."""

ASKED: Final = frozenset({"text", "button", "attachment", "referral", "unsupported", "comment", "opt_in"})
"""Inbound kinds that are a customer's word to the bot, or may start a flow as one."""

SPECIAL: Final = frozenset({"unsupported", "comment", "opt_in"})
"""Those of them that the engine must know for what they are."""

Sign: TypeAlias = Callable[[int, str], str]
"""(conversation, event) -> the signed address at which a system of the business may bring that event about."""


@dataclass(frozen=True, slots=True)
class Record:
    """A conversation as a turn finds it. `state` is the engine's, serialised; b"" for a new conversation.

    `program` is the hash of the version the state was made under. `call` is the id of the call it waits for.
    `version` counts committed turns and fences the commit. `waiting`: the customer wrote and nobody answered yet;
    `last_in_at` is when the customer last wrote, `place` the place in line for a person.
    """

    id: int
    key: ConversationKey
    channel: str
    status: Status = "open"
    control: Control = "bot"
    control_epoch: int = 0
    version: int = 0
    program: str = ""
    state: bytes = b""
    call: int | None = None
    waiting: bool = False
    place: int | None = None
    last_in_at: int | None = None
    locale: str = ""
    timezone: str = "UTC"
    contact: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing to take up; exactly one of the fields behind `at` is set.

    `desk`: people gave the conversation back ("returned") or closed it ("resolved"). `not_sent`: what the step
    `origin` said could not be delivered.
    """

    at: int
    inbound: Inbound | None = None
    timer: TimerFired | None = None
    answer: CallAnswer | None = None
    desk: Literal["returned", "resolved", ""] = ""
    not_sent: NotSent | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript and the platform calls that carry it."""

    author: Author
    message: Message
    bodies: tuple[Json, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """All that a turn changes. Fields left at their default change nothing.

    `parked`: the conversation waits for a call and this was no command; keep the arrival and change nothing.
    `event` is None when the engine was not asked (a person is in control, or the arrival was a receipt or an echo).
    `entered`/`left`: a handoff episode begins (with its queue, reason ...) / ends with this reason; where both are
    set the old one ends first. `taken_by` names who took the conversation over, or answered in it, outside the desk.
    """

    record: Record
    parked: bool = False
    event: Event | None = None
    lines: tuple[Line, ...] = ()
    start_timers: tuple[StartTimer, ...] = ()
    stop_timers: tuple[StopTimer, ...] = ()
    call: Call | None = None
    stop_call: int | None = None
    entered: HandOff | None = None
    left: str = ""
    taken_by: str = ""
    contact: Mapping[str, Json] = field(default_factory=dict)
    consent: tuple[Consent, ...] = ()
    not_sent: tuple[NotSent, ...] = ()
    ratings: tuple[Rating, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    alerts: tuple[Alert, ...] = ()
    tags: tuple[Tag, ...] = ()
    ended: tuple[Ended, ...] = ()
    trace: tuple[Trace, ...] = ()


Queues = Mapping[str, QueueFacts]


class Ready(Protocol):
    """One version of the bot, ready to take turns."""

    @property
    def program(self) -> Program: ...
    @property
    def understanding(self) -> Understanding: ...
    @property
    def engine(self) -> Engine: ...


class Programs(Protocol):
    """The versions at hand: the active one, and older ones that conversations still stand on."""

    @property
    def active(self) -> Ready: ...
    def get(self, program: str) -> Ready | None: ...


def take_turn(
    record: Record, arrival: Arrival, programs: Programs, renderer: Renderer, queues: Queues, sign: Sign | None = None
) -> Result:
    """Take up one arrival. Raises nothing an author or a customer could cause; the record given is not changed."""
    state = decode(record.state)
    ready = (programs.get(record.program) if state.frames else None) or programs.active
    turn = _Turn(record, arrival, ready, renderer, queues, state, sign)
    if arrival.inbound is not None:
        return turn.inbound(arrival.inbound)
    if arrival.timer is not None and arrival.timer.name == NATIVE:
        return turn.native_idle()
    if arrival.timer is not None:
        return turn.engine(turn.event("timer", timer=arrival.timer))
    if arrival.answer is not None:
        return turn.engine(turn.event("answer", answer=arrival.answer))
    if arrival.not_sent is not None:
        return turn.engine(turn.event("not_sent", reason=arrival.not_sent.reason, origin=arrival.not_sent.origin))
    return turn.engine(turn.event("returned" if arrival.desk == "returned" else "resolved"))


@dataclass(slots=True)
class _Turn:
    record: Record
    arrival: Arrival
    ready: Ready
    renderer: Renderer
    queues: Queues
    state: State
    sign: Sign | None

    def inbound(self, inbound: Inbound) -> Result:
        if inbound.kind == "echo":
            return self._native_answer()
        # The platform's own switch, not words to us: it is written down and needs no answer.
        consent = (Consent(inbound.kind),) if inbound.kind in ("opt_out", "opt_in") else ()
        if inbound.kind not in (*ASKED, "event"):
            return Result(self.record, consent=consent)
        inbound = replace(inbound, payload=self.ready.engine.meant(inbound.payload))
        reading = self._read(inbound.text)
        reading = replace(reading, command=self.ready.engine.command_of(inbound.payload, reading.command))
        if self.record.call is not None and not reading.command:
            return Result(self.record, parked=True)
        if inbound.kind == "event":
            return self.engine(self.event("event", name=inbound.payload, data=inbound.data))
        result = self._message(inbound, reading)
        return replace(result, consent=(*consent, *result.consent))

    def _message(self, inbound: Inbound, reading: Reading) -> Result:
        self.record = replace(self.record, last_in_at=self.arrival.at)
        place = move(self.record.status, self.record.control, "inbound")
        if place is not None:
            self.record = replace(self.record, status=place[0], control=place[1])
        if self.record.control == "human" and self._command(reading) not in COMMANDS_SEEN["human"]:
            return Result(self.record)
        return self.engine(
            self.event(
                "message",
                text=inbound.text,
                payload=inbound.payload,
                attachments=inbound.attachments,
                referral=inbound.referral,
                reading=reading,
                reason=inbound.kind if inbound.kind in SPECIAL else "",
            )
        )

    def _read(self, text: str) -> Reading:
        program = self.ready.program
        language = self.record.locale.replace("_", "-").split("-")[0].lower()
        if language not in program.bot.languages:
            language = self.state.language or program.bot.languages[0]
        running = self.state.frames[-1].flow if self.state.frames else ""
        own = (trigger.intent for trigger in program.flows[running].start) if running in program.flows else ()
        return self.ready.understanding.read(
            text,
            Context(
                language=language,
                locale=self.record.locale or language,
                now=self.arrival.at,
                timezone=self.record.timezone,
                country=str(self.record.contact.get("country") or ""),
                running_flow_intents=frozenset(intent for intent in own if intent),
                stop_is_opt_out=self.renderer.capabilities.stop_is_opt_out,
            ),
        )

    def _command(self, reading: Reading) -> str:
        intent = self.ready.program.intents.get(reading.command)
        return (intent.command or "") if intent else ""

    # --- without the engine ----------------------------------------------------------------------------------

    def _native_answer(self) -> Result:
        """Someone answered in the platform's own inbox: a person is in control now, until they fall silent."""
        place = move(self.record.status, self.record.control, "echo")
        if place is None:
            return Result(self.record)
        timer = StartTimer(NATIVE, self.arrival.at + NATIVE_IDLE, 0)
        if self.record.control == "human":
            return Result(self.record, start_timers=(timer,), taken_by=NATIVE)
        note = HandOff("default", note="answered in the platform's own inbox", reason="echo")
        entered = note if self.record.control == "bot" else None
        result = self.engine(self.event("taken"))
        return replace(result, record=self._moved(place), start_timers=(timer,), entered=entered, taken_by=NATIVE)

    def native_idle(self) -> Result:
        """Nobody answered in the platform's inbox for a while: back to the bot, or to the queue if someone waits."""
        place = move(self.record.status, self.record.control, "transfer" if self.record.waiting else "native_idle")
        if place is None:
            return Result(self.record)
        note = "wrote while somebody answered in the platform's own inbox, and got no answer"
        entered = HandOff("default", note=note, reason="unanswered") if self.record.waiting else None
        return Result(self._moved(place), left="native_idle", entered=entered)

    def _moved(self, place: tuple[Status, Control]) -> Record:
        before = self.record
        epoch = before.control_epoch + epoch_rises(before.control, place[1])
        return replace(
            before,
            status=place[0],
            control=place[1],
            control_epoch=epoch,
            state=encode(self.state),
            call=self.state.call,
            program=self.ready.program.hash,
        )

    # --- with the engine -------------------------------------------------------------------------------------

    def event(self, kind: EventKind, **what: Json) -> Event:
        record = self.record
        facts = Facts(
            conversation=record.id,
            account=record.key.account,
            channel=record.channel,
            locale=record.locale,
            timezone=record.timezone,
            control=record.control,
            contact=record.contact,
            queues=self.queues,
            place=record.place,
            last_in_at=record.last_in_at,
            callbacks=self._callbacks(),
        )
        return Event(kind, self.arrival.at, facts, **what)

    def _callbacks(self) -> dict[str, str]:
        awaited = self.ready.engine.awaited
        return {name: self.sign(self.record.id, name) for name in awaited} if self.sign is not None else {}

    def engine(self, event: Event) -> Result:
        turn = self.ready.engine.advance(self.state, event)
        self.state = turn.state
        decided = Decided(self.record.control)
        for effect in turn.effects:
            decided.take(effect)
        return Result(
            self._moved((self.record.status, decided.control)),
            event=event,
            lines=tuple(self._line(said) for said in decided.said),
            start_timers=tuple(decided.start_timers),
            stop_timers=tuple(decided.stop_timers),
            call=decided.call if decided.call is not None and self.state.call == decided.call.id else None,
            stop_call=decided.stop_call,
            entered=decided.entered,
            left=decided.left,
            contact=decided.contact,
            consent=tuple(decided.consent),
            not_sent=tuple(decided.not_sent),
            ratings=tuple(decided.ratings),
            milestones=tuple(decided.milestones),
            alerts=tuple(decided.alerts),
            tags=tuple(decided.tags),
            ended=tuple(decided.ended),
            trace=turn.trace,
        )

    def _line(self, said: Say) -> Line:
        return Line(said.author, said.message, self.renderer.render(said.message), said.origin)
