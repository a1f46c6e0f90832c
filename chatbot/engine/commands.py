"""Commands: what a customer can say in every state. The effect is the engine's; a flow only speaks.

What speaks is the project's flow that starts on the command's intent, else the system flow.
"""

from __future__ import annotations

from typing import Final

from chatbot.engine import flow
from chatbot.engine.menu import menu
from chatbot.engine.run import Run
from chatbot.types import Alert, HandOff, Json, LeaveQueue, StopCall

MEANT_IN_A_SENTENCE: Final = frozenset({"human", "help"})
"""Commands that are obeyed when a longer message clearly means them. Every other one takes the whole message:
"cancel my order" must not cancel the flow, nor "messages do not arrive" revoke a consent."""


def meant(run: Run, intent: str) -> bool:
    """Obey a command that a longer message clearly means and no flow starts on; False if there is none to obey."""
    if run.program.intents[intent].command not in MEANT_IN_A_SENTENCE:
        return False
    obey(run, intent)
    return True


def obey(run: Run, intent: str) -> None:
    """Do what a command intent says."""
    command = run.program.intents[intent].command
    run.note("engine", f"command {command}")
    run.state.misses = 0
    match command:
        case "emergency":
            _emergency(run, intent)
        case "opt_out" | "opt_in" | "delete_data":
            _privacy(run, intent, command)
        case "human" if run.event.facts.control != "human":
            _human(run, intent)
        case "cancel" if run.event.facts.control != "human":
            _cancel(run, intent)
        case "restart" if run.event.facts.control != "human":
            _restart(run, intent)
        case "help" if run.event.facts.control != "human":
            _speak(run, intent, "system.fallback", rung="help", options=[] if run.state.question else menu(run))
        case _:
            run.note("engine", "a person is in control")


def _speak(run: Run, intent: str, system: str, **event: Json) -> None:
    if run.event.facts.control != "bot" or not flow.start_on_intent(run, intent, ()):
        run.push(system, **event)


def _stop_call(run: Run) -> None:
    """Whoever goes elsewhere no longer waits for a call: it is cancelled, and the flow that waited for it ends."""
    waiting = run.state.waiting
    if waiting is not None and waiting.call is not None:
        run.emit(StopCall(waiting.call))
        run.drop(run.group(waiting), "cancelled")


def _human(run: Run, intent: str) -> None:
    _stop_call(run)
    if run.event.facts.control == "queued":
        facts = run.queue(run.program.intents[intent].queue or "default")
        run.push("system.handoff", queue="", place=facts.waiting, waiting=facts.waiting, again=True, reason="user")
    elif not flow.start_on_intent(run, intent, ()):
        flow.to_person(run, intent)


def _cancel(run: Run, intent: str) -> None:
    """One message, and the running flow with all it called is gone; in a queue, the customer leaves it."""
    if run.event.facts.control == "queued":
        _forget_flows(run)
        run.emit(LeaveQueue())
        run.push("system.cancel", flow="", queued=True)
        return
    # An offer to resume belongs to the flow beneath it: cancelling means that flow.
    flow.withdraw_offer(run)
    group = run.group() if run.state.frames else []
    title = run.flow_title(group[0].flow) if group and not group[0].flow.startswith("system.") else ""
    if run.state.call is not None:
        run.emit(StopCall(run.state.call))
    run.drop(group, "cancelled")
    run.state.offer_nothing()
    _speak(run, intent, "system.cancel", flow=title, queued=False)


def _restart(run: Run, intent: str) -> None:
    _stop_call(run)
    if run.event.facts.control == "queued":
        run.emit(LeaveQueue())
    _forget_flows(run)
    run.state.variables.clear()
    _speak(run, intent, "system.greeting", options=menu(run), again=True)


def _forget_flows(run: Run) -> None:
    run.drop(list(run.state.frames), "cancelled")
    run.state.offer_nothing()


def _privacy(run: Run, intent: str, command: str) -> None:
    """Consent and erasure hold in every state, and are confirmed once even while a person writes."""
    if command == "delete_data":
        run.record_consent("delete_data")
        run.emit(Alert("a customer asks for their data to be deleted"))
        flow.withdraw_offer(run)
        run.drop([frame for frame in run.state.frames if frame.flow == "system.delete_data"], "again")
        _speak(run, intent, "system.delete_data", held=run.event.facts.control != "bot")
        return
    run.record_consent("opt_out" if command == "opt_out" else "opt_in")
    if command == "opt_out":
        # Whoever holds the conversation: what stood behind a handoff must not speak when it comes back.
        _stop_call(run)
        run.drop(list(run.state.frames), "opted_out")
        run.state.offer_nothing()
    _speak(run, intent, "system.opt_out", action=command)


def _emergency(run: Run, intent: str) -> None:
    """Its fixed text at once, and a person, ahead of everybody else."""
    _stop_call(run)
    if run.event.facts.control == "human":
        run.emit(Alert("emergency words from a customer who is with an agent"))
    else:
        queue = run.program.intents[intent].queue or "emergency"
        queue = queue if queue in run.program.bot.queues else "default"
        run.emit(HandOff(queue, "urgent", note="emergency words", reason="emergency"))
        run.emit(Alert("emergency words from a customer"))
        run.drop(list(run.state.frames), "handoff")
        run.state.offer_nothing()
    run.push("system.emergency")
