"""Comparisons that always say the same: a slot has values of one kind, and it is compared with a value of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from chatbot.content.check_names import name_place
from chatbot.content.conditions import compared, tree_of
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.index import Flow, Index
from chatbot.content.models import EntityType
from chatbot.content.nearest import near_word
from chatbot.content.rules import AlwaysTheSame
from chatbot.content.steps import AskStep
from chatbot.types import Json

_NUMBERS: Final = frozenset({"number", "integer", "rating"})
_TEXTS: Final = frozenset({"text", "email", "phone", "url", "date", "time", "datetime"})
_KINDS: Final = {str: "a text", bool: "true or false", int: "a number", float: "a number"}


def check_kinds(index: Index) -> Iterator[Diagnostic]:
    entities = {name: each for file in index.project.intents for name, each in file.model.entities.items()}
    for flow in index.own_flows():
        types = _slots(flow)
        for _, step in flow.steps:
            for where, expression in flow.expressions(step):
                if expression.names & types.keys():
                    for name, value in compared(tree_of(expression.source)):
                        told = _never(name, types[name], value, entities) if name in types else None
                        if told is not None:
                            yield AlwaysTheSame.at(name_place(flow.source, where, (name,)), *told)


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
