"""One moment of a simulated conversation, immutable, and how the result of a turn leads to the next.

It keeps what the durable path keeps in tables, for one conversation: record, timers, the open call, the handoff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chatbot.conversation.record import Arrival, Line, Record, Result
from chatbot.engine.state import Frame, decode
from chatbot.policy.consent import standing
from chatbot.types import Button, Call, Ended, HandOff, Json, StartTimer


@dataclass(frozen=True, slots=True)
class Scene:
    """`offered` are the buttons of the last move, `pressable` all so far by title; `received` numbers messages.

    `origin` is the step the bot said something at last, `template` what went out as one in the last turn. `slots` are
    those of the flow that runs, or ran last: a handoff ends a flow, and a test asks what it had learnt.
    """

    record: Record
    now: int
    timers: Mapping[str, StartTimer] = field(default_factory=dict)
    call: Call | None = None
    parked: tuple[Arrival, ...] = ()
    handoff: HandOff | None = None
    agent: str = ""
    ended: tuple[Ended, ...] = ()
    tags: tuple[str, ...] = ()
    consent: str = ""
    not_sent: tuple[str, ...] = ()
    template: str = ""
    origin: str = ""
    alerts: tuple[str, ...] = ()
    offered: tuple[Button, ...] = ()
    pressable: Mapping[str, Button] = field(default_factory=dict)
    slots: Mapping[str, Json] = field(default_factory=dict)
    fetches: int = 0
    received: int = 0

    @property
    def frame(self) -> Frame | None:
        """The flow that runs, None between flows."""
        return decode(self.record.state).top

    def _slots(self, record: Record, ended: tuple[Ended, ...]) -> Mapping[str, Json]:
        frames = [frame for frame in decode(record.state).frames if not frame.flow.startswith("system.")]
        if frames:
            return {name: slot.value for name, slot in frames[-1].slots.items()}
        # A flow may fill a slot and end in one turn; then only its `Ended` can tell (see the report on types.Ended).
        return ended[-1].slots if ended else self.slots

    @property
    def next_due(self) -> StartTimer | None:
        """The timer that fires next; of two at the same time, the one whose name comes first."""
        return min(self.timers.values(), key=lambda timer: (timer.due_at, timer.name), default=None)

    def after(self, result: Result) -> Scene:
        """The moment behind a turn that was not parked."""
        timers = {
            name: timer for name, timer in self.timers.items() if name not in {t.name for t in result.stop_timers}
        }
        timers |= {timer.name: timer for timer in result.start_timers}
        contact = {**result.record.contact, **result.contact}
        for entry in result.consent:
            contact["consent"] = standing(contact.get("consent", {}), entry.action, entry.purpose)
        if result.tags:
            contact["tags"] = list(dict.fromkeys((*contact.get("tags", ()), *(tag.label for tag in result.tags))))
        record = replace(result.record, contact={name: value for name, value in contact.items() if value is not None})
        buttons = offered(result.lines)
        call = None if self.call and (result.stop_call == self.call.id or record.call is None) else self.call
        return replace(
            self,
            record=record,
            timers=timers,
            call=result.call or call,
            handoff=result.entered or (None if result.left else self.handoff),
            ended=self.ended + result.ended,
            tags=tuple(dict.fromkeys((*self.tags, *(tag.label for tag in result.tags)))),
            consent=result.consent[-1].action if result.consent else self.consent,
            origin=next((line.origin for line in reversed(result.lines) if line.author == "bot"), self.origin),
            not_sent=self.not_sent + tuple(each.reason for each in result.not_sent),
            template=next((line.message.template.name for line in reversed(result.lines) if line.message.template), ""),
            alerts=self.alerts + tuple(alert.text for alert in result.alerts),
            offered=self.offered + buttons,
            slots=self._slots(record, result.ended),
            pressable={**self.pressable, **{button.title.casefold(): button for button in buttons}},
        )

    @property
    def step_names(self) -> tuple[str, ...]:
        """How a test may name the present step."""
        frame = self.frame
        if frame is None:
            return ()
        return names_of(frame.flow, frame.question.address if frame.question else frame.at)

    def seen(self) -> dict[str, Json]:
        """What an `expect:` may ask for, by its name there."""
        frame = self.frame
        return {
            "flow": frame.flow if frame else None,
            "step": self.step_names[0] if frame else None,
            "slots": dict(self.slots),
            "handoff": self.handoff.queue if self.handoff else None,
            "priority": self.handoff.priority if self.handoff else None,
            "note": self.handoff.note if self.handoff else None,
            "ended": self.ended[-1].outcome if self.ended else None,
            "tags": list(self.tags),
            "consent": dict(self.record.contact.get("consent") or {}),
            "not_sent": self.not_sent[-1] if self.not_sent else None,
            "template": self.template or None,
            "fetches": self.fetches,
            "buttons": [button.title for button in self.offered],
        }


def names_of(flow: str, address: str) -> tuple[str, ...]:
    """What a test may call a step: `ask:order_number`, `order_status/ask:order_number`, `order_number`."""
    return address, f"{flow}/{address}", address.partition(":")[2] or address


def offered(lines: tuple[Line, ...]) -> tuple[Button, ...]:
    """Everything to press in what was said."""
    return tuple(
        button
        for message in (line.message for line in lines)
        for button in (*message.buttons, *message.options, *(way for card in message.cards for way in card.buttons))
    )
