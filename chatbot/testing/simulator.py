"""One conversation in memory: the same pure turn as the durable path, a virtual clock, no network, no disk.

Conversation tests and `chatbot chat` are made of its moves. Every moment is an immutable `Scene`, so going back is
keeping the one before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from chatbot.conversation.calls import may_pass
from chatbot.conversation.record import Arrival, Line, Record, Result
from chatbot.errors import ChatbotError, Refused
from chatbot.policy.lifecycle import Trigger, epoch_rises, move
from chatbot.testing.scene import Scene
from chatbot.types import (
    Attachment,
    Button,
    Call,
    CallAnswer,
    Inbound,
    InboundKind,
    Json,
    NotSent,
    QueueFacts,
    Referral,
    TimerFired,
    Trace,
)

MOST_TURNS: Final = 100
"""Turns one move may lead to; more is a flow that goes round through its calls."""

Take = Callable[[Record, Arrival, Mapping[str, QueueFacts]], Result]
"""The pure turn, with programs and renderer bound."""
Queues = Callable[[Scene], Mapping[str, QueueFacts]]
"""How the queues stand at a moment."""
Responder = Callable[[Call, int], CallAnswer | None]
"""Answers one attempt (counted from 1) at a call; None leaves it open until `answer` or its deadline."""


class ImpossibleMove(ChatbotError):
    """A move that this moment does not allow: a button nobody offered, an answer to a call nobody made."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Moved:
    """What one move led to: its turns, in order; parked ones are not among them."""

    results: tuple[Result, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that was said to the customer."""
        return tuple(line for result in self.results for line in result.lines)

    @property
    def trace(self) -> tuple[Trace, ...]:
        return tuple(entry for result in self.results for entry in result.trace)


class Simulator:
    """Plays one conversation. `scene` is the present moment; assign an earlier one to go back to it."""

    def __init__(self, take: Take, scene: Scene, respond: Responder, queues: Queues, payloads: frozenset[str]) -> None:
        """`payloads` are the buttons flows start on: they may be pressed although no message showed them."""
        self._take = take
        self._respond = respond
        self._queues = queues
        self._payloads = payloads
        self.scene = scene

    # --- the customer ---

    def user(self, text: str) -> Moved:
        return self._receive("text", text=text)

    def button(self, name: str) -> Moved:
        """Press a button by its title or payload. Raises ImpossibleMove when there is none, or it is a link."""
        button = self._button(name)
        return self._receive("button", text=button.title, payload=button.payload)

    def attach(self, attachment: Attachment) -> Moved:
        return self._receive("attachment", attachments=(attachment,))

    def referral(self, ref: str) -> Moved:
        """The customer comes from an ad or a link, and has said nothing yet."""
        return self._receive("referral", referral=Referral(ref))

    def comment(self, text: str) -> Moved:
        """The customer comments on a post of ours."""
        return self._receive("comment", text=text)

    def story(self, text: str) -> Moved:
        """The customer answers a story of ours."""
        return self._receive("text", text=text, attachments=(Attachment("story", "https://files.example/story"),))

    def opt_in(self, name: str) -> Moved:
        """The customer agrees to messages where the platform asks for it."""
        return self._receive("opt_in", payload=name)

    def event(self, name: str, data: Mapping[str, Json] | None = None) -> Moved:
        """A system of the business brings an event about."""
        return self._receive("event", payload=name, data=data or {})

    def _receive(
        self,
        kind: InboundKind,
        *,
        text: str = "",
        payload: str = "",
        attachments: tuple[Attachment, ...] = (),
        referral: Referral | None = None,
        data: Mapping[str, Json] = MappingProxyType({}),
    ) -> Moved:
        scene = self.scene
        number = scene.received + 1
        self.scene = replace(scene, received=number)
        if kind != "event" and "blocked" in scene.not_sent:
            # Who writes again has lifted the block that the platform told of.
            contact = {name: value for name, value in scene.record.contact.items() if name != "blocked"}
            self.scene = replace(self.scene, record=replace(scene.record, contact=contact))
        inbound = Inbound(
            scene.record.key, kind, f"message-{number}", scene.now, text=text, payload=payload,
            attachments=attachments, referral=referral, data=data,
        )  # fmt: skip
        return self._run(Arrival(scene.now, inbound=inbound))

    def _button(self, name: str) -> Button:
        button = self.scene.pressable.get(name.casefold())
        if button is None:
            button = next((b for b in self.scene.pressable.values() if b.payload == name), None)
        if button is None and name in self._payloads:
            button = Button(name, payload=name)
        if button is None:
            titles = ", ".join(b.title for b in self.scene.pressable.values())
            raise ImpossibleMove(f'there is no button "{name}"' + (f"; there are: {titles}" if titles else ""))
        if button.url:
            raise ImpossibleMove(f'"{name}" is a link: pressing it tells the bot nothing')
        return button

    # --- time ---

    def after(self, duration: int) -> Moved:
        """Let time pass (milliseconds); timers and a call's deadline that fall into it come about, in order."""
        until = self.scene.now + duration
        results: list[Result] = []
        while (due := self._next(until)) is not None:
            at, arrival = due
            self.scene = replace(self.scene, now=max(self.scene.now, at))
            results += self._run(replace(arrival, at=self.scene.now)).results
            if len(results) > MOST_TURNS * 100:
                raise ImpossibleMove("timers start one another without end")
        self.scene = replace(self.scene, now=until)
        return Moved(tuple(results))

    def _next(self, until: int) -> tuple[int, Arrival] | None:
        """What comes about first, no later than `until`; a timer that fires is spent."""
        call, timer = self.scene.call, self.scene.next_due
        if call is not None and call.deadline_at <= until and (timer is None or call.deadline_at <= timer.due_at):
            return call.deadline_at, Arrival(call.deadline_at, answer=CallAnswer(call.id, error="timeout"))
        if timer is None or timer.due_at > until:
            return None
        left = {name: other for name, other in self.scene.timers.items() if name != timer.name}
        self.scene = replace(self.scene, timers=left)
        return timer.due_at, Arrival(timer.due_at, timer=TimerFired(timer.name, timer.visit))

    # --- services ---

    def answer(self, answer: CallAnswer) -> Moved:
        """Answer the call that was left open."""
        if self.scene.call is None or self.scene.call.id != answer.id:
            raise ImpossibleMove(f"the conversation does not wait for call {answer.id}")
        return self._run(Arrival(self.scene.now, answer=answer))

    def refused(self, reason: str) -> Moved:
        """The platform could not deliver what the bot said last."""
        if not self.scene.origin:
            raise ImpossibleMove("the bot has said nothing that could be refused")
        self.scene = replace(self.scene, not_sent=(*self.scene.not_sent, reason))
        return self._run(Arrival(self.scene.now, not_sent=NotSent(reason, self.scene.origin)))

    # --- people ---

    def claim(self, agent: str) -> Moved:
        """A person takes the conversation over."""
        self._move("claim")
        self.scene = replace(self.scene, agent=agent)
        return Moved()

    def say(self, text: str) -> Moved:
        """A person writes to the customer; the engine does not hear of it."""
        if self.scene.record.control != "human":
            raise Refused(f'nobody has claimed the conversation, so nobody can say "{text}"')
        return Moved()

    def release(self) -> Moved:
        """People give the conversation back to the bot."""
        return self._leave("release", "returned")

    def resolve(self) -> Moved:
        """People close the conversation."""
        return self._leave("resolve", "resolved")

    def _leave(self, trigger: Trigger, desk: str) -> Moved:
        self._move(trigger)
        self.scene = replace(self.scene, agent="", handoff=None)
        return self._run(Arrival(self.scene.now, desk="returned" if desk == "returned" else "resolved"))

    def _move(self, trigger: Trigger) -> None:
        record = self.scene.record
        place = move(record.status, record.control, trigger)
        if place is None:
            raise Refused(
                f"{trigger} is not possible: the conversation is {record.status}, control is {record.control}"
            )
        epoch = record.control_epoch + epoch_rises(record.control, place[1])
        self.scene = replace(self.scene, record=replace(record, status=place[0], control=place[1], control_epoch=epoch))

    # --- turns ---

    def _run(self, arrival: Arrival) -> Moved:
        """Take one arrival up, then whatever follows from it without time passing: answers, then what was parked."""
        self.scene = replace(self.scene, offered=())
        pending, results = deque([arrival]), list[Result]()
        while pending:
            arrival = pending.popleft()
            result = self._take(self.scene.record, arrival, self._queues(self.scene))
            if result.parked:
                self.scene = replace(self.scene, parked=(*self.scene.parked, arrival))
                continue
            self.scene = self.scene.after(result)
            results.append(result)
            if len(results) > MOST_TURNS:
                raise ImpossibleMove(f"one move led to more than {MOST_TURNS} turns: the flow goes round")
            if result.call is not None and (answer := self._attempts(result.call)) is not None:
                pending.appendleft(Arrival(self.scene.now, answer=answer))
            if self.scene.call is None and self.scene.parked:
                pending.extend(self.scene.parked)
                self.scene = replace(self.scene, parked=())
        return Moved(tuple(results))

    def _attempts(self, call: Call) -> CallAnswer | None:
        """The answer to a call after its retries; they take no virtual time."""
        answer = None
        for attempt in range(1, call.retries + 2):
            self.scene = replace(self.scene, fetches=self.scene.fetches + (not call.action))
            answer = self._respond(call, attempt)
            if answer is None or not may_pass(answer):
                break
        return answer
