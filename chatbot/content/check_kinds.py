"""Values of two kinds: a slot has values of one, and is compared or computed with those of another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from chatbot.content.check_names import name_place
from chatbot.content.conditions import LITERALS, compared, computed, dotted, tree_of
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.expression import Expression
from chatbot.content.index import Flow, Index
from chatbot.content.models import EntityType
from chatbot.content.nearest import near_word, nearest
from chatbot.content.rules import AlwaysTheSame, KindsMixed, MayBeUnset
from chatbot.content.shape import Path
from chatbot.content.steps import AskStep
from chatbot.content.template import Template
from chatbot.content.vocabulary import CHANNELS, installed_channels
from chatbot.types import Json

_NUMBERS: Final = frozenset({"number", "integer", "rating"})
_SENT: Final = frozenset({"attachment", "image", "file", "audio", "video"})
_TEXTS: Final = frozenset({"text", "email", "phone", "url", "date", "time", "datetime"})
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "money": ("amount", "currency"),
    "duration": ("seconds", "minutes", "hours", "days"),
    "location": ("latitude", "longitude"),
}
"""Types whose values have fields, as understanding/entities makes them."""
_KINDS: Final = {str: "a text", bool: "true or false", int: "a number", float: "a number"}


def check_kinds(index: Index) -> Iterator[Diagnostic]:
    entities = {name: each for file in index.project.intents for name, each in file.model.entities.items()}
    for flow in index.own_flows():
        types = _slots(flow)
        for where, used in _everything(flow):
            if isinstance(used, Expression) and "channel" in used.names and "channel" not in flow.model.slots:
                yield from _channels(flow, where, used)
            if used.names & types.keys():
                yield from _fields(flow, where, used, types, entities)
                if isinstance(used, Expression):
                    yield from _comparisons(flow, where, used, types, entities)
                    yield from _mixtures(
                        flow, where, used, {name: _kind(kind, entities) for name, kind in types.items()}
                    )


def _everything(flow: Flow) -> Iterator[tuple[Path, Template | Expression]]:
    for name, slot in flow.model.slots.items():
        if slot.check is not None:
            yield ("slots", name, "check"), slot.check
    for _, step in flow.steps:
        yield from flow.written[id(step)]


def _comparisons(
    flow: Flow, where: Path, used: Expression, types: Mapping[str, str], entities: Mapping[str, EntityType]
) -> Iterator[Diagnostic]:
    for name, value in compared(tree_of(used.source)):
        told = _never(name, types[name], value, entities) if name in types else None
        if told is not None:
            yield AlwaysTheSame.at(name_place(flow.source, where, (name,)), *told)


_NUMBER, _TEXT, _TRUTH = "a number", "a text", "true or false"
_SIGNS: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}


def _kind(type_: str, entities: Mapping[str, EntityType]) -> str:
    """What a slot of this type holds, "" where it is something with fields, or not known."""
    if type_ in _NUMBERS:
        return _NUMBER
    if type_ == "yes_no":
        return _TRUTH
    return _TEXT if type_ in _TEXTS or type_ in entities else ""


def _mixtures(flow: Flow, where: Path, used: Expression, kinds: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Signs between values they cannot work with: the step fails each time."""
    known: dict[ast.expr, str] = {}

    def kind_of(node: ast.expr) -> str:
        match node:
            case ast.Constant(value=bool()) | ast.Name(id="true" | "false"):
                return _TRUTH
            case ast.Constant(value=str()):
                return _TEXT
            case ast.Constant(value=int() | float()):
                return _NUMBER
            case ast.Name(id=name):
                return kinds.get(name, "") if name not in LITERALS else ""
        return known.get(node, "")

    for node in computed(tree_of(used.source)):
        left, right, sign = kind_of(node.left), kind_of(node.right), _SIGNS.get(type(node.op), "")
        adds = isinstance(node.op, ast.Add) and left != _TRUTH
        if left and right and (left != right if adds else {left, right} != {_NUMBER}):
            name = next(filter(None, (dotted(each) for each in ast.walk(node) if isinstance(each, ast.expr))), "")
            what = f"`{sign}` between {left} and {right} fails each time"
            advice = f"`text({name})` makes a text of it" if adds and {left, right} == {_NUMBER, _TEXT} else ""
            yield KindsMixed.at(name_place(flow.source, where, (name,)), what, advice)
        elif left and left == right:
            known[node] = left


def _channels(flow: Flow, where: Path, used: Expression) -> Iterator[Diagnostic]:
    """`channel` is the kind of the account a customer writes to."""
    for name, value in compared(tree_of(used.source)):
        if name == "channel" and value not in CHANNELS and value not in installed_channels():
            what = f"this always says the same: `{value}` is no kind of channel"
            advice = nearest(str(value), CHANNELS) or f"it is one of {', '.join(CHANNELS)}"
            yield AlwaysTheSame.at(name_place(flow.source, where, ("channel",)), what, advice)


def _fields(
    flow: Flow, where: Path, used: Template | Expression, types: Mapping[str, str], entities: Mapping[str, EntityType]
) -> Iterator[Diagnostic]:
    """A field that no value of the slot's type has: it prints nothing, and no condition on it holds."""
    for path in sorted(used.paths):
        kind = types.get(path[0], "")
        if len(path) < 2 or not kind or path[1] in ("raw", "value"):
            continue
        known = FIELDS.get(kind, ())
        if kind in (*_NUMBERS, *_TEXTS, *_SENT, "yes_no") or kind in entities or (known and path[1] not in known):
            what = f"a value of the type `{kind}` has no `{path[1]}`: `{'.'.join(path[:2])}` is always empty"
            near = nearest(path[1], known)
            advice = near or (f"it has {', '.join(known)}" if known else f"write `{path[0]}` alone")
            yield MayBeUnset.at(name_place(flow.source, where, path), what, advice)


def _slots(flow: Flow) -> dict[str, str]:
    """The types of the slots that are only ever filled by asking for them."""
    asked = {step.ask for _, step in flow.steps if isinstance(step, AskStep)} - flow.saved()
    return {name: slot.type for name, slot in flow.model.slots.items() if name in asked}


def _never(name: str, kind: str, value: Json, entities: Mapping[str, EntityType]) -> tuple[str, str] | None:
    """What is wrong with comparing a slot of this type with this value, and what to write; None where nothing is."""
    entity = entities.get(kind)
    if kind == "yes_no":
        fits, own, advice = isinstance(value, bool), "true or false", f"write `{name}` or `not {name}`"
    elif kind in _NUMBERS:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        own, advice = "a number", "numbers stand without quotes"
    elif entity is not None and entity.values is not None:
        return _no_key(name, kind, value, entity.values)
    elif kind in _TEXTS or entity is not None:
        fits, own, advice = isinstance(value, str), "a text", "texts stand in quotes"
    elif kind in FIELDS:
        fits, own, advice = (
            False,
            f"a {kind} with {' and '.join(FIELDS[kind][:2])}",
            f"write `{name}.{FIELDS[kind][0]}`",
        )
    else:
        return None
    if fits:
        return None
    return f"this always says the same: `{name}` is {own}, what it is compared with is {_KINDS[type(value)]}", advice


def _no_key(name: str, kind: str, value: Json, known: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    if value in known:
        return None
    said = str(value).casefold()
    key = next((key for key, words in known.items() if said in (word.casefold() for word in words)), "")
    near = key or near_word(str(value), known)
    advice = f"did you mean `{near}`?" if near else f"it is one of {', '.join(list(known)[:5])}"
    return f"this always says the same: `{value}` is no key of `{kind}`", advice
