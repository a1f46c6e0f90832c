"""What may not be said, or could not be delivered: the step's `if_not_sent`, else `system.not_sent`; never silence."""

from __future__ import annotations

from chatbot.content.graph import Node
from chatbot.engine.run import WAIT, Run
from chatbot.engine.state import Frame
from chatbot.types import Alert, NotSent, StopTimer


def give_up(run: Run, frame: Frame, node: Node, reason: str) -> str | None:
    """A text of this step may not be sent: go the author's way, or end the flow and tell the people at the desk."""
    run.emit(NotSent(reason, f"{frame.flow}/{node.address}"))
    run.mark(frame, node, f"not sent: {reason}")
    address = node.branches.get("if_not_sent")
    if address is not None:
        return address
    run.emit(Alert(f"{frame.flow}: a message could not be sent ({reason})"))
    title = run.flow_title(run.group(frame)[0].flow)
    run.drop(run.group(frame), "not_sent")
    run.push("system.not_sent", reason=reason, flow=title)
    return None


def returned(run: Run) -> None:
    """Delivery could not bring a message to the customer after all: take up the outcome of the step that said it."""
    flow, _, address = run.event.origin.partition("/")
    reason = run.event.reason
    run.note("engine", f"not sent: {reason}")
    if run.event.facts.control != "bot" or flow == "system.not_sent":
        return  # what is said about it cannot be sent either, and so on for ever
    graph = run.program.flows.get(flow)
    node = graph.nodes.get(address) if graph is not None else None
    target = node.branches.get("if_not_sent") if node is not None else None
    if target is None:
        run.push("system.not_sent", reason=reason, flow=run.flow_title(flow) if graph is not None else "")
        return
    frame = next((frame for frame in reversed(run.state.frames) if frame.flow == flow), None)
    if frame is None:
        frame = run.push(flow)
    else:
        run.move(run.group(frame), to_top=True)
    if frame.call is not None:
        return  # it has gone on to ask a service: what it said before is no longer what matters
    if frame.wait is not None:
        run.emit(StopTimer(f"{WAIT}{frame.wait.visit}"))
    frame.question, frame.wait, frame.at = None, None, target
