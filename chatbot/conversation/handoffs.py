"""What people do with conversations that were handed to them.

Every change of control is one conditional write; who loses the race is told who won it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from chatbot.content.bot_file import Bot
from chatbot.conversation.codec import MESSAGE
from chatbot.conversation.episodes import DeskMove, Episode, Reply, Seat, Spoken
from chatbot.conversation.ports import Channel, HumanAgent, Threads, windows_of
from chatbot.conversation.record import NATIVE
from chatbot.conversation.rounds import Bell
from chatbot.conversation.store import Clock, Store
from chatbot.engine.templates import message_of
from chatbot.errors import Refused
from chatbot.policy.lifecycle import Trigger, epoch_rises, move
from chatbot.policy.reactions import fitting
from chatbot.policy.sending import Words, verdict
from chatbot.types import Attachment, Message, Reaction

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A template a person wants to send: its name, a value for each hole, the language, and what stands on top."""

    name: str
    values: Mapping[str, str]
    language: str = ""
    media: str = ""

    def message(self, bot: Bot) -> Message:
        """Raises ValueError with what is wrong."""
        template = bot.templates.get(self.name)
        if template is None:
            raise ValueError(f"no template is called {self.name!r}: {_listed(bot.templates)}")
        codes = template.codes(bot.languages[0])
        if self.language and self.language not in codes:
            raise ValueError(f"{self.name} is not approved in {self.language!r}: {_listed(codes)}")
        if missing := [hole for hole in template.holes if not self.values.get(hole, "").strip()]:
            raise ValueError(f"{self.name} needs a value for {', '.join(missing)}")
        if other := [name for name in self.values if name not in template.holes]:
            raise ValueError(f"{self.name} has no hole {', '.join(other)}: {_listed(template.holes)}")
        if bool(self.media) is not (template.media is not None):
            raise ValueError(f"{self.name} stands under {template.media or 'nothing'}: say where that is, or leave it")
        media = Attachment(template.media, self.media) if template.media is not None else None
        return message_of(self.name, template, self.language or codes[0], self.values, media)


def _listed(names: Iterable[str]) -> str:
    known = ", ".join(names)
    return f"there are {known}" if known else "there are none"


class Handoffs:
    """The desk of the spine. Raises LookupError for a handoff that is not there, Refused when the state forbids."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        on_turns: Bell,
        on_lines: Bell,
        bot: Callable[[], Bot],
    ) -> None:
        self._store = store
        self._channels = channels
        self._windows = windows_of(channels)
        self._clock = clock
        self._on_turns = on_turns
        self._on_lines = on_lines
        self._bot = bot

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
        """Give the conversation back to the bot; also for somebody who answered in the platform's own inbox."""
        return await self._change(handoff, agent, "release", "returned")

    async def resolve(self, handoff: int, agent: str) -> Shown:
        """Close the conversation; the customer's next message opens it again with the bot."""
        return await self._change(handoff, agent, "resolve", "resolved")

    async def reply(self, handoff: int, agent: str, text: str) -> Shown:
        """Say something as a person. Only who holds the conversation may."""
        if not text.strip():
            raise ValueError("a reply needs a text")
        return await self._say(handoff, agent, Message(text))

    async def send_template(self, handoff: int, agent: str, wanted: Wanted) -> Shown:
        """Say something that the platform has approved, also when its window is over.

        Raises ValueError for a template that is not in bot.yaml, or for values that are not those of its holes.
        """
        episode = await self._open(handoff)
        seat = await self._seat(episode.conversation)
        if seat.reach.window is None or not seat.reach.window.templates:
            raise Refused(f"nothing was sent: {seat.channel} has no templates", owner=seat.assignee)
        return await self._say(handoff, agent, wanted.message(self._bot()))

    async def react(self, handoff: int, agent: str, emoji: str) -> Shown:
        """Put an emoji on what the customer said last; without one, take ours back. It is no answer: they wait on.

        Raises ValueError for an emoji that the channel does not take.
        """
        episode = await self._open(handoff)
        seat = await self._seat(episode.conversation)
        limits = self._channel(seat).capabilities
        if not limits.reactions:
            raise Refused(f"nothing was sent: {seat.channel} takes no reactions", owner=seat.assignee)
        shown = fitting(emoji.strip(), limits)
        if shown is None:
            takes = " ".join(limits.emoji) or "any emoji, one at a time"
            raise ValueError(f"{emoji.strip()!r} is no reaction there: {seat.channel} takes {takes}")
        if seat.reach.thread:
            raise Refused("nothing was sent: another app answers this conversation; words take it", owner=seat.assignee)
        if not seat.heard:
            raise Refused("nothing was sent: what the customer did last is no message", owner=seat.assignee)
        if self._answering(seat).tagged:
            raise Refused("nothing was sent: the window is over, and then only words may be sent", owner=seat.assignee)
        text = f"Reacted with {shown}." if shown else "Took the reaction back."
        return await self._say(handoff, agent, Message(reaction=Reaction(seat.heard, shown)), text)

    def _channel(self, seat: Seat) -> Channel:
        channel = self._channels.get(seat.account)
        if channel is None:
            raise Refused(f"the channel account {seat.account!r} is no longer in bot.yaml", owner=seat.assignee)
        return channel

    async def _say(self, handoff: int, agent: str, message: Message, line: str = "") -> Shown:
        """`line` is what the transcript has of a message without words."""
        episode = await self._open(handoff)
        seat = await self._seat(episode.conversation)
        channel = self._channel(seat)
        answering = self._answering(seat, template=message.template is not None)
        if seat.assignee == agent and not answering.may:
            raise Refused(f"nothing was sent: {answering.why_not}", owner=agent)
        bodies = channel.render(message)
        if seat.reach.thread and isinstance(channel, Threads):
            bodies = (channel.take_thread(), *bodies)
        said = Reply(
            seat.conversation, agent, line or message.text, MESSAGE.encode(message), bodies, bool(seat.reach.thread),
            answers=message.reaction is None,
        )  # fmt: skip
        if not await self._store.reply(said, self._clock()):
            raise await self._refusal(episode, f"{agent} does not hold this conversation: claim it first")
        self._on_lines.ring()
        return await self._shown(handoff)

    def _answering(self, seat: Seat, *, template: bool = False) -> Answering:
        """Asked again when the words go out: meanwhile a window may close."""
        channel, now = self._channels.get(seat.account), self._clock()
        allowed = isinstance(channel, HumanAgent) and channel.human_agent
        reach = replace(seat.reach, thread="")  # a person's answer takes the thread
        decided = verdict(reach, Words("person", now, template=template), now, human_agent=allowed)
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
        # Who answers in the platform's own inbox is nobody here: anybody may give the conversation back for them.
        if after is None or seat.assignee not in (None, NATIVE, agent):
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
            raise await self._refusal(episode, f"somebody was faster: {trigger} is not possible any more", trigger)
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
        return replace(seat, reach=replace(seat.reach, own_window=self._windows.get(seat.account)))

    async def _shown(self, handoff: int) -> Shown:
        shown = await self.show(handoff)
        if shown is None:
            raise LookupError(f"there is no handoff {handoff}")
        return shown

    async def _refusal(self, episode: Episode, message: str, what: str = "reply") -> Refused:
        seat = await self._seat(episode.conversation)
        return _elsewhere(what) if seat.assignee == NATIVE else Refused(message, owner=seat.assignee)


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


def _elsewhere(what: str) -> Refused:
    """Nobody here owns it."""
    where = "in the platform's own inbox or in another app"
    why = f"the customer is being answered {where}; `release` gives the conversation to the bot"
    return Refused(f"{what} is not possible: {why}")


def _refused(seat: Seat, trigger: Trigger) -> Refused:
    if seat.assignee == NATIVE:
        return _elsewhere(trigger)
    if seat.assignee is not None:
        return Refused(f"{seat.assignee} holds this conversation", owner=seat.assignee)
    return Refused(f"{trigger} is not possible: the conversation is {seat.place[0]} with the {seat.place[1]}")
