"""Guards: whether a flow may start for this customer. They are read at start, and where starting is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatbot.content.values import EvaluationError
from chatbot.engine.run import Run
from chatbot.types import Json


def allows(run: Run, flow: str, event: Mapping[str, Json] | None = None) -> bool:
    """Whether the guard of a flow lets it start; `event` are the event.* values it may name."""
    guard = run.program.flows[flow].guard
    if guard is None:
        return True
    scope = run.scope(None)
    scope.names = {**scope.names, "event": dict(event or {})}
    try:
        return bool(guard.evaluate(scope))
    except EvaluationError as error:
        run.note(flow, f"its guard failed: {error}")
        return False


def may_start(run: Run, flows: Sequence[str]) -> bool:
    """Whether one of these flows may start."""
    return any(allows(run, flow) for flow in flows)
