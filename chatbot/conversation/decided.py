"""The effects of one turn, sorted by what they change in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

from chatbot.types import (
    Alert,
    Call,
    Consent,
    Control,
    Effect,
    Ended,
    HandOff,
    Json,
    LeaveQueue,
    Milestone,
    NotSent,
    Rating,
    Say,
    SetContact,
    StartTimer,
    StopCall,
    StopTimer,
    Tag,
)  # fmt: skip


@dataclass(slots=True)
class Decided:
    """The effects of one turn, sorted by what they change."""

    control: Control
    said: list[Say] = field(default_factory=list)
    start_timers: list[StartTimer] = field(default_factory=list)
    stop_timers: list[StopTimer] = field(default_factory=list)
    call: Call | None = None
    stop_call: int | None = None
    entered: HandOff | None = None
    left: str = ""
    contact: dict[str, Json] = field(default_factory=dict)
    consent: list[Consent] = field(default_factory=list)
    not_sent: list[NotSent] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)

    def take(self, effect: Effect) -> None:
        match effect:
            case Say():
                self.said.append(effect)
            case StartTimer():
                self.start_timers.append(effect)
            case StopTimer():
                self.stop_timers.append(effect)
            case Call():
                self.call = effect
            case StopCall():
                self.stop_call = effect.id
            case HandOff():
                # Already queued means an emergency: the episode begins anew, ahead of everybody else.
                self.left = "escalated" if self.control == "queued" else self.left
                self.control, self.entered = "queued", effect
            case LeaveQueue():
                self.control, self.left = "bot", "user_cancelled"
            case _:
                self._note(effect)

    def _note(self, effect: SetContact | Consent | NotSent | Rating | Milestone | Alert | Tag | Ended) -> None:
        match effect:
            case SetContact():
                self.contact[effect.field] = effect.value
            case Consent():
                self.consent.append(effect)
            case NotSent():
                self.not_sent.append(effect)
            case Rating():
                self.ratings.append(effect)
            case Milestone():
                self.milestones.append(effect)
            case Alert():
                self.alerts.append(effect)
            case Tag():
                self.tags.append(effect)
            case Ended():
                self.ended.append(effect)
            case _:
                assert_never(effect)
