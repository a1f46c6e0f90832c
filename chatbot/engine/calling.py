"""The steps that ask the world: `fetch` a service, `run` an action. They end the turn; the answer begins the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chatbot.content.arguments import ANY
from chatbot.content.expression import Expression
from chatbot.content.graph import Node
from chatbot.content.steps import CallingStep, FetchStep, RunStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError, Scope, field
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Call, Json, Slot

RETRY_PAUSE: Final = 1_000
"""Milliseconds allowed between two attempts of a call when its deadline is set, and for an action to get its turn."""

RETRIED_METHODS: Final = frozenset({"GET", "PUT", "DELETE"})
"""Repeating these changes nothing, so they are retried as the service says; others only when the step says so."""

REFUSED: Final = frozenset(range(400, 500)) - {408, 409}
"""Statuses that say a request was not carried out. Behind a 408 or a 5xx nobody knows, and the conflict of a 409 may be
with an earlier attempt of the same."""

_UNSPEAKABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What no header may hold: a value with a line break could begin another header."""


def ask(run: Run, frame: Frame, node: Node) -> str | None:
    """Ask for the call of a `fetch` or a `run` and wait; `answered` takes the answer up.

    What cannot be asked counts as `other`. The trace names the arguments of an action: their values may be private.
    """
    step = node.step
    assert isinstance(step, FetchStep | RunStep)
    try:
        call = _request(run, frame, step) if isinstance(step, FetchStep) else _action(run, frame, step)
    except EvaluationError as error:
        address = _way_out(node, "other")
        if address is None:
            raise
        run.mark(frame, node, f"cannot be asked: {error}")
        return address
    frame.call = call.id
    run.emit(call)
    asked = f"{call.action}({', '.join(step.with_)})" if call.action else f"{call.method} {call.service} {call.path}"
    run.mark(frame, node, asked)
    return None


def _request(run: Run, frame: Frame, step: FetchStep) -> Call:
    request, bot, scope = step.fetch, run.program.bot, run.scope(frame)
    service = bot.services[request.service]
    timeout = step.timeout or service.timeout or bot.defaults.call_timeout
    retries = step.retry if step.retry is not None else service.retry if request.method in RETRIED_METHODS else 0
    return Call(
        run.visit(),
        request.method,
        request.service,
        request.render_path(scope),
        query=_texts(step.with_, scope),
        headers=_headers(step.headers, scope),
        json=step.json_.value(scope) if step.json_ is not None else None,
        timeout=timeout,
        retries=retries,
        deadline_at=run.event.at + (retries + 1) * timeout + retries * RETRY_PAUSE,
    )


def _texts(templates: Mapping[str, Template], scope: Scope) -> dict[str, str]:
    """Texts for a machine. One that is exactly one value which is not there is left out."""
    there = (
        (name, template)
        for name, template in templates.items()
        if not template.is_value or template.value(scope) is not None
    )
    return {name: template.render(scope, escape=str) for name, template in there}


def _headers(templates: Mapping[str, Template], scope: Scope) -> dict[str, str]:
    headers = _texts(templates, scope)
    for name, value in headers.items():
        if _UNSPEAKABLE.search(value):
            raise EvaluationError(f"the value of the header {name} has a line break in it")
    return headers


def _action(run: Run, frame: Frame, step: RunStep) -> Call:
    scope, facts = run.scope(frame), run.event.facts
    timeout = step.timeout or run.program.bot.defaults.call_timeout
    return Call(
        run.visit(),
        json={
            name: given.evaluate(scope) if isinstance(given, Expression) else given.value(scope)
            for name, given in step.with_.items()
        },
        timeout=timeout,
        deadline_at=run.event.at + timeout + RETRY_PAUSE,
        action=step.run,
        about={
            "conversation": facts.conversation,
            "channel": facts.channel,
            "language": run.language,
            "locale": facts.locale,
            "now": run.now.isoformat(),
        },
    )


def answered(run: Run, frame: Frame) -> None:
    """The answer of the call this frame waits for has come: save it, or take the outcome that fits."""
    node, answer = run.node(frame), run.event.answer
    step = node.step
    assert isinstance(step, CallingStep)
    assert answer is not None
    frame.call = None
    if not answer.error and 200 <= answer.status < 300:
        _save(run, frame, step, answer.body)
        run.mark(frame, node, str(answer.status) if isinstance(step, FetchStep) else "done")
        frame.at = node.next
        return
    what = str(answer.status) if answer.status and not answer.error else answer.error or "other"
    run.mark(frame, node, f"failed: {what}" + (f": {answer.reason}" if answer.reason else ""))
    if isinstance(step, FetchStep) and answer.status in REFUSED and frame.path[-1:] == [node.address]:
        frame.path.pop()  # nothing was changed there: what was answered before can still be corrected
    address = _way_out(node, what, *answer.bases)
    if address is None:
        raise EvaluationError(f"{node.address} failed ({what}) and has no outcome for it")
    frame.at = address


def _way_out(node: Node, *what: str) -> str | None:
    """Where a failure leads: its own outcome, that of all others, or the one for every failure."""
    outcomes = (node.branches.get(f"if_error.{outcome}") for outcome in (*what, "other", ANY))
    return next((address for address in outcomes if address is not None), None)


def _save(run: Run, frame: Frame, step: CallingStep, body: Json) -> None:
    for name, path in step.saved.items():
        value = body
        for part in path:
            value = field(value, part)
        if name not in run.graph(frame).slots:
            frame.saved[name] = value
        elif value is None:
            frame.slots.pop(name, None)
        else:
            frame.slots[name] = Slot(value)
