"""Expressions as trees, for checks that ask what must hold where a condition was met: cut from the text once, kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from chatbot.content.expression_text import mask, restore, unreserve
from chatbot.types import Json

LITERALS: Final[dict[str, Json]] = {"none": None, "true": True, "false": False}
_CHANGING: Final = re.compile(r"\b(?:now|open|days_since|hours_since|message)\b")
"""Names and functions that may say something else in the next turn."""
_COMPLEMENT: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


@lru_cache(maxsize=20_000)
def tree_of(source: str) -> ast.expr:
    """An expression that compiles, as a tree with its own texts and names in it."""
    masked, texts = mask(source)
    masked, hidden = unreserve(masked)
    indent = len(masked) - len(masked.lstrip())
    tree = ast.parse(masked[indent:].rstrip(), mode="eval").body
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = texts.get(indent + node.col_offset, node.value)
    restore(tree, hidden, indent)
    return tree


def dotted(node: ast.expr) -> str:
    """`order.status` of a name and its fields, "" for anything else."""
    match node:
        case ast.Name(id=name) if name not in LITERALS:
            return name
        case ast.Attribute(value=inner, attr=name):
            return f"{before}.{name}" if (before := dotted(inner)) else ""
        case ast.Subscript(value=inner, slice=ast.Constant(value=str() as name)):
            return f"{before}.{name}" if (before := dotted(inner)) else ""
        case _:
            return ""


def is_none(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "none") or (isinstance(node, ast.Constant) and node.value is None)


def is_written(node: ast.expr) -> bool:
    """Whether a value stands there itself, not a name for it."""
    return isinstance(node, ast.Constant | ast.List) or (isinstance(node, ast.Name) and node.id in LITERALS)


def comparisons(tree: ast.expr) -> Iterator[tuple[ast.expr, ast.cmpop, ast.expr]]:
    """Two sides with the sign between; `x in [a, b]` is two of `==`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        for op, left, right in zip(node.ops, [node.left, *node.comparators], node.comparators, strict=False):
            if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.List):
                yield from ((left, ast.Eq(), each) for each in right.elts)
            else:
                yield left, op, right


def compared(tree: ast.expr) -> Iterator[tuple[ast.expr, str, Json]]:
    """Where a name stands that is compared with a value written out, the name, and the value."""
    for left, op, right in comparisons(tree):
        if not isinstance(op, ast.In | ast.NotIn):
            for one, other in ((left, right), (right, left)):
                yield from ((one, dotted(one), value) for value in literals(other))


def computed(tree: ast.expr) -> Iterator[ast.BinOp]:
    """Two values with a sign between, the innermost first."""
    yield from reversed([node for node in ast.walk(tree) if isinstance(node, ast.BinOp)])


def literals(node: ast.expr) -> Iterator[Json]:
    match node:
        case ast.Constant(value=str() | bool() | int() | float() as value):
            yield value
        case ast.Name(id=name) if LITERALS.get(name) is not None:
            yield LITERALS[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            yield -value
        case _:
            pass


@lru_cache(maxsize=20_000)
def atom(node: ast.expr) -> str:
    """How a condition is remembered."""
    return f"?{ast.unparse(node)}"


@lru_cache(maxsize=20_000)
def complement(node: ast.expr) -> str:
    """How the comparison is remembered that holds where this one does not, "" for what is no plain comparison.

    Where a value is missing neither of the two holds.
    """
    match node:
        case ast.Compare(left=left, ops=[op], comparators=others) if type(op) in _COMPLEMENT:
            return f"?{ast.unparse(ast.Compare(left, [_COMPLEMENT[type(op)]()], others))}"
        case _:
            return ""


def is_changing(remembered: str) -> bool:
    """Whether a remembered condition may say something else once time has passed, or the customer has written."""
    return remembered[0] == "?" and _CHANGING.search(remembered) is not None


def atoms_in(node: ast.expr) -> Iterator[str]:
    """What can be remembered of a condition: its parts that are true or false, and the values it looks at."""
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from atoms_in(value)
            yield atom(node)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from atoms_in(inner)
        case ast.IfExp(test=test, body=body, orelse=other):
            for part in (test, body, other):
                yield from atoms_in(part)
        case _:
            yield from (name for name in (atom(node), complement(node)) if name)
            yield from (path for part in ast.walk(node) if isinstance(part, ast.expr) and (path := dotted(part)))


def needed(node: ast.expr) -> frozenset[str]:
    """The dotted names without which this has no value: computing needs all of its parts."""
    match node:
        case ast.Name() | ast.Attribute():
            return frozenset({path}) if (path := dotted(node)) else _needed_below(node)
        case ast.Subscript(value=inner):
            return frozenset({path}) if (path := dotted(node)) else needed(inner)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return needed(inner)
        case ast.BinOp(left=left, right=right):
            return needed(left) | needed(right)
        case ast.Call(func=ast.Name(id=name), args=args) if name != "has":
            return frozenset[str]().union(*map(needed, args))
        case _:
            return frozenset()


def _needed_below(node: ast.expr) -> frozenset[str]:
    return needed(node.value) if isinstance(node, ast.Attribute) else frozenset()
