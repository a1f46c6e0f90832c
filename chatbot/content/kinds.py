"""What kind of value an expression has, as far as its text and the types of slots tell: a number, a text, ..."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chatbot.content.conditions import LITERALS
from chatbot.content.functions import FUNCTIONS
from chatbot.content.models import EntityType
from chatbot.content.nearest import near_word
from chatbot.types import Json

NUMBERS: Final = frozenset({"number", "integer", "rating"})
SENT: Final = frozenset({"attachment", "image", "file", "audio", "video"})
TEXTS: Final = frozenset({"text", "email", "phone", "url", "date", "time", "datetime"})
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "money": ("amount", "currency"),
    "duration": ("seconds", "minutes", "hours", "days"),
    "location": ("latitude", "longitude"),
}
"""Types whose values have fields, as understanding/entities makes them."""
_WITH_FIELDS: Final = {"money": "an amount of money", "duration": "a time span", "location": "a place"}
NUMBER, TEXT, TRUTH = "a number", "a text", "true or false"
_GIVEN: Final = {"number": NUMBER, "text": TEXT, "truth": TRUTH, "": ""}
_WRITTEN: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "date": (re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?"), '"2026-01-05"'),
    "datetime": (re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?"), '"2026-01-05T12:30"'),
    "time": (re.compile(r"\d\d:\d\d(?::\d\d)?"), '"09:30"'),
}
"""How values of these types are written, and one that is."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """`types` are those of the slots of a flow, `entities` those of the project."""

    types: Mapping[str, str]
    entities: Mapping[str, EntityType]

    def of_type(self, type_: str) -> str:
        """What values of a type are, "" where that is not known."""
        if type_ in NUMBERS:
            return NUMBER
        if type_ == "yes_no":
            return TRUTH
        if type_ in _WITH_FIELDS:
            return _WITH_FIELDS[type_]
        return TEXT if type_ in TEXTS or type_ in self.entities else ""

    def of(self, node: ast.expr) -> str:
        """What an expression gives, "" where that is not known, or only a value at run time tells."""
        match node:
            case ast.Constant(value=bool()) | ast.Name(id="true" | "false"):
                return TRUTH
            case ast.Constant(value=str()):
                return TEXT
            case ast.Constant(value=int() | float()):
                return NUMBER
            case ast.Name(id=name) if name not in LITERALS:
                return self.of_type(self.types.get(name, ""))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return NUMBER
            case ast.UnaryOp(op=ast.Not()) | ast.Compare():
                return TRUTH
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                one, other = self.of(left), self.of(right)
                return one if one == other and one in (NUMBER, TEXT) else ""
            case ast.BinOp():
                return NUMBER
            case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
                return _GIVEN[FUNCTIONS[name].gives]
            case _:
                return ""

    def never(self, name: str, value: Json) -> tuple[str, str] | None:
        """Why a slot never has this value, and what to write; None where it may have it, or its kind tells more."""
        type_ = self.types[name]
        entity = self.entities.get(type_)
        if entity is not None and entity.values is not None and value not in entity.values:
            return f"`{value}` is no key of `{type_}`", _nearest_key(str(value), entity.values)
        if type_ in _WRITTEN and isinstance(value, str) and not _WRITTEN[type_][0].fullmatch(value):
            how = f"a {type_} is written {_WRITTEN[type_][1]}"
            since = "" if type_ == "time" else f"; `days_since({name})` counts the days from it until today"
            return f"`{value}` is no {type_}", how + since
        return None


def _nearest_key(value: str, known: Mapping[str, tuple[str, ...]]) -> str:
    said = value.casefold()
    key = next((key for key, words in known.items() if said in (word.casefold() for word in words)), "")
    near = key or near_word(value, known)
    return f"did you mean `{near}`?" if near else f"it is one of {', '.join(list(known)[:5])}"
