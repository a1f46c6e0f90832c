"""Commands: what a customer can say in every state, and what the bot then does at once."""

from __future__ import annotations

from typing import Final

from chatbot.engine import flow
from chatbot.engine.menu import menu
from chatbot.engine.run import Run
from chatbot.types import Alert, Consent, HandOff, LeaveQueue, StopCall

WITHIN_A_SENTENCE: Final = frozenset({"human", "help", "opt_out", "opt_in", "restart"})
"""Commands that are obeyed when a longer message clearly means them; "cancel my order" must not cancel the flow."""


def obey_within(run: Run, intent: str) -> bool:
    """A command intent meant by a longer message, with no flow of its own; False if it is not to be obeyed so."""
    command = run.program.intents[intent].command
    if command not in WITHIN_A_SENTENCE:
        return False
    obey(run, intent)
    return True


def obey(run: Run, intent: str) -> None:
    """Do what a command intent says."""
    command = run.program.intents[intent].command
    run.note("engine", f"command {command}")
    run.state.misses = 0
    if command == "emergency":
        _emergency(run)
        return
    if command in ("opt_out", "opt_in", "delete_data"):
        _privacy(run, command)
        return
    if run.event.facts.control == "human":
        return
    _stop_waiting(run)
    if run.event.facts.control == "bot" and flow.start_on_intent(run, intent, ()):
        return
    if command == "human":
        _human(run, intent)
    elif command == "cancel":
        _cancel(run)
    elif command == "restart":
        _restart(run)
    else:
        _help(run)


def _stop_waiting(run: Run) -> None:
    """A command overtakes a call and cancels it; the step is taken anew if its flow goes on."""
    frame = run.state.top
    if frame is not None and frame.call is not None:
        run.emit(StopCall(frame.call))
        frame.call = None


def _human(run: Run, intent: str) -> None:
    queue = run.program.intents[intent].queue or "default"
    if run.event.facts.control == "queued":
        facts = run.queue(queue)
        run.push("system.handoff", queue="", place=facts.waiting, waiting=facts.waiting, again=True, reason="user")
        return
    settings = run.program.bot.queues.get(queue)
    run.hand_over(HandOff(queue, settings.priority if settings else "normal", reason="user"))


def _cancel(run: Run) -> None:
    """One message, and the running flow with all it called is gone; in a queue, the customer leaves it."""
    if run.event.facts.control == "queued":
        run.emit(LeaveQueue())
        run.push("system.cancel", flow="", queued=True)
        return
    group = run.group() if run.state.frames else []
    title = flow.flow_title(run, group[0].flow) if group and not group[0].flow.startswith("system.") else ""
    # An offer to resume belongs to the flow beneath it: cancelling means that flow.
    if group and group[0].flow == "system.resume" and not group[0].event.get("next"):
        run.drop(group, "cancelled")
        group = run.group()
        title = flow.flow_title(run, group[0].flow)
    run.drop(group, "cancelled")
    run.push("system.cancel", flow=title, queued=False)


def _restart(run: Run) -> None:
    if run.event.facts.control == "queued":
        run.emit(LeaveQueue())
    run.drop(list(run.state.frames), "cancelled")
    run.state.later.clear()
    run.state.variables.clear()
    run.push("system.greeting", options=menu(run), again=True)


def _help(run: Run) -> None:
    run.push("system.fallback", rung="help", options=[] if run.state.question else menu(run))


def _privacy(run: Run, command: str) -> None:
    """Consent and erasure hold in every state, and are confirmed once even while a person writes."""
    if command == "delete_data":
        run.emit(Consent("delete_data"))
        run.emit(Alert("a customer asks for their data to be deleted"))
        run.push("system.delete_data")
        return
    run.emit(Consent("opt_out" if command == "opt_out" else "opt_in"))
    if command == "opt_out" and run.event.facts.control == "bot":
        _stop_waiting(run)
        run.drop(list(run.state.frames), "opted_out")
        run.state.later.clear()
    run.push("system.opt_out", action=command)


def _emergency(run: Run) -> None:
    """Its fixed text at once, and a person, ahead of everybody else."""
    _stop_waiting(run)
    if run.event.facts.control == "human":
        run.emit(Alert("emergency words from a customer who is with an agent"))
    else:
        queue = "emergency" if "emergency" in run.program.bot.queues else "default"
        run.emit(HandOff(queue, "urgent", note="emergency words", reason="emergency"))
        run.emit(Alert("emergency words from a customer"))
        run.drop(list(run.state.frames), "handoff")
        run.state.later.clear()
    run.push("system.emergency")
