"""The words of the path: what passes from one room of the house to the next.

Frozen dataclasses and closed sets only; no behaviour beyond what keeps a value honest. What every message makes anew
is a named tuple, made in a fraction of the time. Times are milliseconds since 1970 UTC, named `at` or `*_at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Json: TypeAlias = Any
"""A value that JSON can hold: None, bool, int, float, str, list, dict with text keys."""

Control = Literal["bot", "queued", "human"]
Status = Literal["open", "snoozed", "resolved"]
Author = Literal["bot", "person", "system"]
Priority = Literal["low", "normal", "high", "urgent"]

InboundKind = Literal[
    "text", "button", "attachment", "reaction", "edit", "delete", "referral", "opt_in", "opt_out",
    "delivered", "read", "failed", "typing", "echo", "thread_control", "standby", "system", "group",
    "comment", "unsupported", "ignored", "event",
]  # fmt: skip
AttachmentKind = Literal["image", "audio", "voice", "video", "file", "sticker", "location", "contact", "share", "story"]


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """Who talks to whom: the channel account of bot.yaml and the customer's opaque id there."""

    account: str
    contact: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """`id` is the platform's handle where it gives no address (or one besides), `mime` the type it claims.

    `address` is where a place is, in words; `latitude` and `longitude` are degrees north and east.
    """

    kind: AttachmentKind
    url: str = ""
    title: str = ""
    latitude: float | None = None
    longitude: float | None = None
    id: str = ""
    mime: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """Where a customer came from: an ad, a link with a ref, a QR code."""

    ref: str = ""
    source: str = ""
    ad_id: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event of a platform in the one vocabulary all channels share.

    `message_id` is the platform's own id (or a stable hash where it has none) and dedupes redelivery;
    `timestamp` is the platform's clock. `refers_to` names the message a receipt, edit or reaction is about,
    `metadata` is what we attached to a send and an echo brings back. An `event` comes from a system of the business:
    its name is the payload, what it brought along is `data`. `sender` says who acted where that is not the contact
    (an echo, a group), `conversation` is the platform's own name for the thread where it has one, and `reason` tells
    why an event is `ignored` or could not be read; `unknown`: nothing here knows its type. `profile` is what the
    platform tells of the contact beside the event: name, first_name, last_name, username, locale, timezone, picture.
    """

    key: ConversationKey
    kind: InboundKind
    message_id: str
    timestamp: int
    text: str = ""
    payload: str = ""
    attachments: tuple[Attachment, ...] = ()
    referral: Referral | None = None
    refers_to: str = ""
    metadata: str = ""
    raw_type: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    sender: str = ""
    conversation: str = ""
    reason: str = ""
    unknown: bool = False
    profile: Mapping[str, Json] = field(default_factory=dict)


# --- what a message was understood to say -----------------------------------------------------------------


class Ranked(NamedTuple):
    """One candidate intent; `because` is the strongest evidence in an author's words."""

    intent: str
    probability: float
    because: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One value seen in a text. `type` is an entity name or a built-in type; `shown` is what texts print."""

    type: str
    value: Json
    raw: str
    start: int
    end: int
    shown: str | None = None


class Reading(NamedTuple):
    """What a text was understood to say.

    `command` is the command intent the whole message matches ("" if none). `intent` is the clear intent: accepted
    and with the margin to the next ("" if none). `close` are the candidates of a close race, best first.
    `then` is a second intent, clear in a clause of its own.
    """

    language: str
    command: str = ""
    intent: str = ""
    close: tuple[str, ...] = ()
    then: str = ""
    ranked: tuple[Ranked, ...] = ()
    found: tuple[Found, ...] = ()


# --- what the engine is told ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """One queue at the moment of the event; `waiting` counts conversations queued in it."""

    open: bool = True
    full: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """When a channel takes free text; spans in milliseconds.

    `free`: so long after the contact's last message. `ad`: so long after they came by an ad, if that is longer.
    `person`: so long a person may still answer, where the platform has allowed it to the account. `most`: so many
    messages until the contact writes again, 0 for any number. `templates`: the channel has templates that may be sent
    at any time.
    """

    free: int
    ad: int = 0
    person: int = 0
    most: int = 0
    templates: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The world as the engine may ask about it, frozen when the event was taken up."""

    conversation: int
    account: str
    channel: str
    locale: str
    timezone: str = "UTC"
    control: Control = "bot"
    contact: Mapping[str, Json] = field(default_factory=dict)
    queues: Mapping[str, QueueFacts] = field(default_factory=dict)
    place: int | None = None
    """The conversation's place in line for a person, from 1; None when it does not wait for one."""
    last_in_at: int | None = None
    """When the contact last wrote; the message of this very event counts."""
    ad_at: int | None = None
    """When the contact last came by an ad, which opens a longer window on some channels."""
    window: Window | None = None
    """The account's own window; None where that of its kind of channel holds."""
    callbacks: Mapping[str, str] = field(default_factory=dict)
    """Name of an outside event -> the signed address at which a system of the business may bring it about."""


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """How a call ended: an HTTP `status`, or `error` when there is nothing to go on with.

    `error`: "timeout", "connection", "invalid" (no JSON, or too large), "refused" (an address or a redirect that a
    service may not have), "interrupted" (nobody knows whether it was carried out); of an action also the class of what
    it raised, with `bases` the classes above that, nearest first, and `reason` its words. An action's result has the
    status 200. `retry_after`: milliseconds the service asks to be left alone.
    """

    id: int
    status: int = 0
    error: str = ""
    body: Json = None
    reason: str = ""
    bases: tuple[str, ...] = ()
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class TimerFired:
    name: str
    visit: int


EventKind = Literal["message", "timer", "answer", "event", "taken", "returned", "resolved", "not_sent"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a conversation, stored whole: the engine needs no clock and no database.

    `taken`: someone answered in the platform's own inbox. `returned`: people gave the conversation back to the bot.
    `resolved`: people closed it. `reason` says why something was not sent, or what is special about a message: it
    cannot be read ("unsupported"), it is a "comment" on a post, or the contact's "opt_in". `event`: something happened
    elsewhere; `name` says what, `data` is what it brought along. `origin` is the step that said what was not sent.
    """

    kind: EventKind
    at: int
    facts: Facts
    text: str = ""
    payload: str = ""
    attachments: tuple[Attachment, ...] = ()
    referral: Referral | None = None
    reading: Reading | None = None
    timer: TimerFired | None = None
    answer: CallAnswer | None = None
    reason: str = ""
    name: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    origin: str = ""


# --- what the engine decides ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """A value a customer gave. `raw` is what was typed, `value` what it means, `shown` what texts print."""

    value: Json
    raw: str = ""
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A way on. With `url` it is a link; else `payload` comes back when it is pressed.

    `text` says more about it, on a line of its own.
    """

    title: str
    payload: str = ""
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One of several things shown side by side. `url` is where a press on the card leads."""

    title: str
    text: str = ""
    image: str = ""
    url: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateValue:
    """What fills one hole of a template: by its name, or ("") by its place."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class TemplateButton:
    """What one button of a template needs of us: the end of its address, or what comes back when it is pressed."""

    index: int
    kind: Literal["url", "quick_reply"]
    value: str


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A text that lies approved at the platform, with our values: it may go out when the window is over.

    `language` is the platform's code of one it was approved in.
    """

    name: str
    language: str
    header: tuple[TemplateValue, ...] = ()
    body: tuple[TemplateValue, ...] = ()
    buttons: tuple[TemplateButton, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a message of the customer's, `message_id` at its platform; without `emoji` ours is taken back."""

    message_id: str
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A text with what goes beside it, before any channel has shaped it.

    `options` are quick replies: gone after use. `buttons` stay with the message. `delay` is how long to wait before
    sending, in milliseconds. With a `template` that goes out, its picture or file is the attachment, and `text` is
    what the customer then reads. A `reaction` comes alone, and where a channel has none nothing is sent.
    """

    text: str = ""
    buttons: tuple[Button, ...] = ()
    options: tuple[Button, ...] = ()
    attachment: Attachment | None = None
    cards: tuple[Card, ...] = ()
    delay: int = 0
    template: MessageTemplate | None = None
    reaction: Reaction | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Send a message. `system` rows (opt-out, emergency, queue notices) may go out under a person's control.

    `proactive`: it answers nothing the contact did.
    """

    message: Message
    author: Literal["bot", "system"] = "bot"
    origin: str = ""
    proactive: bool = False


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Wake the conversation at `due_at`; a conversation has one timer of a name, a new one replaces it."""

    name: str
    due_at: int
    visit: int


@dataclass(frozen=True, slots=True)
class StopTimer:
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request on a named service, or a Python `action`. The conversation waits for it until `deadline_at`.

    No secret and no base URL in here: the caller adds them. `id` is unique within the conversation. Of an action,
    `json` are the arguments by name and `about` says of which conversation; method, service and path are empty.
    """

    id: int
    method: str = ""
    service: str = ""
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Json = None
    timeout: int = 5000
    retries: int = 0
    deadline_at: int = 0
    action: str = ""
    about: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StopCall:
    id: int


@dataclass(frozen=True, slots=True)
class HandOff:
    """Give the conversation to people. `reason`: user, flow, fallback, failed, error, emergency, unanswered."""

    queue: str
    priority: Priority = "normal"
    skills: tuple[str, ...] = ()
    note: str = ""
    reason: str = "flow"


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The customer no longer wants to wait: back to the bot."""


@dataclass(frozen=True, slots=True)
class SetContact:
    """Remember `value` as contact.<field>; None forgets it."""

    field: str
    value: Json


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry of the consent ledger.

    Every purpose revoked, messages allowed again, erasure asked for (`delete_data`) and confirmed (`erase`: it happens
    with this entry), or one purpose agreed to (`record`), declined (`refuse`) or taken back (`revoke`). `text` is what
    was agreed to.
    """

    action: Literal["opt_out", "opt_in", "delete_data", "erase", "record", "refuse", "revoke"]
    purpose: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Something the flow wanted to say may not be said now: recorded, so that nobody has to guess."""

    reason: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a contact thinks of us: `csat` from 1 to 5, `nps` from 0 to 10."""

    kind: Literal["csat", "nps"]
    score: int
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A goal reached, or another event for the reports, with what the author noted about it."""

    kind: Literal["goal", "event"]
    name: str
    value: float | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """Tell the people who run the desk, whatever the conversation's state."""

    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    label: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A flow run is over, with its outcome and the values its slots had."""

    flow: str
    outcome: str
    slots: Mapping[str, Json] = field(default_factory=dict, compare=False)


Effect: TypeAlias = (
    Say
    | NotSent
    | StartTimer
    | StopTimer
    | Call
    | StopCall
    | HandOff
    | LeaveQueue
    | SetContact
    | Consent
    | Rating
    | Milestone
    | Alert
    | Tag
    | Ended
)


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of why: the step address (or "engine") and what was decided there."""

    at: str
    note: str
