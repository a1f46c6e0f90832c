"""The way that leads to a finding, told as a short conversation: what is written, what is read, what happens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chatbot.content.course import Course, State
from chatbot.content.graph import Node
from chatbot.content.index import Flow, Index
from chatbot.content.models import Trigger
from chatbot.content.phrase import END, SLOT, PhraseError, sentences
from chatbot.content.steps import (
    AskStep,
    CallStep,
    CasesStep,
    ChooseStep,
    ConfirmStep,
    ConsentStep,
    FetchStep,
    HandoffStep,
    IfStep,
    Question,
    RateStep,
    SayStep,
    SplitStep,
    WaitStep,
)

_MOST: Final = 12
_WIDEST: Final = 100

_SAMPLES: Final = {
    "text": "some words", "number": "12.5", "integer": "3", "money": "20 euros", "date": "tomorrow", "time": "18:00",
    "datetime": "tomorrow at 18:00", "duration": "two hours", "email": "ana@example.com", "phone": "+34 600 123 456",
    "url": "https://example.com", "yes_no": "yes", "rating": "4", "location": "[sends a location]",
    "attachment": "[sends a file]", "image": "[sends a picture]", "file": "[sends a file]",
    "audio": "[sends a voice message]", "video": "[sends a video]",
}  # fmt: skip


def example(index: Index, course: Course, state: State, outcome: str = "") -> tuple[str, ...]:
    """The shortest conversation that comes to a state, or leaves it by an outcome; long ones lose their middle."""
    flow = course.flow
    lines: list[str] = []
    for address, way in course.way_to(state) + ([(state.address, outcome)] if outcome else []):
        node = flow.graph.nodes.get(address)
        told = _told(index, flow, node, way) if node is not None else _begun(index, flow, way)
        lines += [line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…" for line in told]
    return tuple(lines) if len(lines) <= _MOST else (*lines[:4], "…", *lines[5 - _MOST :])


def _begun(index: Index, flow: Flow, caller: str) -> Iterator[str]:
    if caller:
        yield f"({caller} calls {flow.name})"
    elif not flow.model.start:
        yield f"({flow.name} starts)"
    else:
        yield _trigger(index, flow.model.start[0])


def _trigger(index: Index, trigger: Trigger) -> str:
    if trigger.intent is not None:
        intent = index.intents.get(trigger.intent)
        phrases = intent.say if intent is not None else ()
        first = next(iter(next(iter(phrases.values()), ()) if hasattr(phrases, "values") else phrases), "")
        return f"customer: {_spoken(index, first) or trigger.intent.replace('_', ' ')}"
    if trigger.keyword is not None:
        return f"customer: {trigger.keyword}"
    if trigger.button is not None:
        return f"customer: [presses {trigger.button}]"
    given = trigger.model_dump(exclude_none=True)
    return "".join(f"({name}: {value})" if value is not True else f"({name})" for name, value in given.items())


def _spoken(index: Index, phrase: str) -> str:
    """A phrase as a customer would say it: its first form, a sample in the place of each value."""
    try:
        form = next(iter(sentences(phrase, 1)), "")
    except PhraseError:
        return phrase
    filled = re.sub(f"{SLOT}(.*?){END}", lambda found: sample(index, found[1], found[1]), form)
    return " ".join(filled.split())


def _told(index: Index, flow: Flow, node: Node, way: str) -> Iterator[str]:
    if way == "skipped":
        yield "(on another channel)"
    else:
        yield from _done(index, flow, node, way)


def _done(index: Index, flow: Flow, node: Node, way: str) -> Iterator[str]:
    step = node.step
    match step:
        case AskStep(ask=name) if way == "filled":
            yield f"({name} is known already)"
        case SayStep(say=texts):
            yield f"bot: {texts[0].source if texts else '[sends something]'}"
            if way == "if_not_sent":
                yield "(that cannot be delivered)"
        case Question():
            yield from _asked(index, flow, step, way)
        case FetchStep(fetch=request):
            yield f"({request.service} {_answer(way)})"
        case IfStep(if_=condition):
            yield f"({condition.source} {'holds' if way == 'then' else 'does not hold'})"
        case CasesStep(cases=cases):
            met = cases[int(way.partition(".")[2])].if_ if way.startswith("case.") else None
            yield f"({met.source} holds)" if met else "(none of the cases holds)"
        case HandoffStep(handoff=queue):
            yield f"({queue or 'default'} is closed)" if way == "if_closed" else "(a person takes over and gives back)"
        case CallStep(call=callee):
            yield f"({callee} runs)"
        case SplitStep(split=name):
            yield f"({name} goes the way {int(way.partition('.')[2] or 0) + 1})"
        case WaitStep():
            yield "(time passes)" if step.wait.event is None else f"({step.wait.event} comes)"
        case _ if way not in ("next", "goto", "again", "form"):
            yield f"({node.address}: {way})"
        case _:
            pass


def _asked(index: Index, flow: Flow, step: Question, way: str) -> Iterator[str]:
    if isinstance(step, ConsentStep) and step.action != "ask":
        return
    prompts = step.say or getattr(step, "confirm", ())
    yield f"bot: {prompts[0].source if prompts else '[asks]'}"
    if way.startswith("if_silent."):
        rung = step.if_silent[int(way.partition(".")[2])] if step.if_silent else None
        yield f"(no answer for {_lasting(rung.after)})" if rung else "(no answer)"
    elif way == "if_failed":
        yield f"(no valid answer{f' in {step.tries} tries' if step.tries else ''})"
    elif way == "if_invalid":
        yield "(no valid answer)"
    elif way in ("if_no", "declined"):
        yield "customer: no"
    else:
        yield f"customer: {_answered(index, flow, step, way)}"


def _answered(index: Index, flow: Flow, step: Question, way: str) -> str:
    match step:
        case ConfirmStep() | ConsentStep():
            return "yes"
        case RateStep():
            return "4"
        case ChooseStep(options=tuple() as options) if way.startswith("option."):
            return str(options[int(way.partition(".")[2])].title.source)
        case AskStep(ask=name):
            slot = flow.model.slots.get(name)
            return sample(index, slot.type if slot else "text", name)
        case _:
            return "[chooses one]"


def sample(index: Index, kind: str, name: str) -> str:
    """Something a customer may answer where this type is asked for."""
    if kind in _SAMPLES:
        return _SAMPLES[kind]
    for file in index.project.intents:
        entity = file.model.entities.get(kind)
        if entity is not None and entity.values:
            return next((words[0] for words in entity.values.values() if words), kind)
    return f"[{name}]"


def _lasting(milliseconds: int) -> str:
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


def _answer(way: str) -> str:
    status = way.removeprefix("if_error.")
    if way == "next":
        return "answers 200"
    if status == "timeout":
        return "does not answer in time"
    return f"answers {status}" if status.isdigit() else "fails"
