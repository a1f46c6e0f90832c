"""The store port: what the durable path asks of a database, a batch at a time.

Nothing here knows SQL. Every operation that writes is one transaction, and every rule that must hold against a race
stands in its statement, not in the caller's memory. A claim spans reading and committing so that a PostgreSQL
implementation can hold its row locks (`FOR UPDATE SKIP LOCKED`) across both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

from chatbot.conversation.episodes import DeskMove, Episode, Reply, Seat, Spoken, Trouble
from chatbot.conversation.ledgers import Deletion, Unused
from chatbot.conversation.record import Arrival, Record, Result
from chatbot.errors import ChatbotError
from chatbot.types import Author, Call, CallAnswer, ConversationKey, Inbound, Json, Message, Window

Clock: TypeAlias = Callable[[], int]
"""Milliseconds since 1970 UTC."""

LASTING: Final = 24 * 3_600_000
"""Milliseconds that what a person or the system said may wait to be sent; what the bot said has its turn's limit."""

FARTHEST: Final = 5 * 60_000
"""No try is put off for longer: one that stands further off was put there by a clock that has been set back since."""


class Unavailable(ChatbotError):
    """The store cannot take this now (disk full, I/O error): nothing was changed, trying later may work."""

    exit_code = 3

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(Unavailable):
    """Too much is waiting already: the sender should come back in `retry_after` seconds."""


# --- accepting --------------------------------------------------------------------------------------------

Route = Literal["turn", "note", "receipt", "echo", "count"]
"""What becomes of an inbound: a turn; a record only; news about what we sent; an echo of that; nothing but a count."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One inbound on its way into the store, `body` as the store keeps it; `raw` as it came, where nobody knows it."""

    inbound: Inbound
    channel: str
    route: Route
    body: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting stored: rows that wait for a turn, redeliveries that changed nothing, the rest."""

    turns: int = 0
    duplicates: int = 0
    settled: int = 0


# --- turns ------------------------------------------------------------------------------------------------

Source = Literal["inbound", "answer", "desk", "timer"]


@dataclass(frozen=True, slots=True)
class Work:
    """One arrival to take up, with the conversation as it stands. `row` is its inbox row or, for a timer, its timer.

    `fault` says why the row cannot be read (another release wrote it); the arrival is empty then.
    """

    row: int
    source: Source
    attempts: int
    body: str
    record: Record
    arrival: Arrival
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A turn to commit. Bot lines expire at `expires_at`; `dead` says why the arrival was given up, if it was."""

    work: Work
    result: Result
    expires_at: int
    dead: str = ""


class Claim(Protocol):
    """Pending work held for one worker: the first eligible arrival of each conversation, oldest first."""

    @property
    def works(self) -> Sequence[Work]: ...

    @property
    def waiting(self) -> Mapping[str, int]:
        """How many conversations wait in each queue."""
        ...

    @property
    def wake_at(self) -> int | None:
        """When the next timer falls due."""
        ...

    async def commit(self, outcomes: Sequence[Outcome], now: int) -> Sequence[BaseException | bool]:
        """Commit each outcome whole or not at all: True, False (a fence failed: read again), or what was wrong."""
        ...


# --- delivery ---------------------------------------------------------------------------------------------

Fate = Literal["sent", "retry", "failed", "uncertain", "held"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One outbox row marked `sending`: the call to make now. `human_agent`: only if marked as a person's words."""

    id: int
    conversation: int
    account: str
    recipient: str
    author: Author
    body: Json
    reference: str
    attempts: int
    human_agent: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """How a send ended. `next_try_at`: when to try again, or until when to wait for news of an uncertain one.

    `alert` is for people to see: trouble of the whole account, not of this message.
    """

    parcel: Parcel
    fate: Fate
    platform_id: str = ""
    next_try_at: int = 0
    reason: str = ""
    error: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What delivery can send now: for each account so many parcels.

    What becomes of uncertain rows when the wait for news is over: those of the accounts in `repeat` are sent again,
    whoever said them; those of the accounts in `resend` are, unless a person said them; all others are held.
    `human_agent`: the accounts whose people may answer after the window. `rests`: conversation -> until when it gets
    nothing more, because its platform wants it so. `windows`: those of accounts that have their own.
    """

    rooms: Mapping[str, int]
    resend: Sequence[str] = ()
    repeat: Sequence[str] = ()
    human_agent: Collection[str] = ()
    rests: Mapping[int, int] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """`told`: flows were told of what may not be said, so that there are turns to take."""

    parcels: Sequence[Parcel]
    wake_at: int | None
    """When a row that waits may be tried, expires, or is uncertain no longer."""
    told: bool = False


# --- calls ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slots:
    """How many more calls can be made now, and how many of them to one service: `each` less what is `under_way`."""

    free: int
    each: int = 1_000
    under_way: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A call marked `running`; `attempts` counts this one. `interrupted`: a crash hit the attempt before."""

    id: int
    conversation: int
    account: str
    recipient: str
    call: Call
    key: str
    attempts: int
    interrupted: bool


@dataclass(frozen=True, slots=True)
class CallEnd:
    """The answer of a call, or (`answer` is None) when to try it again."""

    id: int
    answer: CallAnswer | None = None
    next_try_at: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """Calls to make, how many answers became arrivals, and when a call that waits is due or out of time."""

    calls: Sequence[PlacedCall]
    answered: int
    wake_at: int | None


# --- the desk ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line as its customer sees it.

    `cursor` rises with every line that becomes visible; `message_id` is, for a customer's line, the id it came with.
    """

    cursor: int
    author: Literal["customer", "bot", "person", "system"]
    message: Message
    message_id: str
    at: int


# --- starting and watching --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """What is not finished. `held` waits for a person, not for us."""

    arrivals: int
    parked: int
    due_timers: int
    calls: int
    outgoing: int
    held: int

    @property
    def quiet(self) -> bool:
        return not (self.arrivals or self.parked or self.due_timers or self.calls or self.outgoing)


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was active at some time; `conversations` stand in the middle of one of its flows."""

    program: str
    activated_at: int
    active: bool
    conversations: int


class Store(Protocol):
    """Everything durable. Raises Unavailable when it cannot work now and Overloaded when too much waits."""

    async def start(self, now: int, grace: int) -> bool:
        """Take over from the last process, whose sends are uncertain until `now + grace`; did it stop in order?"""
        ...

    async def accept(self, letters: Sequence[Letter], now: int) -> Accepted:
        """Store and deduplicate, in the order given; never writes an existing conversation."""
        ...

    async def dead_letter(self, account: str, raw: bytes, reason: str, now: int) -> None: ...

    def claim(self, now: int, limit: int) -> AbstractAsyncContextManager[Claim]: ...

    def under_way(self, work: Work) -> AbstractContextManager[None]:
        """Around a turn: should the process die within, `start` of the next one counts an attempt of this work."""
        ...

    async def count_attempts(self, works: Sequence[Work]) -> None:
        """These were tried once, in vain."""
        ...

    async def exchange(self, reports: Sequence[Report], ask: Ask, now: int) -> Post:
        """Hand in how sends ended and take what may be sent next, marked `sending` after the author check.

        A report that cannot be stored is settled as far as it can be; it never holds up the others.
        """
        ...

    async def exchange_calls(self, ends: Sequence[CallEnd], slots: Slots, now: int) -> Placed:
        """Hand in answers (each becomes an arrival unless the call was settled or cancelled) and take due calls.

        A call that waits past its deadline is answered with a timeout, whether there are slots or not.
        """
        ...

    async def introduce(self, conversation: int, profile: Mapping[str, Json]) -> None:
        """Note what a platform tells of the contact and nobody has said yet; as in `asides.introduced`."""
        ...

    async def knows(self, key: ConversationKey) -> bool:
        """Whether this contact has a conversation here, however it began."""
        ...

    async def link(self, one: ConversationKey, other: ConversationKey) -> bool:
        """Make both one contact: `other` takes in what is known of `one`, and where both know a field its own stands.

        What either refused counts for both. False when one of them has no conversation here.
        """
        ...

    async def erase(self, account: str, externals: Sequence[str], now: int) -> int:
        """Forget whoever writes under any of these ids - texts, attachments, profile; how many contacts they were."""
        ...

    async def attach(self, conversation: int, row: int, inbound: Inbound) -> bool:
        """Row `row` of the inbox has these attachments now; False, and they are to go, if nobody has it any more."""
        ...

    async def erased_files(self, after: str = "") -> Sequence[str]:
        """The folders of contacts that were forgotten, until `files_erased`: a page in order, from behind `after`."""
        ...

    async def erased_among(self, names: Sequence[str]) -> Sequence[str]: ...

    async def files_erased(self, folder: str) -> None: ...

    async def ask_deletion(self, wish: Deletion) -> bool:
        """Note a platform's wish; False when it is known already."""
        ...

    async def deletion(self, code: str) -> Deletion | None: ...

    async def unfinished_deletions(self) -> Sequence[Deletion]: ...

    async def deletion_done(self, code: str, now: int) -> None: ...

    async def warn(self, text: str, now: int) -> None:
        """An alert that is about no conversation."""
        ...

    async def move(self, move: DeskMove, now: int) -> bool:
        """One conditional write; False when somebody else was faster."""
        ...

    async def reply(self, reply: Reply, now: int) -> bool:
        """Store a person's words and put them on their way; False when the person is not in control."""
        ...

    async def seat(self, conversation: int) -> Seat | None: ...

    async def episodes(self, *, open_only: bool, limit: int) -> Sequence[Episode]: ...

    async def episode(self, handoff: int) -> Episode | None: ...

    async def transcript(self, conversation: int, limit: int) -> Sequence[Spoken]:
        """The last lines, oldest first."""
        ...

    async def lines_after(self, account: str, contact: str, cursor: int, limit: int) -> Sequence[ChatLine]:
        """A customer's own view, behind a cursor: lines of ours from the moment they are being sent."""
        ...

    async def at_work(self, account: str, contact: str) -> bool:
        """Whether the bot, and nobody else, has something to answer this contact."""
        ...

    async def troubles(self, limit: int) -> Sequence[Trouble]: ...

    async def unused(self) -> Sequence[Unused]:
        """Events of types nobody here knows, the most frequent first."""
        ...

    async def activate(self, program: str, bundle: bytes, now: int) -> None:
        """Keep a program's bundle under its hash and make it the active one."""
        ...

    async def bundle(self, program: str) -> bytes | None: ...

    async def active_program(self) -> str | None: ...

    async def versions(self) -> Sequence[Version]:
        """Every version that was active, by when it last became so, the latest first."""
        ...

    async def replaced(self) -> Mapping[str, int]:
        """Version -> when another took its place; not the active one."""
        ...

    async def load(self, now: int) -> Load: ...

    async def prune(self, now: int, keep: int) -> bool:
        """Forget dedupe days and some finished arrivals older than `keep` milliseconds; True when there are more."""
        ...

    async def close(self, *, clean: bool) -> None:
        """Give the store back; `clean` says that nothing was cut short, and is believed if no send or call is."""
        ...
