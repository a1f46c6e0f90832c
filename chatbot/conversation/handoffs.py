"""What people do with conversations that were handed to them.

Every change of control is one conditional write; who loses the race is told who won it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from chatbot.conversation.codec import MESSAGE
from chatbot.conversation.ports import Channel, HumanAgent, Threads
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Clock, DeskMove, Episode, Reply, Seat, Spoken, Store
from chatbot.errors import Refused
from chatbot.policy.lifecycle import Trigger, epoch_rises, move
from chatbot.policy.sending import Words, verdict
from chatbot.types import Message

_log = logging.getLogger(__name__)

LINES: Final = 200


@dataclass(frozen=True, slots=True)
class Answering:
    """Whether a person may answer now, and until when (ms since 1970 UTC; None where no window closes).

    `why_not` is "" when they may; `tagged`: only because the platform lets people answer after its window.
    """

    may: bool
    until: int | None
    why_not: str = ""
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One handoff with what was said, and whether it can still be answered."""

    handoff: Episode
    control: str
    status: str
    lines: tuple[Spoken, ...]
    answering: Answering


class Handoffs:
    """The desk of the spine. Raises LookupError for a handoff that is not there, Refused when the state forbids."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], clock: Clock, on_turns: Bell, on_lines: Bell
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._on_turns = on_turns
        self._on_lines = on_lines

    async def list(self, *, open_only: bool = True, limit: int = 200) -> Sequence[Episode]:
        return await self._store.episodes(open_only=open_only, limit=limit)

    async def show(self, handoff: int) -> Shown | None:
        episode = await self._store.episode(handoff)
        if episode is None:
            return None
        seat = await self._seat(episode.conversation)
        lines = await self._store.transcript(episode.conversation, LINES)
        return Shown(episode, seat.place[1], seat.place[0], tuple(lines), self._answering(seat))

    async def claim(self, handoff: int, agent: str) -> Shown:
        """Take a conversation that waits: from here on only `agent` speaks."""
        return await self._change(handoff, agent, "claim", "")

    async def release(self, handoff: int, agent: str) -> Shown:
        """Give the conversation back to the bot."""
        return await self._change(handoff, agent, "release", "returned")

    async def resolve(self, handoff: int, agent: str) -> Shown:
        """Close the conversation; the customer's next message opens it again with the bot."""
        return await self._change(handoff, agent, "resolve", "resolved")

    async def reply(self, handoff: int, agent: str, text: str) -> Shown:
        """Say something as a person. Only who holds the conversation may."""
        if not text.strip():
            raise ValueError("a reply needs a text")
        episode = await self._open(handoff)
        seat = await self._seat(episode.conversation)
        channel = self._channels.get(seat.account)
        if channel is None:
            raise Refused(f"the channel account {seat.account!r} is no longer in bot.yaml", owner=seat.assignee)
        answering = self._answering(seat)
        if seat.assignee == agent and not answering.may:
            raise Refused(f"nothing was sent: {answering.why_not}", owner=agent)
        message = Message(text)
        bodies = channel.render(message)
        if seat.reach.thread and isinstance(channel, Threads):
            bodies = (channel.take_thread(), *bodies)
        said = Reply(seat.conversation, agent, text, MESSAGE.encode(message), bodies, bool(seat.reach.thread))
        if not await self._store.reply(said, self._clock()):
            raise await self._refusal(episode, f"{agent} does not hold this conversation: claim it first")
        self._on_lines.ring()
        return await self._shown(handoff)

    def _answering(self, seat: Seat) -> Answering:
        """Asked again when the words go out: meanwhile a window may close."""
        channel, now = self._channels.get(seat.account), self._clock()
        allowed = isinstance(channel, HumanAgent) and channel.human_agent
        reach = replace(seat.reach, thread="")  # a person's answer takes the thread
        decided = verdict(reach, Words("person", now), now, human_agent=allowed)
        until = reach.closes_at
        if until is not None and allowed:
            until = max(until, reach.person_until or 0)
        return Answering(decided.refusal is None, until, decided.why, decided.human_agent)

    # --- one way for every change of control -----------------------------------------------------------------

    async def _change(
        self, handoff: int, agent: str, trigger: Trigger, desk: Literal["returned", "resolved", ""]
    ) -> Shown:
        episode = await self._open(handoff)
        seat = await self._seat(episode.conversation)
        after = move(*seat.place, trigger)
        if after is None or (seat.assignee is not None and seat.assignee != agent):
            raise _refused(seat, trigger)
        change = DeskMove(
            seat.conversation,
            seat.place,
            after,
            holder=seat.assignee,
            agent=agent,
            epoch_rises=epoch_rises(seat.place[1], after[1]),
            desk=desk,
        )
        if not await self._store.move(change, self._clock()):
            raise await self._refusal(episode, f"somebody was faster: {trigger} is not possible any more")
        if desk:
            self._on_turns.ring()
        shown = await self._shown(handoff)
        if trigger == "claim" and any(_on_its_way(line) for line in shown.lines):
            _log.warning("the bot still had a message on its way when a person took over: handoff=%d", handoff)
        return shown

    async def _open(self, handoff: int) -> Episode:
        episode = await self._store.episode(handoff)
        if episode is None:
            raise LookupError(f"there is no handoff {handoff}")
        if episode.ended_at is not None:
            raise Refused(f"handoff {handoff} is over: {_end(episode)}")  # nobody owns it any more
        return episode

    async def _seat(self, conversation: int) -> Seat:
        seat = await self._store.seat(conversation)
        if seat is None:
            raise LookupError(f"there is no conversation {conversation}")
        return seat

    async def _shown(self, handoff: int) -> Shown:
        shown = await self.show(handoff)
        if shown is None:
            raise LookupError(f"there is no handoff {handoff}")
        return shown

    async def _refusal(self, episode: Episode, message: str) -> Refused:
        seat = await self._seat(episode.conversation)
        return Refused(message, owner=seat.assignee)


def _on_its_way(line: Spoken) -> bool:
    """It cannot be called back any more and may reach the customer after the person's first words."""
    return line.author == "bot" and line.delivery in ("sending", "uncertain")


def _end(episode: Episode) -> str:
    who = episode.agent or "somebody"
    match episode.end_reason:
        case "returned":
            return f"{who} gave the conversation back to the bot"
        case "resolved":
            return f"{who} closed the conversation"
        case "user_cancelled":
            return "the customer no longer waits"
        case "escalated":
            return "a later handoff of this conversation took its place"
        case _:
            return "the conversation is with the bot again"


def _refused(seat: Seat, trigger: Trigger) -> Refused:
    if seat.assignee is not None:
        return Refused(f"{seat.assignee} holds this conversation", owner=seat.assignee)
    return Refused(f"{trigger} is not possible: the conversation is {seat.place[0]} with the {seat.place[1]}")
