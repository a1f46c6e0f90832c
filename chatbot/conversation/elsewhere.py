"""Who else may answer a conversation: a person in the platform's own inbox, or another app that owns the thread.

In either case a person counts as in control, and the bot is silent until they fall silent or give it back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from chatbot.conversation.ports import Renderer, Threads
from chatbot.conversation.record import NATIVE, Arrival, Line, Record, Result
from chatbot.policy.lifecycle import Place, Trigger, move
from chatbot.types import Alert, EventKind, HandOff, Inbound, Message, StartTimer, StopTimer

NATIVE_IDLE: Final = 30 * 60_000
"""Milliseconds after the last native answer until the bot takes the conversation back."""

ANOTHER_APP: Final = "another app"
"""Who answers a thread when the platform does not say."""

_ANSWERED: Final = "answered in the platform's own inbox"
_FOREIGN: Final = "another app answers this conversation"
_UNANSWERED: Final = "wrote while somebody answered in the platform's own inbox, and got no answer"
_PASSED: Final = Message("Passed to the team's own inbox.")
_TAKEN: Final = Message("Taken back from the team's own inbox.")


class Turn(Protocol):
    """What is needed of the turn that is being taken."""

    record: Record
    arrival: Arrival
    renderer: Renderer

    def tell(self, kind: EventKind) -> Result:
        """Let the engine know, and go on as it decides."""
        ...

    def moved(self, place: Place) -> Record: ...


# --- people in the platform's own inbox -----------------------------------------------------------------------


def answered(turn: Turn) -> Result:
    """Someone answered in the platform's own inbox: a person is in control now, until they fall silent."""
    timer = StartTimer(NATIVE, turn.arrival.at + NATIVE_IDLE, 0)
    return replace(_taken(turn, HandOff("default", note=_ANSWERED, reason="echo")), start_timers=(timer,))


def fell_silent(turn: Turn) -> Result:
    """Nobody answered in the platform's inbox for a while: back to the bot, or to the queue if someone waits."""
    record = turn.record
    place = move(record.status, record.control, "transfer" if record.waiting else "native_idle")
    if place is None:
        return Result(record)
    entered = HandOff("default", note=_UNANSWERED, reason="unanswered") if record.waiting else None
    return taken_back(turn, Result(turn.moved(place), left="native_idle", entered=entered))


def _taken(turn: Turn, handoff: HandOff) -> Result:
    """Somebody outside the desk has it: a handoff of their own, or the one that is open."""
    record = turn.record
    place = move(record.status, record.control, "echo")
    if place is None:
        return Result(record)
    if record.control == "human":
        return Result(record, taken_by=NATIVE)
    entered = handoff if record.control == "bot" else None
    result = turn.tell("taken")
    return replace(result, record=turn.moved(place), start_timers=(), entered=entered, taken_by=NATIVE)


# --- threads that another app owns ----------------------------------------------------------------------------


def handed_over(turn: Turn, inbound: Inbound) -> Result:
    """The platform says who owns the thread now, or that somebody asks for it. `data.to` is "us", "them" or "asks"."""
    match inbound.data.get("to"):
        case "us":
            return got_back(turn)
        case "them":
            return lost(turn, inbound.payload or ANOTHER_APP)
        case "asks":
            alert = Alert("another app asks to answer this conversation")
            known = inbound.payload == _inbox_of(turn.renderer) != ""
            line = passing(turn.renderer, "asked for") if known else None
            return Result(turn.record, lines=(line,) if line else (), alerts=() if line else (alert,))
        case _:
            return Result(turn.record)


def lost(turn: Turn, owner: str) -> Result:
    """Another app answers this thread: seen, never answered, until it is passed back.

    Who waits for a person waits on: the app that has the thread may be the one in which the team answers.
    """
    if turn.record.thread == owner and turn.record.control != "bot":
        return Result(turn.record)
    result = _taken(turn, HandOff("default", note=_FOREIGN, reason="thread"))
    return replace(result, thread=owner, stop_timers=(*result.stop_timers, StopTimer(NATIVE)))


def got_back(turn: Turn) -> Result:
    """The thread is ours again. Whoever of our own people has it keeps it; else the bot goes on."""
    place = _without_them(turn.record, "release")
    if place is None:
        return Result(turn.record, thread="")
    turn.record = replace(turn.record, thread="")
    result = turn.tell("returned")
    back = (*result.stop_timers, StopTimer(NATIVE))
    return replace(result, record=turn.moved(place), left="returned", thread="", stop_timers=back)


def wrote_to_us(record: Record) -> Record | None:
    """The record when a message came that an app without the thread would not have got: it is ours again."""
    if not record.thread:
        return None
    place = _without_them(record, "release")
    back = replace(record, thread="", holder="")
    if place is None:
        return replace(record, thread="")
    return replace(back, status=place[0], control=place[1], control_epoch=record.control_epoch + 1)


def _without_them(record: Record, trigger: Trigger) -> Place | None:
    """Where the conversation stands when they no longer have it; None if they did not."""
    theirs = record.control == "human" and record.holder == NATIVE
    return move(record.status, record.control, trigger) if theirs else None


# --- passing it on, and taking it back ------------------------------------------------------------------------


def passing(renderer: Renderer, note: str) -> Line | None:
    """The line that gives the thread to the inbox app of the account, if it has one."""
    body = renderer.pass_thread(note) if isinstance(renderer, Threads) else None
    return None if body is None else Line("system", _PASSED, (body,), "thread")


def taken_back(turn: Turn, result: Result) -> Result:
    """Before anything is said again the thread must be ours: where another app has it, or was given it, it is taken."""
    if not turn.record.thread and not _inbox_of(turn.renderer):
        return result
    if not isinstance(turn.renderer, Threads):
        return replace(result, thread="")
    take = Line("system", _TAKEN, (turn.renderer.take_thread(),), "thread")
    return replace(result, lines=(take, *result.lines), thread="")


def _inbox_of(renderer: Renderer) -> str:
    return renderer.inbox_app if isinstance(renderer, Threads) else ""
