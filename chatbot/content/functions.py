"""The functions an expression may call: one table, from which the docs and the schema are made.

An implementation takes the scope and the evaluated arguments, and raises EvaluationError for a value it cannot use.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final, Literal, NamedTuple

from chatbot.content.values import (
    EvaluationError,
    Scope,
    before,
    capped,
    decimal,
    is_number,
    items,
    kind,
    moment,
    now_text,
    number,
    printed,
    same,
    text,
)
from chatbot.types import Json


class Function(NamedTuple):
    """`least`/`most`: how many arguments. `pattern`: which one is a regular expression. `path`: takes a dotted name.

    `gives`: what its value is, "" where that follows from the arguments.
    """

    signature: str
    doc: str
    call: Callable[..., Json]
    least: int
    most: int | None
    pattern: int | None = None
    path: bool = False
    gives: Literal["", "number", "text", "truth"] = ""


def rounded(value: Json, places: Json = 0, what: str = "round") -> Json:
    """Half goes up, as on a bill: 2.5 is 3."""
    if not isinstance(places, int) or isinstance(places, bool) or places not in range(11):
        raise EvaluationError(f"{what} takes 0 to 10 decimal places")
    exact = decimal(value, what)
    return number(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if abs(exact) < 10**15 else exact, what)


def _len(_: Scope, value: Json) -> Json:
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    raise EvaluationError(f"len needs a text or a list, not {kind(value)}")


def _extreme(name: str, *, largest: bool) -> Callable[..., Json]:
    def pick(scope: Scope, *values: Json) -> Json:
        candidates = items(values[0], name) if len(values) == 1 else list(values)
        if not candidates:
            raise EvaluationError(f"{name} of an empty list")
        best = candidates[0]
        for value in candidates[1:]:
            if before(best, value, scope) is largest:
                best = value
        if best is None:
            raise EvaluationError(f"{name} needs numbers or texts, not none")
        return best

    return pick


def _sum(_: Scope, values: Json) -> Json:
    return number(sum((decimal(value, "sum") for value in items(values, "sum")), Decimal(0)), "sum")


def _number(_: Scope, value: Json) -> Json:
    if is_number(value):
        return value
    try:
        return number(Decimal(text(value, "number").strip()), "number")
    except InvalidOperation:
        raise EvaluationError("number needs a text that is a number, such as 12.5") from None


def _text(_: Scope, value: Json) -> Json:
    if value is None:
        raise EvaluationError("text needs a value, not none")
    return capped(printed(value), "text")


def _days_since(scope: Scope, value: Json) -> Json:
    return (scope.now.date() - moment(value, scope, "days_since").date()).days


def _hours_since(scope: Scope, value: Json) -> Json:
    return int((scope.now - moment(value, scope, "hours_since")).total_seconds() // 3600)


def _matches(_: Scope, value: Json, pattern: Any) -> Json:
    return pattern.search(text(value, "matches")) is not None


def _contains(_: Scope, whole: Json, part: Json) -> Json:
    if isinstance(whole, str):
        return text(part, "contains") in whole
    return any(same(item, part) for item in items(whole, "contains"))


FUNCTIONS: Final[dict[str, Function]] = {
    "len": Function("len(x)", "How many characters a text or entries a list has.", _len, 1, 1, gives="number"),
    "lower": Function(
        "lower(text)", "The text in small letters.", lambda _, t: text(t, "lower").lower(), 1, 1, gives="text"
    ),
    "upper": Function(
        "upper(text)", "The text in capitals.", lambda _, t: text(t, "upper").upper(), 1, 1, gives="text"
    ),
    "trim": Function(
        "trim(text)", "The text without blanks at its ends.", lambda _, t: text(t, "trim").strip(), 1, 1, gives="text"
    ),
    "text": Function("text(x)", "The value as a text prints it.", _text, 1, 1, gives="text"),
    "number": Function("number(text)", "The number a text holds.", _number, 1, 1, gives="number"),
    "round": Function(
        "round(number, places)", "Rounded; without `places` to a whole number.",
        lambda _, *args: rounded(*args), 1, 2, gives="number",
    ),
    "abs": Function(
        "abs(number)", "The number without its sign.",
        lambda _, n: abs(number(decimal(n, "abs"), "abs")), 1, 1, gives="number",
    ),
    "min": Function("min(a, b, ...)", "The smallest of values or of a list.", _extreme("min", largest=False), 1, None),
    "max": Function("max(a, b, ...)", "The largest of values or of a list.", _extreme("max", largest=True), 1, None),
    "sum": Function("sum(list)", "All numbers of a list added up.", _sum, 1, 1, gives="number"),
    "now": Function("now()", "The time of this message, in the contact's time zone.", now_text, 0, 0, gives="text"),
    "days_since": Function(
        "days_since(date)", "Whole days from that date until today; negative for a date to come.",
        _days_since, 1, 1, gives="number",
    ),
    "hours_since": Function(
        "hours_since(time)", "Whole hours from that time until now; negative for a time to come.",
        _hours_since, 1, 1, gives="number",
    ),
    "matches": Function(
        'matches(text, "regex")', "Whether the regular expression is found in the text.",
        _matches, 2, 2, pattern=1, gives="truth",
    ),
    "starts_with": Function(
        "starts_with(text, start)", "Whether the text begins so.",
        lambda _, t, s: text(t, "starts_with").startswith(text(s, "starts_with")), 2, 2, gives="truth",
    ),
    "ends_with": Function(
        "ends_with(text, end)", "Whether the text ends so.",
        lambda _, t, s: text(t, "ends_with").endswith(text(s, "ends_with")), 2, 2, gives="truth",
    ),
    "contains": Function(
        "contains(x, part)", "Whether a text has that part, or a list that value.", _contains, 2, 2, gives="truth"
    ),
    "has": Function(
        "has(name)", "Whether the name has a value.", lambda _, value: value is not None, 1, 1, path=True, gives="truth"
    ),
    "open": Function(
        'open("queue")', "Whether that queue can take a conversation now, or whether it is within those `hours:`.",
        lambda scope, queue: scope.open(text(queue, "open")), 1, 1, gives="truth",
    ),
}  # fmt: skip
