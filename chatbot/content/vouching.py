"""Which names surely have a value once a condition held, or did not: a comparison with none is false."""

from __future__ import annotations

import ast
from functools import cache
from typing import TypeAlias

from chatbot.content.expression import Expression
from chatbot.content.expression_text import mask, unreserve

Names: TypeAlias = frozenset[str]

_NONE: Names = frozenset()
_LITERALS = frozenset({"none", "true", "false"})


def vouched(condition: Expression, *, met: bool) -> Names:
    """The names that have a value where the condition was met, or was not."""
    held, failed = _vouched(condition.source)
    return held if met else failed


@cache
def _vouched(source: str) -> tuple[Names, Names]:
    masked, _ = unreserve(mask(source)[0])
    return _truth(ast.parse(masked.strip(), mode="eval").body)


def _truth(node: ast.expr) -> tuple[Names, Names]:
    """What has a value where this is true, and where it is false."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            held, failed = _truth(inner)
            return failed, held
        case ast.BoolOp(op=op, values=values):
            truths = [_truth(value) for value in values]
            all_held, all_failed = [held for held, _ in truths], [failed for _, failed in truths]
            if isinstance(op, ast.And):
                return _NONE.union(*all_held), all_failed[0].intersection(*all_failed)
            return all_held[0].intersection(*all_held), _NONE.union(*all_failed)
        case ast.IfExp(test=test, body=body, orelse=other):
            (met, unmet), (one, not_one), (two, not_two) = _truth(test), _truth(body), _truth(other)
            return (met | one) & (unmet | two), (met | not_one) & (unmet | not_two)
        case ast.Compare():
            return _compared(node)
        case ast.Call(func=ast.Name(id="has"), args=[name]):
            return _needed(name), _NONE
        case _:
            return _needed(node), _NONE


def _compared(node: ast.Compare) -> tuple[Names, Names]:
    operands = [node.left, *node.comparators]
    held = _NONE
    for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
        both = _needed(left) | _needed(right)
        none = _is_none(left) or _is_none(right)
        if isinstance(op, ast.Eq):
            # Two missing values are equal: only one that is written out proves the other.
            if none and len(node.ops) == 1:
                return _NONE, both
            held |= both if not none and (_is_written(left) or _is_written(right)) else _NONE
        else:
            held |= both
    return held, _NONE


def _needed(node: ast.expr) -> Names:
    """The names without which this has no value: a dotted name needs its root, computing needs all of its parts."""
    match node:
        case ast.Name(id=name):
            return _NONE if name in _LITERALS else frozenset({name})
        case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.UnaryOp(op=ast.USub(), operand=inner):
            return _needed(inner)
        case ast.BinOp(left=left, right=right):
            return _needed(left) | _needed(right)
        case ast.Call(func=ast.Name(id=name), args=args) if name != "has":
            return _NONE.union(*map(_needed, args))
        case _:
            return _NONE


def _is_none(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "none") or (isinstance(node, ast.Constant) and node.value is None)


def _is_written(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.List) or (isinstance(node, ast.Name) and node.id in _LITERALS)
