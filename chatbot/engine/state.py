"""What the engine remembers of one conversation between turns: small, and serialised once a turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter

from chatbot.types import Found, Json, Slot


@dataclass(slots=True)
class Choice:
    """One thing to pick: its title as shown, what picking it means, and a line that says more about it.

    What it means is a text, or from data a number, true or false.
    """

    title: str
    value: str | int | float | bool = ""
    text: str = ""

    @property
    def meaning(self) -> str | int | float | bool:
        """Its value, else its title."""
        return self.title if self.value == "" else self.value


@dataclass(slots=True)
class Question:
    """One visit of one question. Timers and option buttons carry `visit`, so those of an older visit change nothing.

    `rung` is the next of `if_silent` to run. `text` are the words that consent was asked with.
    """

    address: str
    visit: int
    asked_at: int
    rung: int = 0
    options: list[Choice] = field(default_factory=list)
    text: str = ""


@dataclass(slots=True)
class Wait:
    """One visit of a `wait`: for the event of this name, or ("") until its timer fires.

    `nudging`: the steps of a rung of `if_silent` run, and the wait goes on behind them.
    """

    address: str
    visit: int
    since: int
    event: str = ""
    rung: int = 0
    nudging: bool = False


@dataclass(slots=True)
class Reminder:
    """What a `remind` has scheduled: an event, or a flow, with the event.* values it brings along."""

    name: str
    data: dict[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Answered:
    """What was answered in a flow that was called, for when a correction calls it anew.

    Its slots, what else it was told (`saved`, `event`), the steps that need not be taken again, the reminders it has
    scheduled, and the same of the flows it called in turn.
    """

    slots: dict[str, Slot] = field(default_factory=dict)
    saved: dict[str, Json] = field(default_factory=dict)
    event: dict[str, Json] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    scheduled: dict[str, int] = field(default_factory=dict)
    calls: dict[str, Answered] = field(default_factory=dict)


@dataclass(slots=True)
class Frame:
    """One run of one flow. `at` is the address of the step it stands on.

    `wrong` counts the tries used up by question address; it lasts for the run, so neither `again` nor `goto` can
    go round for ever. `called` frames belong to the frame beneath and hand `save` back to it. `nudging` holds the
    open question while its `if_silent` steps run, `wait` is what the run waits for. `parked_at` is when a handoff with
    `then:` paused this run. `path` are the steps taken, `kept` those of them that a correction need not
    take again; `calls` what was answered in the flows called from here, by the address of the call, `again` the same of
    those that a correction calls anew. `nudged` are the questions around the one in `nudging`, `posed` the visits of
    questions with options, and `scheduled` those of reminders, by where they stand.
    """

    flow: str
    at: str
    slots: dict[str, Slot] = field(default_factory=dict)
    saved: dict[str, Json] = field(default_factory=dict)
    event: dict[str, Json] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    question: Question | None = None
    nudging: Question | None = None
    wait: Wait | None = None
    call: int | None = None
    parked_at: int | None = None
    called: bool = False
    save: dict[str, str] = field(default_factory=dict)
    asked: bool = False
    path: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    calls: dict[str, Answered] = field(default_factory=dict)
    again: dict[str, Answered] = field(default_factory=dict)
    nudged: list[Question] = field(default_factory=list)
    posed: dict[int, str] = field(default_factory=dict)
    scheduled: dict[str, int] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        waits = self.wait is not None and not self.wait.nudging
        return self.question is None and self.call is None and self.parked_at is None and not waits


@dataclass(slots=True)
class State:
    """One conversation. `frames` is the stack, the running flow last.

    `seed` and `turns` make the choice of variants repeatable. `visits` numbers questions and calls. `misses` counts
    messages in a row that were not understood. `offers` are the buttons of the last message, `later` the intents
    still to be offered, `brought` the values in the message of which one of them, or of a `system.clarify`, is to be
    chosen. `reminders` are those that have not fired yet, by visit. `place` is the place in line the customer was told
    last, `language` the one read in what they wrote.
    """

    seed: int = 0
    turns: int = 0
    visits: int = 0
    misses: int = 0
    met: bool = False
    frames: list[Frame] = field(default_factory=list)
    variables: dict[str, Json] = field(default_factory=dict)
    offers: list[Choice] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    brought: list[Found] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)
    place: int = 0
    language: str = ""
    reminders: dict[int, Reminder] = field(default_factory=dict)

    @property
    def top(self) -> Frame | None:
        return self.frames[-1] if self.frames else None

    @property
    def question(self) -> Question | None:
        return self.frames[-1].question if self.frames else None

    def offer_nothing(self) -> None:
        """What else was asked for is over, and what came with it goes."""
        self.later.clear()
        self.brought.clear()

    @property
    def waiting(self) -> Frame | None:
        """The frame that waits for a call: never more than one, and a system flow may stand on top of it."""
        return next((frame for frame in reversed(self.frames) if frame.call is not None), None)

    @property
    def call(self) -> int | None:
        """The id of the call the conversation waits for."""
        frame = self.waiting
        return frame.call if frame is not None else None


_CODEC: Final = TypeAdapter(State)


def encode(state: State) -> bytes:
    """The state as compact JSON; fields at their default are left out."""
    return _CODEC.dump_json(state, exclude_defaults=True)


def decode(data: bytes) -> State:
    """The state that `encode` wrote; b"" is a new conversation."""
    return _CODEC.validate_json(data) if data else State()
