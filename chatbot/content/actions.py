"""The actions of a project as their source declares them: names, parameters and types, read without running anything.

Every public function at the top level of actions.py is an action. What a type cannot be told of statically is taken
as anything; the real check comes when the action is run.
"""

from __future__ import annotations

import ast
import builtins
import datetime as dt
import decimal
import typing
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.rules import ActionsUnreadable
from chatbot.types import Json

ACTIONS_FILE: Final = "actions.py"
CONTEXT: Final = "ActionContext"
"""The annotation by which an action asks to be told of the conversation it is run for."""

_KNOWN: Final[Mapping[str, Any]] = {
    "str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict, "tuple": tuple, "set": set,
    "None": None, "List": list, "Dict": dict, "Sequence": typing.Sequence, "Mapping": typing.Mapping,
    "date": dt.date, "time": dt.time, "datetime": dt.datetime, "timedelta": dt.timedelta,
    "Decimal": decimal.Decimal,
}  # fmt: skip


_EXCEPTIONS: Final = frozenset(
    name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, Exception)
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """`written` is its annotation as in the source, "" without one; `type` is Any where it cannot be told."""

    name: str
    required: bool
    written: str = ""
    type: Any = Any

    def takes(self, value: Json) -> bool:
        """Whether a value can be what the annotation says."""
        if self.type is Any:
            return True
        try:
            TypeAdapter(self.type).validate_python(value)
        except ValidationError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One action. `open`: it takes arguments of any other name too (`**more`)."""

    name: str
    line: int
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Actions:
    """All actions of a project; `there` is False where it has no actions.py, `sure` where that could not be read.

    `classes` are the names that may be exceptions: of the file, those it imports, and Python's own.
    """

    signatures: Mapping[str, Signature] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    there: bool = False
    sure: bool = True


def read_actions(source: str | None) -> tuple[Actions, list[Diagnostic]]:
    """The actions of an actions.py (None: there is none), and what is wrong with it. Nothing of it is run."""
    if source is None:
        return Actions(), []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, column = getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1
        said = getattr(error, "msg", None) or str(error) or "too deeply nested"
        place = Place(ACTIONS_FILE, line, column, column + 1)
        return Actions(there=True, sure=False), [ActionsUnreadable.at(place, f"Python cannot read this: {said}")]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    signatures = {each.name: _signature(each) for each in functions if not each.name.startswith("_")}
    return Actions(signatures, _classes(tree), there=True), []


def _classes(tree: ast.Module) -> frozenset[str]:
    named = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    named |= {alias.asname or alias.name for node in imports for alias in node.names}
    return frozenset(named) | _EXCEPTIONS


def _signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Signature:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    needed = len(positional) - len(given.defaults)
    pairs = [(each, i < needed) for i, each in enumerate(positional)]
    pairs += [(each, default is None) for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    parameters = {each.arg: _parameter(each, required=required) for each, required in pairs if not _asks_context(each)}
    return Signature(function.name, function.lineno, parameters, given.kwarg is not None)


def _parameter(given: ast.arg, *, required: bool) -> Parameter:
    if given.annotation is None:
        return Parameter(given.arg, required)
    annotation = _unquoted(given.annotation)
    return Parameter(given.arg, required, ast.unparse(annotation), _type(annotation))


def _asks_context(given: ast.arg) -> bool:
    annotation = _unquoted(given.annotation) if given.annotation is not None else None
    return annotation is not None and _name(annotation) == CONTEXT


def _unquoted(annotation: ast.expr) -> ast.expr:
    """An annotation in quotes is the annotation in them."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return annotation
    return annotation


def _name(node: ast.expr) -> str:
    """The last part of a dotted name, "" for anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _type(node: ast.expr) -> Any:
    """The type an annotation surely means; Any where only running the file could tell."""
    node = _unquoted(node)
    match node:
        case ast.Constant(value=None):
            return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([_type(left), _type(right)])
        case ast.Subscript(value=outer, slice=inner):
            return _subscripted(_name(outer), inner)
        case ast.Name() | ast.Attribute():
            return _KNOWN.get(_name(node), Any)
        case _:
            return Any


def _subscripted(outer: str, inner: ast.expr) -> Any:
    parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
    match outer:
        case "Optional":
            return _union([_type(inner), None])
        case "Union":
            return _union([_type(part) for part in parts])
        case "Annotated":
            return _type(parts[0])
        case "Literal":
            values = tuple(part.value for part in parts if isinstance(part, ast.Constant))
            return typing.Literal[values] if len(values) == len(parts) else Any
        case "list" | "List" | "Sequence" | "set":
            return list[_type(parts[0])]  # type: ignore[misc]
        case "dict" | "Dict" | "Mapping" if len(parts) == 2:
            return dict[_type(parts[0]), _type(parts[1])]  # type: ignore[misc]
        case _:
            return _KNOWN.get(outer, Any)


def _union(parts: list[Any]) -> Any:
    return Any if any(part is Any for part in parts) else typing.Union[tuple(parts)]  # noqa: UP007  # made at run time
