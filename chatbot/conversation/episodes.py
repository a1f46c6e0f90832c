"""What the desk asks of the store and gets from it: where a conversation stands, handoffs, what was said and done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.policy.lifecycle import Place
from chatbot.policy.sending import Reach
from chatbot.types import Json


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a conversation stands, for the desk; `heard` is the id of the customer's last message, "" for a press."""

    conversation: int
    account: str
    contact: str
    channel: str
    place: Place
    assignee: str | None
    queue: str | None
    version: int
    reach: Reach
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One handoff, from request to end."""

    id: int
    conversation: int
    account: str
    contact: str
    queue: str
    priority: str
    skills: tuple[str, ...]
    note: str
    reason: str
    requested_at: int
    claimed_at: int | None
    agent: str | None
    ended_at: int | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a transcript. `delivery` is how the sending of an outgoing line stands, "" for an incoming one.

    `why` says what kept it from being sent. `edited_at` and `deleted_at`: when the customer changed it or took it back,
    None if they did not; `reaction` is their emoji on it.
    """

    id: int
    author: Literal["customer", "bot", "person", "system"]
    agent: str
    text: str
    at: int
    delivery: str
    why: str = ""
    edited_at: int | None = None
    deleted_at: int | None = None
    reaction: str = ""


@dataclass(frozen=True, slots=True)
class DeskMove:
    """A change of control by a person; happens only if the conversation still is at `before` with `holder`."""

    conversation: int
    before: Place
    after: Place
    holder: str | None
    agent: str
    epoch_rises: bool
    desk: Literal["returned", "resolved", ""] = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person says: the text for the transcript and the platform calls that carry it.

    `takes_thread`: the first of them takes the thread back from the app that had it. `answers`: they wait no longer.
    """

    conversation: int
    agent: str
    text: str
    message: str
    bodies: Sequence[Json]
    takes_thread: bool = False
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Trouble:
    """An alert that nobody has seen to yet."""

    id: int
    conversation: int | None
    kind: str
    text: str
    at: int
