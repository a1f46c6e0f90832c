"""What a value is to expressions and texts: looking one up, comparing two, printing one.

Values are JSON. A number is an int or a finite float, a boolean is not a number, a date is ISO text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from chatbot.errors import ChatbotError
from chatbot.types import Json, Slot

MAX_TEXT: Final = 10_000
MAX_LIST: Final = 1_000
MAX_NUMBER: Final = 10**18

_DAY: Final = len("2026-01-05")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.ASCII)


class EvaluationError(ChatbotError):
    """A value was not of the kind an expression or a filter needs; the message names both."""


@dataclass(slots=True)
class Scope:
    """What an expression or a text may see.

    `names` maps a root name to a JSON value or a `Slot`; `now` is aware and in the contact's time zone;
    `open` tells whether the queue of that name is open and not full, or whether it is within the hours of that name.
    """

    names: Mapping[str, Any]
    now: datetime
    open: Callable[[str], bool]
    locale: str = "en"


def lookup(scope: Scope, path: tuple[str, ...]) -> Json:
    """The value a dotted name stands for, None where any part of it is missing.

    A slot is its value; `.raw` behind it is what the customer typed, `.value` the value again.
    """
    value: Any = scope.names.get(path[0])
    rest = path[1:]
    if isinstance(value, Slot):
        if rest and rest[0] == "raw":
            value, rest = value.raw, rest[1:]
        else:
            value, rest = value.value, rest[1:] if rest and rest[0] == "value" else rest
    elif value is None and path[0] == "now" and "now" not in scope.names:
        value = now_text(scope)
    for name in rest:
        value = field(value, name)
    return value


def field(value: Json, name: str) -> Json:
    """One step into a value: a key of an object, or a position of a list; None where there is none."""
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list | tuple) and name.isascii() and name.isdigit():
        position = int(name[:9])
        return value[position] if position < len(value) else None
    return None


def now_text(scope: Scope) -> str:
    return scope.now.isoformat(timespec="seconds")


def kind(value: Json) -> str:
    """What an author calls the type of a value."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes/no"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list() | tuple():
            return "list"
        case Mapping():
            return "object"
        case _:
            return type(value).__name__


def is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def decimal(value: Json, what: str) -> Decimal:
    """A number as people count: 0.1 is a tenth. `what` names the asker in the error."""
    if not is_number(value):
        raise EvaluationError(f"{what} needs a number, not {_shown(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise EvaluationError(f"{what} needs a finite number")
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def number(value: Decimal, what: str) -> Json:
    """Back from counting to JSON: whole numbers are ints."""
    if not value.is_finite() or abs(value) > MAX_NUMBER:
        raise EvaluationError(f"{what} gives a number that is too large")
    return int(value) if value == value.to_integral_value() else float(value)


def text(value: Json, what: str) -> str:
    if not isinstance(value, str):
        raise EvaluationError(f"{what} needs a text, not {_shown(value)}")
    return value


def items(value: Json, what: str) -> list[Json]:
    if not isinstance(value, list | tuple):
        raise EvaluationError(f"{what} needs a list, not {_shown(value)}")
    return list(value)


def moment(value: Json, scope: Scope, what: str) -> datetime:
    """A date or a time, in the contact's zone; a date alone is its midnight."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            when = datetime.fromisoformat(value)
            return when.replace(tzinfo=scope.now.tzinfo) if when.tzinfo is None else when.astimezone(scope.now.tzinfo)
        except (ValueError, OverflowError):
            pass
    raise EvaluationError(f"{what} needs a date such as 2026-01-05, not {_shown(value)}")


def same(a: Json, b: Json) -> bool:
    """Equality across JSON: text, number and yes/no never equal one another."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return bool(a == b)


def before(a: Json, b: Json, scope: Scope) -> bool | None:
    """Whether a < b; None when they are level. Mixed kinds are an error.

    Two moments compare as such; a day beside a moment compares by the day: today is not before now.
    """
    if isinstance(a, str) and isinstance(b, str):
        if _DATE.fullmatch(a) and _DATE.fullmatch(b):
            first, second = moment(a, scope, "a comparison"), moment(b, scope, "a comparison")
            if (len(a) == _DAY) is not (len(b) == _DAY):
                first, second = (each.replace(hour=0, minute=0, second=0, microsecond=0) for each in (first, second))
            return None if first == second else first < second
        return None if a == b else a < b
    if is_number(a) and is_number(b):
        return None if a == b else a < b
    raise EvaluationError(f"cannot tell which is larger: {_shown(a)} or {_shown(b)}")


def printed(value: Json) -> str:
    """A value as a text shows it: nothing for none, no needless `.0`, lists joined with commas."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < MAX_NUMBER else format(value, ".15g")
        case list() | tuple():
            return ", ".join(map(printed, value))
        case Mapping():
            return ", ".join(f"{key}: {printed(inner)}" for key, inner in value.items())
        case _:
            return str(value)


def capped(value: Json, what: str) -> Json:
    """The value, unless it has grown past what one conversation may hold."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise EvaluationError(f"{what} gives a text of more than {MAX_TEXT} characters")
    if isinstance(value, list | tuple) and len(value) > MAX_LIST:
        raise EvaluationError(f"{what} gives a list of more than {MAX_LIST} values")
    return value


def _shown(value: Json) -> str:
    """A value in an error message: its kind, and the value itself when it is short and harmless."""
    if value is None:
        return "none"
    if isinstance(value, bool) or is_number(value):
        return f"the {kind(value)} {printed(value)}"
    return f"a {kind(value)}" if kind(value) != "object" else "an object"
