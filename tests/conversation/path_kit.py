"""What the tests of the durable path share: a turn function that counts, platforms and services in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from chatbot.conversation.asides import changed
from chatbot.conversation.path import Pace, Path
from chatbot.conversation.record import Arrival, Line, Record, Result
from chatbot.conversation.store import Store, Unavailable
from chatbot.conversation.turn import Programs, Queues
from chatbot.conversation.turns import TurnFunction
from chatbot.errors import PlatformError
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.policy.pacing import RATES, Rates
from chatbot.policy.sending import WINDOWS
from chatbot.types import (
    Call,
    CallAnswer,
    ConversationKey,
    Event,
    Facts,
    HandOff,
    Inbound,
    InboundKind,
    Json,
    Message,
    QueueFacts,
    StartTimer,
    Window,
)

ACCOUNT = "page"
NOW = 1_700_000_000_000


def said(
    text: str,
    number: int,
    *,
    contact: str = "ana",
    kind: InboundKind = "text",
    at: int = NOW,
    account: str = ACCOUNT,
    **more: Any,
) -> Inbound:
    """What a customer sends; `number` makes the platform's message id."""
    return Inbound(ConversationKey(account, contact), kind, f"m{number}", at, text=text, **more)


def counting_turn(record: Record, arrival: Arrival, programs: Programs, renderer: Any, queues: Queues) -> Result:
    """Answers "<n>:<text>" with a running count; a few words make it do what flows do."""
    state = json.loads(record.state or b'{"count": 0}')
    inbound, answer = arrival.inbound, arrival.answer
    if arrival.not_sent is not None:
        return Result(record)
    if inbound is not None and inbound.kind == "echo":
        moved = replace(record, control="human", control_epoch=record.control_epoch + 1)
        entered = HandOff("default", reason="echo") if record.control == "bot" else None
        return Result(moved, entered=entered, taken_by="native")
    if inbound is not None and inbound.kind in ("edit", "delete", "reaction"):
        return changed(record, inbound)
    if inbound is not None and record.call is not None and inbound.text != "cancel":
        return Result(record, parked=True)
    if record.control == "human":
        return Result(record)
    said = inbound.text if inbound else arrival.desk or (arrival.timer.name if arrival.timer else "")
    if answer is not None:
        said = f"answer {answer.status} {answer.error}".strip()
    if said == "raise":
        raise RuntimeError("this turn always raises")
    state["count"] += 1
    words = said.split()
    after = replace(record, state=json.dumps(state).encode(), call=None)
    result = Result(after, event=Event("message", arrival.at, _facts(record), text=said))
    result = replace(result, lines=(say(f"{state['count']}:{said}", renderer),))
    if words[:1] == ["call"]:
        call = Call(
            state["count"],
            words[1],
            words[4] if len(words) > 4 else "shop",
            "/",
            timeout=1000,
            retries=int(words[2]),
            deadline_at=arrival.at + int(words[3]),
        )
        return replace(result, record=replace(after, call=call.id), call=call)
    if words[:1] == ["cancel"] and record.call is not None:
        return replace(result, stop_call=record.call)
    if words[:1] == ["timer"]:
        return replace(result, start_timers=(StartTimer("ring", arrival.at + int(words[1]), state["count"]),))
    if words[:1] == ["person"]:
        return replace(result, record=replace(after, control="queued"), entered=HandOff("default", note="asked"))
    if words[:1] == ["remember"]:
        return replace(result, contact={words[1]: words[2] if len(words) > 2 else None})
    return result


def _facts(record: Record) -> Facts:
    return Facts(record.id, record.key.account, record.channel, record.locale)


def say(text: str, renderer: Any) -> Line:
    message = Message(text)
    return Line("bot", message, renderer.render(message))


@dataclass
class FakeChannel:
    """A platform in memory. `script` holds what the next sends do: raise an error, or wait for an event."""

    account: str = ACCOUNT
    kind: str = "messenger"
    unsettled: Literal["resend", "hold"] = "resend"
    idempotent: bool = False
    own_rates: Rates | None = None
    own_window: Window | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    script: list[BaseException | asyncio.Event | None] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["messenger"]

    @property
    def rates(self) -> Rates:
        return self.own_rates or RATES.get(self.kind, Rates())

    @property
    def messaging_window(self) -> Window | None:
        return self.own_window or WINDOWS.get(self.kind)

    def render(self, message: Message) -> tuple[Json, ...]:
        return tuple({"text": part} for part in message.text.split("|"))

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        step = self.script.pop(0) if self.script else None
        if isinstance(step, asyncio.Event):
            await step.wait()
        if isinstance(step, PlatformError) and step.uncertain:
            self.sent.append((recipient, body["text"]))
            self.references.append(reference)
        if isinstance(step, BaseException):
            raise step
        self.sent.append((recipient, body["text"]))
        self.references.append(reference)
        return f"p{len(self.sent)}"

    async def typing(self, recipient: str) -> None:
        self.shown.append(recipient)

    def texts(self, recipient: str = "ana") -> list[str]:
        return [text for who, text in self.sent if who == recipient]


@dataclass
class FakeCaller:
    """A service in memory: answers from a script, then 200."""

    script: list[CallAnswer | BaseException | asyncio.Event] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        self.keys.append(idempotency_key)
        step = self.script.pop(0) if self.script else None
        if isinstance(step, asyncio.Event):
            await step.wait()
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, CallAnswer):
            return replace(step, id=call.id)
        return CallAnswer(call.id, status=200, body={})


class NoPrograms:
    """For turn functions that need no bot."""

    async def prepare(self, programs: Sequence[str]) -> None:
        return None

    @property
    def active(self) -> Any:
        raise NotImplementedError

    def get(self, program: str) -> None:
        return None


@dataclass
class Ticking:
    """A clock that tests move."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


def open_queues(now: int, waiting: Mapping[str, int]) -> Queues:
    return {"default": QueueFacts(waiting=waiting.get("default", 0))}


def make_path(
    store: Store,
    clock: Ticking,
    channels: Sequence[FakeChannel] = (),
    caller: FakeCaller | None = None,
    turn: TurnFunction = counting_turn,
    pace: Pace | None = None,
) -> Path:
    channels = channels or (FakeChannel(),)
    return Path(
        store,
        {channel.account: channel for channel in channels},
        caller or FakeCaller(),
        NoPrograms(),
        turn,
        open_queues,
        clock,
        pace or Pace(first_retry=10, drain=500),
    )


async def until(true: Callable[[], bool], within: float = 3.0) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.002)


def failing(store: Store, operation: str, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Until undone the disk is full for this operation, whenever it brings something; what it brought is noted."""
    works = getattr(store, operation)
    brought: list[object] = []

    async def fails(first: list[object], *rest: object) -> object:
        if not first:
            return await works(first, *rest)
        brought.extend(first)
        raise Unavailable("the disk is full")

    monkeypatch.setattr(store, operation, fails)
    return brought
