"""Fields of an answer that none of its mocks in the tests has: a typing mistake, or a gap in the tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from chatbot.content.check_names import name_place
from chatbot.content.conditions import compared, dotted, is_none, tree_of
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.expression import Expression
from chatbot.content.index import Flow, Index, brought_about
from chatbot.content.nearest import is_slip, nearest
from chatbot.content.rules import NoMockHas
from chatbot.content.shape import Path
from chatbot.content.steps import FetchStep
from chatbot.types import Json

_HOLE: Final = re.compile(r"\{[^{}]*\}")


def check_mocks(index: Index, mocks: Mapping[str, Sequence[Json]]) -> Iterator[Diagnostic]:
    """`mocks` maps a request as tests write it, "GET orders_api /orders/1", to the bodies it is answered with."""
    for flow in index.own_flows():
        bodies = _bodies(flow, mocks)
        guarded = _guarded(flow)
        told: set[tuple[str, ...]] = set()
        for _, step in flow.steps:
            for where, used in flow.written[id(step)]:
                for path in sorted(used.paths):
                    found = bodies.get(path[0], [])
                    if len(path) < 2 or not found or ".".join(path) in guarded or path in told:
                        continue
                    lost = _lost(path, found)
                    if lost:
                        told.add(path)
                        name = ".".join(path[: lost + 1])
                        place = name_place(flow.source, where, path)
                        known = {str(key) for body in found for key in _fields(body, path[1:lost])}
                        advice = nearest(path[lost], known) or "add it to a mock, or look first: `has(...)`"
                        yield NoMockHas.at(place, f"no mock in the tests has `{name}`", advice)
            for where, used in flow.expressions(step):
                yield from _values(flow, where, used, bodies)


def _values(flow: Flow, where: Path, used: Expression, bodies: Mapping[str, Sequence[Json]]) -> Iterator[Diagnostic]:
    """A text that a field is compared with and that no mock has, but one nearly has: tests need not have them all."""
    for _, name, value in compared(tree_of(used.source)):
        root, *path = name.split(".")
        had = {found for body in bodies.get(root, ()) if isinstance(found := _within(body, path), str)}
        near = next((each for each in sorted(had) if isinstance(value, str) and _is_slip(value, each)), "")
        if near and value not in had:
            place = name_place(flow.source, where, tuple(name.split(".")))
            what = f"no mock in the tests has the value `{value}` in `{name}`"
            yield NoMockHas.at(place, what, f"did you mean `{near}`?")


def _is_slip(value: str, other: str) -> bool:
    """Whether a word is another one mistyped: "size_xl" is not "size_l", nor "level2" "level1"."""
    return min(len(value), len(other)) > 4 and f"{value}{other}".isalpha() and is_slip(value, other)


def _bodies(flow: Flow, mocks: Mapping[str, Sequence[Json]]) -> dict[str, list[Json]]:
    """Saved name -> the bodies its requests are answered with; a name that `set` or `call` changes is left out."""
    bodies: dict[str, list[Json]] = {}
    for _, step in flow.steps:
        if isinstance(step, FetchStep) and step.saved:
            request = step.fetch
            path = "".join(
                ".*" if _HOLE.fullmatch(part) else re.escape(part)
                for part in re.split(r"(\{[^{}]*\})", request.path.source.partition("?")[0])
            )
            for line, answers in mocks.items():
                method, service, address = line.split(maxsplit=2)
                asked = (method, service) == (request.method, request.service)
                if asked and re.fullmatch(path, unquote(address.partition("?")[0])):
                    for name, at in step.saved.items():
                        bodies.setdefault(name, []).extend(_within(body, at) for body in answers)
    others = (name for _, step in flow.steps if not isinstance(step, FetchStep) for name in brought_about(step))
    return {name: found for name, found in bodies.items() if name not in {*others}}


def _guarded(flow: Flow) -> set[str]:
    """Fields that may be missing, as the flow itself says: with `has`, a default or a comparison with none."""
    found: set[str] = set()
    for _, step in flow.steps:
        for _, used in flow.written[id(step)]:
            if not isinstance(used, Expression):
                found |= {".".join(path) for path in used.certain}
                continue
            for node in ast.walk(tree_of(used.source)):
                match node:
                    case ast.Call(func=ast.Name(id="has"), args=[name]):
                        found.add(dotted(name))
                    case ast.Compare(left=left, comparators=[right]) if is_none(left) or is_none(right):
                        found |= {dotted(left), dotted(right)}
                    case _:
                        pass
    return found


def _lost(path: tuple[str, ...], bodies: Sequence[Json]) -> int:
    """How far along a path no body goes on; 0 where one has it all, or has something else than fields there."""
    deepest = 1
    for body in bodies:
        here: Json = body
        for depth, name in enumerate(path[1:], 1):
            if not isinstance(here, Mapping):
                return 0
            if name not in here:
                deepest = max(deepest, depth)
                break
            here = here[name]
        else:
            return 0
    return deepest


def _within(body: Json, path: Sequence[str]) -> Json:
    """What `save: { name: a.b }` takes out of an answer."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def _fields(body: Json, path: Sequence[str]) -> Sequence[str]:
    here = _within(body, path)
    return list(here) if isinstance(here, Mapping) else []
