"""What the signs of an expression do with two values. Text, number and yes/no never mix."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Final, TypeAlias

from chatbot.content.values import EvaluationError, Scope, before, capped, decimal, field, kind, number, same
from chatbot.types import Json

Test: TypeAlias = Callable[[Json, Json, Scope], bool]


def is_set(a: Json, b: Json, _: Scope) -> bool:
    return (a is None) is not (b is None)


def index(value: Json, key: Json) -> Json:
    if value is None or key is None:
        return None
    if isinstance(key, str) and not isinstance(value, str | list | tuple):
        return field(value, key)
    if isinstance(value, list | tuple) and isinstance(key, int) and not isinstance(key, bool):
        return value[key] if -len(value) <= key < len(value) else None
    raise EvaluationError(f"cannot take the {kind(key)} position of a value that is {kind(value)}")


def _plus(a: Json, b: Json) -> Json:
    if isinstance(a, str) and isinstance(b, str):
        return capped(a + b, "`+`")
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return capped([*a, *b], "`+`")
    if isinstance(a, str) or isinstance(b, str):
        raise EvaluationError(f"`+` joins a text only with a text, not with {kind(b if isinstance(a, str) else a)}")
    return number(decimal(a, "`+`") + decimal(b, "`+`"), "`+`")


def _divide(a: Json, b: Json) -> Json:
    return number(decimal(a, "`/`") / _divisor(b, "`/`"), "`/`")


def _remainder(a: Json, b: Json) -> Json:
    whole, divisor = decimal(a, "`%`"), _divisor(b, "`%`")
    return number(whole - divisor * (whole / divisor).to_integral_value(ROUND_FLOOR), "`%`")


def _divisor(value: Json, what: str) -> Decimal:
    divisor = decimal(value, what)
    if divisor == 0:
        raise EvaluationError(f"{what} by zero")
    return divisor


def _within(a: Json, b: Json) -> bool:
    if isinstance(b, str):
        return isinstance(a, str) and a in b
    if isinstance(b, list | tuple):
        return any(same(a, item) for item in b)
    if isinstance(b, dict):
        return isinstance(a, str) and a in b
    raise EvaluationError(f"`in` needs a list or a text behind it, not {kind(b)}")


def _both(test: Test) -> Test:
    """Any comparison with none is false, whichever side it stands on."""
    return lambda a, b, scope: a is not None and b is not None and test(a, b, scope)


ARITHMETIC: Final[dict[type[ast.operator], Callable[[Json, Json], Json]]] = {
    ast.Add: _plus,
    ast.Sub: lambda a, b: number(decimal(a, "`-`") - decimal(b, "`-`"), "`-`"),
    ast.Mult: lambda a, b: number(decimal(a, "`*`") * decimal(b, "`*`"), "`*`"),
    ast.Div: _divide,
    ast.Mod: _remainder,
}

COMPARE: Final[dict[type[ast.cmpop], Test]] = {
    ast.Eq: lambda a, b, _: same(a, b),
    ast.NotEq: _both(lambda a, b, _: not same(a, b)),
    ast.Lt: _both(lambda a, b, scope: before(a, b, scope) is True),
    ast.LtE: _both(lambda a, b, scope: before(a, b, scope) is not False),
    ast.Gt: _both(lambda a, b, scope: before(a, b, scope) is False),
    ast.GtE: _both(lambda a, b, scope: before(a, b, scope) is not True),
    ast.In: _both(lambda a, b, _: _within(a, b)),
    ast.NotIn: _both(lambda a, b, _: not _within(a, b)),
}
