"""Running flows: walking their steps, ending them, coming back to what they interrupted, and starting them.

The running flow is the last frame of the stack. `walk` goes on until the conversation waits for something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from chatbot.content.graph import DONE, STILL
from chatbot.content.steps import CallStep
from chatbot.content.values import EvaluationError
from chatbot.engine import answers, going_back, guards, questions, silence, steps, waiting
from chatbot.engine.fallback import fall_back
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Found, HandOff, Json, Slot

STEP_LIMIT: Final = 200
"""Steps in one turn; more means a flow goes round in circles."""

ERASE: Final = "erase"
"""The outcome of `system.delete_data` that deletes the customer's data."""

ASIDES: Final = frozenset(
    {"system.cancel", "system.fallback", "system.opt_out", "system.delete_data", "system.updated"}
)
"""System flows that only put in a word: the question beneath is posed again without comment."""


OFFERS: Final = frozenset({"system.resume", "system.clarify"})
"""System flows whose question stands only until the customer goes elsewhere."""


def walk(run: Run) -> None:
    """Run the stack until it is empty or its top waits."""
    while (frame := run.state.top) is not None and frame.running:
        try:
            _step(run, frame)
        except EvaluationError as error:
            _fail(run, str(error))


def guarded(run: Run, work: Callable[[], object]) -> None:
    """Do a piece of a flow's work; an expression, template or call that fails ends in system.error and a person."""
    try:
        work()
    except EvaluationError as error:
        _fail(run, str(error))


def _step(run: Run, frame: Frame) -> None:
    if frame.at[0] == DONE:
        _arrive(run, frame)
        return
    run.steps += 1
    if run.steps > STEP_LIMIT:
        raise EvaluationError(f"more than {STEP_LIMIT} steps in one turn")
    node = run.node(frame)
    run.mark(frame, node)
    following = steps.take(run, frame, node)
    if following is not None:
        frame.at = following
    if frame.wait is not None:
        _stand_aside(run, frame)


def _arrive(run: Run, frame: Frame) -> None:
    """Behind the last step, or where a nudge goes back to waiting."""
    if frame.at != STILL:
        finish(run, frame.at[1:] or "done")
    elif frame.nudging is not None:
        silence.keep_waiting(run, frame)
        if run.event.kind == "message":
            questions.repeat(run)  # the rung asked something, and the customer answered that
    elif frame.wait is not None:
        waiting.keep_waiting(run, frame)
        _stand_aside(run, frame)
    else:
        going_back.leave_rung(run, frame)


def _stand_aside(run: Run, frame: Frame) -> None:
    """A flow that began to wait goes beneath all others: what it interrupted goes on meanwhile."""
    if frame.wait is None or frame.wait.nudging or run.state.top is not frame:
        return
    group = run.group(frame)
    if len(group) < len(run.state.frames):
        run.move(group, to_top=False)
        _come_back(run, frame)


def _fail(run: Run, what: str) -> None:
    """The running flow cannot go on: say so and get a person; never silence, and never round in circles."""
    frame = run.state.top
    broken = frame.flow if frame else "engine"
    run.note(f"{broken}/{frame.at}" if frame else broken, f"error: {what}")
    run.steps = 0
    run.hand_over(HandOff("default", note=f"{broken}: {what}", reason="error"))
    if broken in ("system.handoff", "system.closed"):
        # The notice itself is broken (a project may override it): the handoff stands, its words are lost.
        run.state.frames.clear()
    elif broken != "system.error":
        run.push("system.error", flow=run.flow_title(broken) if frame else "")


def finish(run: Run, outcome: str) -> None:
    """The running flow is over: give back what it was called for, or return to what it interrupted."""
    frame = run.state.frames[-1]
    if frame.called and len(run.state.frames) > 1:
        going_back.remember(run, frame)
    run.state.frames.pop()
    run.ended(frame, outcome)
    run.note(frame.flow, f"ended: {outcome}")
    if frame.flow == "system.delete_data" and outcome == ERASE:
        _erase(run)
    elif frame.called and run.state.top is not None:
        _give_back(run, frame, run.state.top)
    elif frame.flow == "system.resume":
        _resumed(run, frame, outcome)
    elif frame.flow == "system.clarify":
        _clarified(run, frame, outcome)
    elif frame.flow in ASIDES:
        questions.repeat(run)
    elif not frame.flow.startswith("system."):
        _come_back(run, frame)


def _erase(run: Run) -> None:
    """The customer's data goes, and with it what this conversation was about."""
    run.record_consent("erase")
    run.drop(list(run.state.frames), "erased")
    run.state.offer_nothing()
    run.state.variables.clear()


def _give_back(run: Run, child: Frame, parent: Frame) -> None:
    node = run.node(parent)
    assert isinstance(node.step, CallStep)
    for name, returned in child.save.items():
        value: Json = child.saved.get(returned)
        slot = child.slots.get(returned)
        if name in run.graph(parent).slots:
            if slot is not None or value is not None:
                parent.slots[name] = slot or Slot(value)
        else:
            parent.saved[name] = slot.value if slot is not None else value
    parent.path += going_back.finals(run, child)
    parent.asked = parent.asked or child.asked
    parent.at = node.next


def _come_back(run: Run, ended: Frame) -> None:
    """After a flow: back to the question it interrupted as `resume` says, or on to what else was asked."""
    beneath = run.state.top
    if beneath is not None and beneath.flow.startswith("system."):
        questions.repeat(run)
    elif beneath is not None and beneath.question is not None:
        policy = run.program.bot.defaults.resume
        if ended.asked and policy == "ask":
            run.push("system.resume", title=run.flow_title(run.group()[0].flow), next=False)
            return
        if ended.asked and policy == "never":
            run.drop(run.group(), "dropped")
        questions.repeat(run)
    elif (beneath is None or beneath.wait is not None) and run.state.later:
        intent = run.state.later.pop(0)
        run.push("system.resume", title=intent_title(run, intent), next=True, intent=intent)


def _resumed(run: Run, frame: Frame, outcome: str) -> None:
    if frame.event.get("next"):
        intent = str(frame.event["intent"])
        brought, run.state.brought = run.state.brought, []
        if outcome == "yes" and not start_on_intent(run, intent, brought):
            to_person(run, intent)
        return
    if outcome != "yes":
        run.drop(run.group(), "dropped")
    questions.repeat(run)


def _clarified(run: Run, frame: Frame, outcome: str) -> None:
    chosen = frame.slots.get("intent")
    intent = str(chosen.value) if outcome == "chosen" and chosen is not None else ""
    brought, run.state.brought = run.state.brought, []
    if outcome == "other" or (intent and start_on_intent(run, intent, brought)):
        return
    if intent and run.program.intents[intent].command == "human":
        to_person(run, intent)
    else:
        fall_back(run)


def withdraw_offer(run: Run) -> None:
    """An offer to resume, or to say which was meant, is off when the customer goes elsewhere."""
    while run.state.top is not None and run.state.top.flow in OFFERS:
        run.state.frames.pop()


def to_person(run: Run, intent: str) -> None:
    """Hand over because the customer asks for a person, to the queue of the intent they asked with."""
    queue = run.program.intents[intent].queue or "default"
    settings = run.program.bot.queues.get(queue)
    run.hand_over(HandOff(queue, settings.priority if settings else "normal", reason="user"))


# --- starting -------------------------------------------------------------------------------------------------


def start_on_intent(run: Run, intent: str, found: Sequence[Found]) -> bool:
    """Start the flow for an intent; False when none starts on it or no guard lets it."""
    return start_first(run, run.starts.intents.get(intent, ()), found)


def start_first(
    run: Run, flows: Sequence[str], found: Sequence[Found], event: Mapping[str, Json] | None = None
) -> bool:
    """Start the first of these flows whose guard holds; `event` are the event.* values it may name."""
    for flow in flows:
        if guards.allows(run, flow, event):
            start(run, flow, found, event)
            return True
        run.note(flow, "its guard says no")
    return False


def start(run: Run, flow: str, found: Sequence[Found], event: Mapping[str, Json] | None = None) -> None:
    """Start a flow on top of the stack; one that is already there comes to the top with its slots kept.

    One that waits is not under way for the customer: it waits on, and the flow starts beside it.
    """
    withdraw_offer(run)
    for frame in run.state.frames:
        under_way = not any(each.wait or each.parked_at is not None for each in run.group(frame))
        if frame.flow == flow and not frame.called and under_way:
            frame.event = {**frame.event, **(event or {})}
            _bring_up(run, frame, found)
            return
    # One that waited behind a handoff which is over begins anew.
    for frame in [each for each in run.state.frames if each.flow == flow and not each.called]:
        if any(each.parked_at is not None for each in run.group(frame)):
            run.drop(run.group(frame), "dropped")
    run.note(flow, "starts")
    frame = run.push(flow, **(event or {}))
    answers.fill(run, frame, run.graph(frame).slots, found)
    _keep_depth(run)


def _bring_up(run: Run, base: Frame, found: Sequence[Found]) -> None:
    run.note(base.flow, "is already under way: comes to the top")
    at = next(i for i, frame in enumerate(run.state.frames) if frame is base)
    end = at + 1
    while end < len(run.state.frames) and run.state.frames[end].called:
        end += 1
    frames = run.state.frames
    run.state.frames = [*frames[:at], *frames[end:], *frames[at:end]]
    answers.fill(run, base, run.graph(base).slots, found)
    questions.repeat(run)


def _keep_depth(run: Run) -> None:
    """The oldest flow falls out when more interrupt one another than `depth` allows; those that wait do not count."""
    if len(run.state.frames) <= run.program.bot.defaults.depth:
        return
    bases = [frame for frame in run.state.frames if not frame.called]
    under_way = [frame for frame in bases if not any(each.wait for each in run.group(frame))]
    if len(under_way) > run.program.bot.defaults.depth:
        run.drop(run.group(under_way[0]), "dropped")


# --- what customers are shown ---------------------------------------------------------------------------------


def intent_title(run: Run, intent: str) -> str:
    """The title a customer sees for an intent; never its id."""
    title = run.program.intents[intent].title
    if title:
        return run.translated(title)
    for flow in run.starts.intents.get(intent, ()):
        return run.flow_title(flow)
    return intent.replace("_", " ")
