"""The engine: (program, state, event) -> what the conversation is now, and what must happen in the world.

Deterministic and still: no clock, no database, no randomness of its own. Replaying a conversation's events gives the
same states and the same texts on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chatbot.content.program import Program
from chatbot.content.steps import WaitStep
from chatbot.engine import calling, flow, happenings, messages, queueing, silence, starts, unsent, waiting
from chatbot.engine.run import QUEUE, WAIT, Run
from chatbot.engine.starts import INTENT
from chatbot.engine.state import Frame, State
from chatbot.policy.payloads import is_name, name_of
from chatbot.types import Effect, Event, StopCall, Trace
from chatbot.understanding.entities import Entities

RETURN_WINDOW: Final = 30 * 60_000
"""Milliseconds within which a flow with `then:` behind its handoff goes on when the bot gets the conversation back."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event did: the new state, the effects in order, and why."""

    state: State
    effects: tuple[Effect, ...]
    trace: tuple[Trace, ...]


class Engine:
    """One program, ready to run; holds nothing of any conversation."""

    def __init__(self, program: Program, entities: Entities) -> None:
        self.program = program
        self.entities = entities
        self.starts = starts.index(program)
        self.awaited = awaited(program)
        pressable = (*self.starts.buttons, *(f"{INTENT}{name}" for name in program.intents))
        self._named = {name_of(payload): payload for payload in pressable}

    def advance(self, state: State, event: Event) -> Turn:
        """Take up one event. `state` is used up: it becomes the new one. A flow's errors become effects."""
        now = state
        if not now.turns:
            now.seed = event.facts.conversation
        now.turns += 1
        run = Run(self.program, self.entities, self.starts, now, event)
        self._check_places(run)
        match event.kind:
            case "message":
                messages.take(run)
            case "timer":
                _timer(run)
            case "answer":
                _answer(run)
            case "returned":
                _returned(run)
            case "taken" | "resolved":
                _let_go(run)
            case "event":
                happenings.happened(run, event.name, event.data)
            case "not_sent":
                unsent.returned(run)
                flow.walk(run)
        return Turn(now, tuple(run.effects), tuple(run.trace))

    def meant(self, payload: str) -> str:
        """The payload that was pressed, where only its short name came back; one that starts nothing stays a name."""
        return self._named.get(payload, payload) if is_name(payload) else payload

    def command_of(self, payload: str, read: str) -> str:
        """The command intent of a message, "" for none: of the button pressed, else the one `read` in its words.

        A pressed button means what it does, whatever its title: an option called "Cancel" cancels nothing.
        """
        return messages.command_of(self.program, self.starts, payload, read)

    def _check_places(self, run: Run) -> None:
        """Every frame must stand on a step this program has; else its flow was changed under it, and we say so."""
        lost = [frame for frame in run.state.frames if not self._stands(frame)]
        if not lost:
            return
        first = next(i for i, frame in enumerate(run.state.frames) if frame is lost[0])
        run.note(lost[0].flow, "this version no longer has the step the conversation stood on")
        run.drop(run.state.frames[first:], "updated")
        run.push("system.updated")
        flow.walk(run)

    def _stands(self, frame: Frame) -> bool:
        graph = self.program.flows.get(frame.flow)
        if graph is None:
            return False
        visits = (frame.question, frame.nudging, frame.wait, *frame.nudged)
        addresses = [frame.at, *(each.address for each in visits if each is not None)]
        return all(address in graph.nodes or address.startswith("=") for address in addresses)


def awaited(program: Program) -> tuple[str, ...]:
    """The events from outside that some flow waits for."""
    steps = (node.step for graph in program.flows.values() for node in graph.nodes.values())
    names = (step.wait.event for step in steps if isinstance(step, WaitStep))
    return tuple(sorted({name for name in names if name is not None}))


def _timer(run: Run) -> None:
    timer = run.event.timer
    assert timer is not None
    if timer.name == QUEUE:
        queueing.looked_at(run)
        flow.walk(run)
    elif run.event.facts.control != "bot":
        run.state.reminders.pop(timer.visit, None)
        run.note("engine", "a timer while people hold the conversation changes nothing")
    elif timer.name == silence.SILENCE:
        silence.fell_silent(run, timer.visit)
        flow.walk(run)
    elif timer.name.startswith(WAIT):
        flow.guarded(run, lambda: waiting.woken(run, timer))
        flow.walk(run)
    else:
        happenings.reminded(run, timer)


def _answer(run: Run) -> None:
    answer, frame = run.event.answer, run.state.waiting
    assert answer is not None
    if frame is None or frame.call != answer.id:
        run.note("engine", "the answer of a call nobody waits for changes nothing")
        return
    flow.guarded(run, lambda: calling.answered(run, frame))
    flow.walk(run)


def _let_go(run: Run) -> None:
    """People have the conversation, or closed it: nothing of the bot's goes on."""
    if run.state.call is not None:
        run.emit(StopCall(run.state.call))
    run.drop(list(run.state.frames), "resolved" if run.event.kind == "resolved" else "handoff")
    run.state.offer_nothing()


def _returned(run: Run) -> None:
    """People gave the conversation back: the step behind the handoff if it is still fresh, else a new beginning."""
    frame = run.state.top
    if frame is not None and frame.parked_at is not None and run.event.at - frame.parked_at <= RETURN_WINDOW:
        frame.parked_at = None
        frame.at = run.node(frame).branches["then"]
        flow.walk(run)
        return
    run.drop(list(run.state.frames), "handoff")
    messages.disclose(run)
