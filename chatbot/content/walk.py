"""Going through a flow: every step, text and expression with the path that leads to it in its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from chatbot.content.expression import Expression
from chatbot.content.graph import outcomes
from chatbot.content.models import FlowFile
from chatbot.content.scalars import JsonTemplate, RequestLine
from chatbot.content.shape import Path
from chatbot.content.steps import CasesStep, Step
from chatbot.content.template import Template
from chatbot.content.verbs import StepBase


def lists_of(flow: FlowFile) -> Iterator[tuple[Path, Sequence[Step]]]:
    """Every list of steps, outer ones first; a step of it stands at its path and its position."""
    waiting: list[tuple[Path, Sequence[Step]]] = [(("steps",), flow.steps)]
    while waiting:
        path, steps = waiting.pop(0)
        yield path, steps
        for i, step in enumerate(steps):
            own = path if path[-2:-1] == ("if_silent",) else (*path, i)
            waiting += [((*own, *way_of(step, outcome)), inner) for outcome, inner in outcomes(step)]


def steps_of(flow: FlowFile) -> Iterator[tuple[Path, Step]]:
    """Every step, those of outcomes included."""
    for path, steps in lists_of(flow):
        for i, step in enumerate(steps):
            yield path if path[-2:-1] == ("if_silent",) else (*path, i), step


def way_of(step: Step, outcome: str) -> Path:
    """Where the steps of an outcome stand below their step: `option.0` is options / 0 / then."""
    name, _, rest = outcome.partition(".")
    if name == "option":
        return "options", int(rest), "then"
    if name == "branch":
        return "branches", int(rest), "then"
    if name == "case":
        return "cases", int(rest), "then"
    if name == "else" and isinstance(step, CasesStep) and step.else_ is None:
        return "cases", len(step.cases) - 1, "else"
    if name == "if_silent":
        return name, int(rest)
    return (name, rest) if rest else (name,)


def written_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, Template | Expression]]:
    """Every text and expression in a value, not in the steps that hang on it."""
    if value is None or isinstance(value, str | int | float):
        return
    if isinstance(value, Template | Expression):
        yield path, value
    elif isinstance(value, RequestLine):
        yield path, value.path
    elif isinstance(value, JsonTemplate):
        yield from (((*path, *inner), text) for inner, text in value.texts())
    elif isinstance(value, BaseModel):
        for name, key in _fields(type(value)):
            yield from written_in(getattr(value, name), (*path, key))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not _is_steps(inner):
                yield from written_in(inner, (*path, str(key)))
    elif isinstance(value, tuple) and not _is_steps(value):
        for i, inner in enumerate(value):
            yield from written_in(inner, (*path, i))


def _is_steps(value: Any) -> bool:
    return isinstance(value, StepBase) or (isinstance(value, tuple) and bool(value) and isinstance(value[0], StepBase))


@cache
def _fields(kind: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The fields of a model that can hold a text, by attribute and key; the step of a silence is a step of its own."""
    fields = ((name, field.alias or name) for name, field in kind.model_fields.items())
    return tuple((name, key) for name, key in fields if key != "<step>" and name not in ("id", "only"))
