"""Values of two kinds: a slot has values of one, and is compared or computed with those of another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

from chatbot.content.check_filters import misapplied
from chatbot.content.check_names import name_place, node_place
from chatbot.content.conditions import compared, comparisons, computed, dotted, literals, tree_of
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.expression import Expression
from chatbot.content.index import Flow, Index
from chatbot.content.kinds import FIELDS, NUMBER, NUMBERS, SENT, TEXT, TEXTS, TRUTH, Kinds
from chatbot.content.models import EntityType
from chatbot.content.nearest import nearest
from chatbot.content.rules import AlwaysTheSame, AnotherType, KindsMixed, MayBeUnset
from chatbot.content.shape import Path
from chatbot.content.steps import AskStep, SetStep
from chatbot.content.template import Template
from chatbot.content.vocabulary import CHANNELS, installed_channels

_SIGNS: Final = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")
"""How a language is written in `contact.locale` and `conversation.language`."""


def check_kinds(index: Index) -> Iterator[Diagnostic]:
    entities = {name: each for file in index.project.intents for name, each in file.model.entities.items()}
    for flow in index.own_flows():
        kinds = Kinds(_slots(flow), entities)
        for where, used in _everything(flow):
            if isinstance(used, Expression):
                yield from _words(flow, where, used)
                yield from _comparisons(flow, where, used, kinds)
                yield from _mixtures(flow, where, used, kinds)
            else:
                yield from misapplied(flow, where, used, kinds)
            yield from _fields(flow, where, used, kinds.types, entities)
        yield from _assigned(index, flow, kinds)


def _everything(flow: Flow) -> Iterator[tuple[Path, Template | Expression]]:
    for name, slot in flow.model.slots.items():
        if slot.check is not None:
            yield ("slots", name, "check"), slot.check
    for _, step in flow.steps:
        yield from flow.written[id(step)]


def _comparisons(flow: Flow, where: Path, used: Expression, kinds: Kinds) -> Iterator[Diagnostic]:
    for left, op, right in comparisons(tree_of(used.source)):
        if isinstance(op, ast.In | ast.NotIn):
            continue
        one, other = kinds.of(left), kinds.of(right)
        subject, value = (right, left) if isinstance(left, ast.Constant) else (left, right)
        place = node_place(flow.source, where, used, subject)
        ordered = isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
        if one and other and ordered and (one != other or one not in (NUMBER, TEXT)):
            what = f"`{_SIGNS[type(op)]}` between {one} and {other} fails each time"
            yield KindsMixed.at(place, what, _advice(subject, value, kinds))
        elif one and other and one != other:
            is_, compared_with = (one, other) if subject is left else (other, one)
            shown = ast.unparse(subject)
            what = f"this always says the same: `{shown}` is {is_}, what it is compared with is {compared_with}"
            yield AlwaysTheSame.at(place, what, _advice(subject, value, kinds))
        else:
            yield from _values(flow, where, used, kinds, (left, right))


def _values(
    flow: Flow, where: Path, used: Expression, kinds: Kinds, sides: tuple[ast.expr, ast.expr]
) -> Iterator[Diagnostic]:
    """A slot beside a value written out that is none of its own."""
    for one, other in (sides, sides[::-1]):
        name = dotted(one)
        for value in literals(other) if name in kinds.types else ():
            told = kinds.never(name, value)
            if told is not None:
                place = node_place(flow.source, where, used, one)
                yield AlwaysTheSame.at(place, f"this always says the same: {told[0]}", told[1])


def _advice(subject: ast.expr, value: ast.expr, kinds: Kinds) -> str:
    """What to write where two kinds are compared."""
    name = dotted(subject)
    type_ = kinds.types.get(name, "")
    if type_ in FIELDS:
        return f"write `{name}.{FIELDS[type_][0]}`"
    if type_ == "yes_no":
        return f"write `{name}` or `not {name}`"
    if type_ in ("date", "datetime"):
        return f"`days_since({name})` counts the days from it until today"
    if isinstance(value, ast.Constant) and {kinds.of(subject), kinds.of(value)} == {NUMBER, TEXT}:
        return "numbers stand without quotes" if kinds.of(subject) == NUMBER else "texts stand in quotes"
    return ""


def _mixtures(flow: Flow, where: Path, used: Expression, kinds: Kinds) -> Iterator[Diagnostic]:
    """Signs between values they cannot work with: the step fails each time. What such a sign gives is not told of."""
    failing: set[ast.expr] = set()
    for node in computed(tree_of(used.source)):
        left, right, sign = kinds.of(node.left), kinds.of(node.right), _SIGNS.get(type(node.op), "")
        adds = isinstance(node.op, ast.Add) and TRUTH not in (left, right)
        if failing & {node.left, node.right}:
            failing.add(node)
        elif left and right and (left != right if adds and left in (NUMBER, TEXT) else {left, right} != {NUMBER}):
            failing.add(node)
            named = next((each for each in ast.walk(node) if isinstance(each, ast.expr) and dotted(each)), node)
            what = f"`{sign}` between {left} and {right} fails each time"
            name = dotted(named)
            advice = f"`text({name})` makes a text of it" if adds and {left, right} == {NUMBER, TEXT} and name else ""
            if (type_ := kinds.types.get(name, "")) in FIELDS:
                advice = f"write `{name}.{FIELDS[type_][0]}`"
            yield KindsMixed.at(node_place(flow.source, where, used, named), what, advice)


def _assigned(index: Index, flow: Flow, kinds: Kinds) -> Iterator[Diagnostic]:
    """What `set` gives to slots and fields of the contact whose types never hold it; a plain text takes anything."""
    bot = index.project.bot
    types = {f"contact.{name}": type_ for name, type_ in bot.model.contact.items()} if bot is not None else {}
    types |= {name: slot.type for name, slot in flow.model.slots.items()}
    for path, step in flow.steps:
        for target, expression in step.set.items() if isinstance(step, SetStep) else ():
            own, given = kinds.of_type(types.get(target, "")), kinds.of(tree_of(expression.source))
            if own and given and own != given and types[target] != "text":
                what = f"`{target}` is of the type `{types[target]}`, and this is {given}"
                yield AnotherType.at(flow.place((*path, "set", target)), what)


def _words(flow: Flow, where: Path, used: Expression) -> Iterator[Diagnostic]:
    """Words that names of the framework are never: `channel` is a kind of channel, a language is a code."""
    for node, name, value in compared(tree_of(used.source)):
        place = node_place(flow.source, where, used, node)
        if name == "channel" and value not in CHANNELS and value not in installed_channels():
            what = f"this always says the same: `{value}` is no kind of channel"
            advice = nearest(str(value), CHANNELS) or f"it is one of {', '.join(CHANNELS)}"
            yield AlwaysTheSame.at(place, what, advice)
        elif name in ("contact.locale", "conversation.language") and not _LANGUAGE.fullmatch(str(value)):
            what = f"this always says the same: `{value}` is no code of a language"
            yield AlwaysTheSame.at(place, what, "languages are written like `es` or `es-MX`")


def _fields(
    flow: Flow, where: Path, used: Template | Expression, types: Mapping[str, str], entities: Mapping[str, EntityType]
) -> Iterator[Diagnostic]:
    """A field that no value of the slot's type has: it prints nothing, and no condition on it holds."""
    for path in sorted(used.paths):
        kind = types.get(path[0], "")
        if len(path) < 2 or not kind or path[1] in ("raw", "value"):
            continue
        known = FIELDS.get(kind, ())
        if kind in (*NUMBERS, *TEXTS, *SENT, "yes_no") or kind in entities or (known and path[1] not in known):
            what = f"a value of the type `{kind}` has no `{path[1]}`: `{'.'.join(path[:2])}` is always empty"
            near = nearest(path[1], known)
            advice = near or (f"it has {', '.join(known)}" if known else f"write `{path[0]}` alone")
            yield MayBeUnset.at(name_place(flow.source, where, path), what, advice)


def _slots(flow: Flow) -> dict[str, str]:
    """The types of the slots that are only ever filled by asking for them."""
    asked = {step.ask for _, step in flow.steps if isinstance(step, AskStep)} - flow.saved()
    return {name: slot.type for name, slot in flow.model.slots.items() if name in asked}
