"""What a turn is told and what it decides: a conversation as it stands, what arrived, and all that changes by it.

Plain values only; turn.py makes a `Result` of the first two, and storage/ commits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

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
    HandOff,
    Inbound,
    Json,
    Message,
    Milestone,
    NotSent,
    Rating,
    StartTimer,
    Status,
    StopTimer,
    Tag,
    TimerFired,
    Trace,
)

NATIVE: Final = "native"
"""Who holds a conversation that someone answers in the platform's own inbox; also the timer that gives it back."""

UNBLOCKED: Final = "unblocked"
"""The payload of an opt-in that only takes a block of the platform back."""

_SPOKEN: Final = frozenset({"text", "button", "attachment", "referral", "unsupported", "comment", "opt_in", "standby"})


def is_spoken(inbound: Inbound) -> bool:
    """Whether it is a line of the customer's in the transcript, and opens a window.

    A switch of the platform - one purpose allowed again, a block taken back - is neither.
    """
    return inbound.kind in _SPOKEN and not (inbound.kind == "opt_in" and _is_switch(inbound))


def _is_switch(inbound: Inbound) -> bool:
    return inbound.payload == UNBLOCKED or "purpose" in inbound.data


@dataclass(frozen=True, slots=True)
class Record:
    """A conversation as a turn finds it. `state` is the engine's, serialised; b"" for a new conversation.

    `program` is the hash of the version the state was made under. `call` is the id of the call it waits for.
    `version` counts committed turns and fences the commit. `waiting`: the customer wrote and nobody answered yet;
    `last_in_at` is when the customer last wrote, `ad_at` when they last came by an ad, `place` the place in line for a
    person. `holder` is who holds it under `human`, `thread` the platform's app that answers it ("" when that is us).
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
    ad_at: int | None = None
    holder: str = ""
    thread: str = ""
    locale: str = ""
    timezone: str = "UTC"
    contact: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing to take up; exactly one of the fields behind `at` is set.

    `desk`: people gave the conversation back ("returned") or closed it ("resolved"). `not_sent`: what the step
    `origin` said could not be delivered. Beside an inbound that changes an earlier message, `unanswered` says that
    nothing was said after that message.
    """

    at: int
    inbound: Inbound | None = None
    timer: TimerFired | None = None
    answer: CallAnswer | None = None
    desk: Literal["returned", "resolved", ""] = ""
    not_sent: NotSent | None = None
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript and the platform calls that carry it. `proactive`: it answers nothing they did."""

    author: Author
    message: Message
    bodies: tuple[Json, ...]
    origin: str = ""
    proactive: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A change of a line that stands in the transcript, or waits to: `message_id` is the platform's for it.

    `edit` gives it another text, `delete` takes text and attachments away, `reaction` is what the contact thinks of it
    ("" takes that back).
    """

    kind: Literal["edit", "delete", "reaction"]
    message_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """All that a turn changes. Fields left at their default change nothing.

    `parked`: the conversation waits for a call and this was no command; keep the arrival and change nothing.
    `event` is None when the engine was not asked (a person is in control, or the arrival was a receipt or an echo).
    `entered`/`left`: a handoff episode begins (with its queue, reason ...) / ends with this reason; where both are
    set the old one ends first. `taken_by` names who took the conversation over, or answered in it, outside the desk.
    `blocked`: nothing reaches the contact here until they write again (False: it does again). `thread` is the app that
    answers the thread from now on; None for no change, as there. `external` is the contact's new id at the platform.
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
    mark: Mark | None = None
    blocked: bool | None = None
    thread: str | None = None
    external: str = ""
