"""What the durable path needs from the rooms above it: a channel to speak through, a caller for services.

Implemented in channels/ and runtime.py; declared here because this is where they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Protocol, runtime_checkable

from chatbot.policy.capabilities import Capabilities
from chatbot.policy.pacing import RATES, Rates
from chatbot.types import Call, CallAnswer, Json, Message, Window


class Renderer(Protocol):
    """The pure half of a channel: shapes a message into the bodies of platform calls, one outbox row each."""

    @property
    def capabilities(self) -> Capabilities: ...

    def render(self, message: Message) -> tuple[Json, ...]:
        """Bodies in sending order; splits and degrades by the capability table.

        Empty for a reaction where there are none, never for another message that is not empty.
        """
        ...


class Channel(Renderer, Protocol):
    """One account of a platform: how to speak there."""

    @property
    def account(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def unsettled(self) -> Literal["resend", "hold"]:
        """What to do with a bot row whose send was interrupted and which the platform did not confirm in time."""
        ...

    @property
    def idempotent(self) -> bool:
        """Sending the same row twice shows it once, so an interrupted send is made again, whoever said it."""
        ...

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """Make one platform call; returns the platform's message id. Raises PlatformError.

        `reference` names our outbox row; a platform that can carry it brings it back in echoes or receipts.
        """
        ...

    async def typing(self, recipient: str) -> None:
        """Show that an answer is being prepared; failing softly."""
        ...


@runtime_checkable
class HumanAgent(Protocol):
    """A channel that may mark words as a person's, which the platform then takes after its window."""

    @property
    def human_agent(self) -> bool:
        """Whether the platform has allowed it to this account."""
        ...

    async def send(self, recipient: str, body: Json, reference: str, *, human_agent: bool = False) -> str: ...


@runtime_checkable
class Threads(Protocol):
    """A channel on which several apps may answer, one at a time: who owns the thread may write in it.

    What passes or takes it is a body for `send`, so that it goes out in its place among the messages.
    """

    @property
    def inbox_app(self) -> str:
        """The app in which the team answers; "" where that is here."""
        ...

    def pass_thread(self, note: str) -> Json | None:
        """Give the thread to that app; None where there is none."""
        ...

    def take_thread(self) -> Json: ...


@runtime_checkable
class Limited(Protocol):
    """A channel that says when and how fast its account may send; of others the tables in policy/ do, by their kind."""

    @property
    def messaging_window(self) -> Window | None:
        """None where messages are taken at any time."""
        ...

    @property
    def rates(self) -> Rates: ...


def windows_of(channels: Mapping[str, Channel]) -> dict[str, Window]:
    """The windows of accounts that say when they may send, by the account's name."""
    limited = {name: channel.messaging_window for name, channel in channels.items() if isinstance(channel, Limited)}
    return {name: window for name, window in limited.items() if window is not None}


def rates_of(channel: Channel) -> Rates:
    return channel.rates if isinstance(channel, Limited) else RATES.get(channel.kind, Rates())


@runtime_checkable
class Seeing(Protocol):
    """A channel on which customers see whether what they wrote was read."""

    @property
    def mark_seen(self) -> bool:
        """Whether this account wants that."""
        ...

    async def seen(self, recipient: str, message_id: str) -> None:
        """Mark everything read up to this message of theirs; failing softly."""
        ...


NOTICE: Final = "notice"
"""The key of an event's data under which a channel says what people should know of the account, in a sentence."""

THREAD: Final = "thread"
"""The key of a body that passes or takes a thread: no words, so that no window concerns it."""


class Caller(Protocol):
    """Makes one attempt of a flow's call, HTTP or action; adds base URL and secrets; never raises for a failure."""

    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer: ...
