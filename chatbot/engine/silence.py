"""Silence: the one timer of an open question. It belongs to one visit; only a customer's message cancels it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chatbot.content.graph import Node
from chatbot.content.steps import FormStep, Silence
from chatbot.content.steps import Question as QuestionStep
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import StartTimer, StopTimer

SILENCE: Final = "silence"
"""The name of the one timer an open question has."""


def watch(run: Run, frame: Frame) -> None:
    """Set the timer for the next rung of `if_silent`, or for closing quietly when there is none left."""
    question = frame.question
    assert question is not None
    rungs = _rungs(run, frame, run.node(frame, question.address))
    if question.rung < len(rungs):
        due = question.asked_at + rungs[question.rung].after
    else:
        since = question.asked_at if run.proactive and not rungs else max(question.asked_at, run.event.at)
        due = since + run.program.bot.defaults.silence
    run.emit(StartTimer(SILENCE, due, question.visit))


def _rungs(run: Run, frame: Frame, node: Node) -> Sequence[Silence]:
    """A question's own rungs, else those of the form it belongs to."""
    step, form = node.step, run.node(frame, node.form).step if node.form else None
    assert isinstance(step, QuestionStep)
    return step.if_silent or (form.if_silent if isinstance(form, FormStep) else ())


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
        if frame.nudging is not None:  # a rung asked this, and it has rungs of its own
            frame.nudged.append(frame.nudging)
        frame.nudging, frame.question, frame.at = question, None, address
        return
    run.mark(frame, node, "no answer came: closed quietly")
    title = run.flow_title(run.group(frame)[0].flow)
    asleep = [each for each in run.state.frames if not any(member.wait for member in run.group(each))]
    run.drop(asleep, "silent")
    run.state.offer_nothing()
    run.push("system.silent", flow=title)


def keep_waiting(run: Run, frame: Frame) -> None:
    """A nudge has been said: the same visit of the question goes on."""
    assert frame.nudging is not None
    frame.question, frame.nudging = frame.nudging, frame.nudged.pop() if frame.nudged else None
    frame.at = frame.question.address
    watch(run, frame)
