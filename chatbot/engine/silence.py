"""Silence: the one timer of an open question. It belongs to one visit; only a customer's message cancels it."""

from __future__ import annotations

from typing import Final

from chatbot.content.steps import Question as QuestionStep
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import StartTimer, StopTimer

SILENCE: Final = "silence"
"""The name of the one timer an open question has."""


def watch(run: Run, frame: Frame, step: QuestionStep) -> None:
    """Set the timer for the next rung of `if_silent`, or for closing quietly when there is none left."""
    question = frame.question
    assert question is not None
    if question.rung < len(step.if_silent):
        due = question.asked_at + step.if_silent[question.rung].after
    else:
        due = max(question.asked_at, run.event.at) + run.program.bot.defaults.silence
    run.emit(StartTimer(SILENCE, due, question.visit))


def hush(run: Run) -> None:
    """A customer message came: the open question's timer is off."""
    if run.state.question is not None:
        run.emit(StopTimer(SILENCE))


def fell_silent(run: Run, visit: int) -> None:
    """The timer of a question fired: run its next rung, or close quietly."""
    frame = run.state.top
    if frame is None or frame.question is None or frame.question.visit != visit:
        run.note("engine", "a timer of an earlier question changes nothing")
        return
    question, node = frame.question, run.node(frame, frame.question.address)
    address = node.branches.get(f"if_silent.{question.rung}")
    if address is not None:
        run.mark(frame, node, f"silence, rung {question.rung + 1}")
        question.rung += 1
        frame.nudging, frame.question, frame.at = question, None, address
        return
    run.mark(frame, node, "no answer came: closed quietly")
    run.drop(list(run.state.frames), "silent")
    run.state.later.clear()
    run.push("system.silent", flow=frame.flow)


def keep_waiting(run: Run, frame: Frame) -> None:
    """A nudge has been said: the same visit of the question goes on."""
    assert frame.nudging is not None
    frame.question, frame.nudging = frame.nudging, None
    frame.at = frame.question.address
    step = run.node(frame).step
    assert isinstance(step, QuestionStep)
    watch(run, frame, step)
