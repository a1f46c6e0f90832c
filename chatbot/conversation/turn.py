"""One turn of one conversation, pure: what arrived, read, understood, decided and shaped for sending.

The durable path commits a `Result` in one transaction; the simulator of chatbot.testing applies the same
`Result` to memory. Nothing in here waits, stores or looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from chatbot.content.program import Program
from chatbot.conversation import asides, elsewhere
from chatbot.conversation.decided import Decided
from chatbot.conversation.ports import Renderer
from chatbot.conversation.record import NATIVE, Arrival, Line, Record, Result
from chatbot.engine.engine import Engine
from chatbot.engine.state import State, decode, encode
from chatbot.policy.lifecycle import COMMANDS_SEEN, Place, epoch_rises, move
from chatbot.policy.sending import by_ad
from chatbot.types import Consent, Event, EventKind, Facts, Inbound, Json, NotSent, QueueFacts, Reading, Say, Window
from chatbot.understanding.reading import Context
from chatbot.understanding.understanding import Understanding

ASKED: Final = frozenset({"text", "button", "attachment", "referral", "unsupported", "comment", "opt_in"})
"""Inbound kinds that are a customer's word to the bot, or may start a flow as one."""

SPECIAL: Final = frozenset({"unsupported", "comment", "opt_in", "referral"})
"""Those of them that the engine must know for what they are."""

Sign: TypeAlias = Callable[[int, str], str]
"""(conversation, event) -> the signed address at which a system of the business may bring that event about."""


Queues = Mapping[str, QueueFacts]
NO_WINDOWS: Final[Mapping[str, Window]] = MappingProxyType({})


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
    record: Record,
    arrival: Arrival,
    programs: Programs,
    renderer: Renderer,
    queues: Queues,
    sign: Sign | None = None,
    windows: Mapping[str, Window] = NO_WINDOWS,
) -> Result:
    """Take up one arrival. Raises nothing an author or a customer could cause; the record given is not changed.

    `windows`: those of accounts that have their own.
    """
    state = decode(record.state)
    ready = (programs.get(record.program) if state.frames else None) or programs.active
    turn = _Turn(record, arrival, ready, renderer, queues, state, sign, windows.get(record.key.account))
    if arrival.inbound is not None and arrival.inbound.profile:
        turn.record, new = asides.introduced(record, arrival.inbound.profile)
        result = turn.inbound(arrival.inbound)
        return result if result.parked else replace(result, contact={**new, **result.contact})
    if arrival.inbound is not None:
        return turn.inbound(arrival.inbound)
    if arrival.timer is not None and arrival.timer.name == NATIVE:
        return elsewhere.fell_silent(turn)
    if arrival.timer is not None:
        return turn.engine(turn.event("timer", timer=arrival.timer))
    if arrival.answer is not None:
        return turn.engine(turn.event("answer", answer=arrival.answer))
    if arrival.not_sent is not None and arrival.not_sent.reason == "thread":
        return elsewhere.lost(turn, record.thread or elsewhere.ANOTHER_APP)
    if arrival.not_sent is not None:
        return turn.not_sent(arrival.not_sent)
    return elsewhere.taken_back(turn, turn.tell("returned" if arrival.desk == "returned" else "resolved"))


@dataclass(slots=True)
class _Turn:
    record: Record
    arrival: Arrival
    ready: Ready
    renderer: Renderer
    queues: Queues
    state: State
    sign: Sign | None
    window: Window | None

    def inbound(self, inbound: Inbound) -> Result:
        match inbound.kind:
            case "echo":
                return elsewhere.answered(self)
            case "thread_control":
                return elsewhere.handed_over(self, inbound)
            case "standby":
                self.record = replace(self.record, last_in_at=self.arrival.at)
                return elsewhere.lost(self, self.record.thread or elsewhere.ANOTHER_APP)
            case "edit" if self.arrival.unanswered:
                return self._read_again(inbound)
            case "edit" | "delete" | "reaction":
                return asides.changed(self.record, inbound)
            case "system":
                return asides.renamed(self.record, inbound)
            case _:
                return asides.switched(self.record, inbound) or self._asked(inbound)

    def not_sent(self, told: NotSent) -> Result:
        """What a platform could not deliver because of a block says that nothing else will arrive either."""
        blocked = told.reason == "blocked"
        if blocked:
            self.record = replace(self.record, contact={**self.record.contact, "blocked": True})
        result = self.engine(self.event("not_sent", reason=told.reason, origin=told.origin))
        return replace(result, blocked=blocked or None)

    def _asked(self, inbound: Inbound) -> Result:
        # The platform's own switch, not words to us: it is written down and needs no answer.
        consent = (Consent(inbound.kind),) if inbound.kind in ("opt_out", "opt_in") else ()
        if inbound.kind not in (*ASKED, "event"):
            return Result(self.record, consent=consent)
        inbound = replace(inbound, payload=self.ready.engine.meant(inbound.payload))
        reading = self._read(inbound.text)
        reading = reading._replace(command=self.ready.engine.command_of(inbound.payload, reading.command))
        if self.record.call is not None and not reading.command:
            return Result(self.record, parked=True)
        if inbound.kind == "event":
            return self.engine(self.event("event", name=inbound.payload, data=inbound.data))
        result = self._message(inbound, reading)
        return replace(result, consent=(*consent, *result.consent))

    def _read_again(self, inbound: Inbound) -> Result:
        """Nobody has answered what was edited: its new text is what they want to say."""
        result = self._asked(replace(inbound, kind="text"))
        return replace(result, mark=asides.changed(self.record, inbound).mark)

    def _message(self, inbound: Inbound, reading: Reading) -> Result:
        ours = elsewhere.wrote_to_us(self.record)
        if ours is not None:
            left = "returned" if ours.control != self.record.control else ""
            self.record = ours
            result = self._message(inbound, reading)
            return replace(result, thread="", left=result.left or left)
        ad_at = self.arrival.at if by_ad(inbound.referral) else self.record.ad_at
        self.record = replace(self.record, last_in_at=self.arrival.at, ad_at=ad_at)
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

    def moved(self, place: Place) -> Record:
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
            ad_at=record.ad_at,
            window=self.window,
            callbacks=self._callbacks(),
        )
        return Event(kind, self.arrival.at, facts, **what)

    def _callbacks(self) -> dict[str, str]:
        awaited = self.ready.engine.awaited
        return {name: self.sign(self.record.id, name) for name in awaited} if self.sign is not None else {}

    def tell(self, kind: EventKind) -> Result:
        return self.engine(self.event(kind))

    def engine(self, event: Event) -> Result:
        turn = self.ready.engine.advance(self.state, event)
        self.state = turn.state
        decided = Decided(self.record.control)
        for effect in turn.effects:
            decided.take(effect)
        return Result(
            self.moved((self.record.status, decided.control)),
            event=event,
            lines=self._lines(decided),
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

    def _lines(self, decided: Decided) -> tuple[Line, ...]:
        """What was said, and behind it what gives the thread to the people who answer elsewhere."""
        said = tuple(self._line(each) for each in decided.said)
        passed = elsewhere.passing(self.renderer, decided.entered.reason) if decided.entered else None
        return (*said, passed) if passed else said

    def _line(self, said: Say) -> Line:
        return Line(said.author, said.message, self.renderer.render(said.message), said.origin, said.proactive)
