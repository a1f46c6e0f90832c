"""The expressions of `if`, `set` and `check`: a whitelist over Python's syntax, compiled to closures.

Nothing is ever handed to `eval`; a node that is not listed in `_Compiler` does not compile.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import ClassVar, Final, TypeAlias

from chatbot.content.compiled import Compiled
from chatbot.content.expression_text import ExpressionError, mask, refuse_traps, restore, unreserve
from chatbot.content.functions import FUNCTIONS
from chatbot.content.nearest import near_word, nearest
from chatbot.content.operators import ARITHMETIC, COMPARE, Test, index, is_set
from chatbot.content.patterns import compile_pattern
from chatbot.content.values import MAX_NUMBER, EvaluationError, Scope, capped, decimal, field, lookup, number
from chatbot.types import Json

__all__ = ["FUNCTIONS", "EvaluationError", "Expression", "ExpressionError", "Scope"]

MAX_LENGTH: Final = 500
MAX_NODES: Final = 100
LITERALS: Final[dict[str, Json]] = {"none": None, "true": True, "false": False}

_Run: TypeAlias = Callable[[Scope], Json]


class Expression(Compiled):
    """`names` are the root names it uses, `paths` the dotted names, `queues` the literal arguments of `open()`."""

    __slots__ = ("_run", "names", "paths", "queues")
    source: str
    names: frozenset[str]
    paths: frozenset[tuple[str, ...]]
    queues: frozenset[str]
    _run: _Run

    code = "expression"
    expected = "expected an expression here, such as `order.days > 3`"
    schema: ClassVar = {"type": ["string", "number", "boolean"], "description": "An expression"}

    def __init__(self, source: str) -> None:
        compiler = _Compiler(str(source))
        run = compiler.compile()
        paths = frozenset(compiler.paths)
        names = frozenset(path[0] for path in paths)
        self._put(source=str(source), _run=run, paths=paths, queues=frozenset(compiler.queues), names=names)

    def evaluate(self, scope: Scope) -> Json:
        """The value in this scope; raises EvaluationError for a value of the wrong kind."""
        return self._run(scope)


class _Compiler:
    """One expression on its way from text to closure."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.paths: set[tuple[str, ...]] = set()
        self.queues: set[str] = set()
        self._texts: dict[int, str] = {}

    def compile(self) -> _Run:
        source = self.source
        if len(source) > MAX_LENGTH:
            raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters", MAX_LENGTH, 1)
        masked, self._texts = mask(source)
        if not masked.strip():
            raise ExpressionError("an expression is missing here", 0, max(len(source), 1))
        refuse_traps(masked)
        masked, hidden = unreserve(masked)
        indent = len(masked) - len(masked.lstrip())
        try:
            tree = ast.parse(masked[indent:], mode="eval").body
        except SyntaxError as error:
            end = len(source.rstrip()) - 1
            column = min(indent + error.offset - 1, end) if error.offset else end
            raise ExpressionError("this is not an expression", column, 1) from None
        except (RecursionError, MemoryError, ValueError):
            raise ExpressionError("this expression is nested too deeply", 0, len(source)) from None
        self._indent = indent
        restore(tree, hidden, indent)
        size = sum(isinstance(node, ast.expr) for node in ast.walk(tree))
        if size > MAX_NODES:
            raise ExpressionError(f"this expression is too long: {size} parts, {MAX_NODES} at most", 0, len(source))
        return self._expression(tree)

    def _error(self, node: ast.expr, message: str) -> ExpressionError:
        start = self._indent + node.col_offset
        return ExpressionError(message, start, max(self._indent + (node.end_col_offset or 0) - start, 1))

    def _expression(self, node: ast.expr) -> _Run:
        match node:
            case ast.Constant():
                return _constant(self._literal(node))
            case ast.Name(id=name) if name in LITERALS:
                return _constant(LITERALS[name])
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._reach(node)
            case ast.List(elts=elements):
                parts = [self._expression(element) for element in elements]
                return lambda scope: [part(scope) for part in parts]
            case ast.BoolOp(op=op, values=values):
                return _junction([self._expression(value) for value in values], stop_at=isinstance(op, ast.Or))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._expression(operand)
                return lambda scope: not inner(scope)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                inner, factor = self._expression(operand), -1 if isinstance(sign, ast.USub) else 1
                return lambda scope: number(decimal(inner(scope), "a sign") * factor, "a sign")
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(node, type(op), self._expression(left), self._expression(right))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                when, then, other = self._expression(test), self._expression(body), self._expression(orelse)
                return lambda scope: then(scope) if when(scope) else other(scope)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
            case _:
                raise self._error(node, "this is not allowed in an expression")

    def _literal(self, node: ast.Constant) -> Json:
        value = node.value
        if isinstance(value, str):
            if set(value) - {"_"} or len(value) + 2 != (node.end_col_offset or 0) - node.col_offset:
                raise self._error(node, "join texts with `+`")
            return self._texts[self._indent + node.col_offset]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= MAX_NUMBER:
            return value
        raise self._error(node, "this is not a number that can be used here")

    def _reach(self, node: ast.expr) -> _Run:
        """A name, its fields and indexes; the longest part known at load is one look-up."""
        path = self._path(node)
        if path is not None:
            self.paths.add(path)
            return lambda scope: lookup(scope, path)
        if isinstance(node, ast.Attribute):
            inner, name = self._expression(node.value), node.attr
            return lambda scope: field(inner(scope), name)
        if isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Slice | ast.Tuple):
                raise self._error(node.slice, "only one position or one name goes in [ ]")
            inner, key = self._expression(node.value), self._expression(node.slice)
            return lambda scope: index(inner(scope), key(scope))
        raise self._error(node, "this is not allowed in an expression")

    def _path(self, node: ast.expr) -> tuple[str, ...] | None:
        match node:
            case ast.Name(id=name) if name not in LITERALS:
                return (name,)
            case ast.Attribute(value=inner) if (before_it := self._path(inner)) is not None:
                return (*before_it, node.attr)
            case ast.Subscript(value=inner, slice=ast.Constant(value=str()) as key):
                before_it = self._path(inner)
                return None if before_it is None else (*before_it, str(self._literal(key)))
            case _:
                return None

    def _arithmetic(self, node: ast.expr, op: type[ast.operator], left: _Run, right: _Run) -> _Run:
        compute = ARITHMETIC.get(op)
        if compute is None:
            raise self._error(node, "of the signs only + - * / % can be used to compute")
        return lambda scope: compute(left(scope), right(scope))

    def _comparison(self, node: ast.Compare) -> _Run:
        operands = [node.left, *node.comparators]
        runs = [self._expression(operand) for operand in operands]
        tests: list[Test] = []
        for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
            test = COMPARE.get(type(op))
            if test is None:
                raise self._error(node, "compare with == or !=, not with `is`")
            if isinstance(op, ast.NotEq) and (_is_none(left) or _is_none(right)):
                test = is_set
            tests.append(test)
        if len(tests) == 1:
            first, second, only = runs[0], runs[1], tests[0]
            return lambda scope: only(first(scope), second(scope), scope)
        return _chain(runs, tests)

    def _call(self, node: ast.Call) -> _Run:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if function is None:
            said = f"there is no function `{name}`; {nearest(name, FUNCTIONS)}".rstrip("; ")
            raise self._error(node.func, said if name else self._method(node.func))
        count = len(node.args)
        starred = any(isinstance(arg, ast.Starred) for arg in node.args)
        if node.keywords or starred or count < function.least or (function.most is not None and count > function.most):
            raise self._error(node, f"`{name}` is used as {function.signature}")
        if function.path and not isinstance(node.args[0], ast.Name | ast.Attribute | ast.Subscript):
            raise self._error(node.args[0], f"`{name}` takes a name: {function.signature}")
        args = [
            self._pattern(arg, name) if i == function.pattern else self._expression(arg)
            for i, arg in enumerate(node.args)
        ]
        if name == "open" and isinstance(node.args[0], ast.Constant):
            self.queues.add(str(self._literal(node.args[0])))
        call = function.call
        return lambda scope: capped(call(scope, *[arg(scope) for arg in args]), name)

    def _method(self, node: ast.expr) -> str:
        """What to write for `contact.name.lower()`."""
        path = self._path(node.value) if isinstance(node, ast.Attribute) else None
        if not isinstance(node, ast.Attribute) or path is None:
            return "only functions stand before ( ), such as `len(name)`"
        name = node.attr
        known = name if name in FUNCTIONS else near_word(name, FUNCTIONS)
        shown = f"write `{known}({'.'.join(path)})`" if known else "there are functions such as `len(name)`"
        return f"a value has no functions of its own; {shown}"

    def _pattern(self, node: ast.expr, name: str) -> _Run:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            raise self._error(node, f"the regular expression of `{name}` must be written out in quotes")
        try:
            return _constant(compile_pattern(str(self._literal(node))))
        except ValueError as error:
            raise self._error(node, f"RE2 cannot compile this regular expression: {error}") from None


def _constant(value: Json) -> _Run:
    return lambda _: value


def _junction(parts: list[_Run], *, stop_at: bool) -> _Run:
    def run(scope: Scope) -> Json:
        value: Json = None
        for part in parts:
            value = part(scope)
            if bool(value) is stop_at:
                break
        return value

    return run


def _chain(runs: list[_Run], tests: list[Test]) -> _Run:
    def run(scope: Scope) -> Json:
        left = runs[0](scope)
        for test, following in zip(tests, runs[1:], strict=True):
            right = following(scope)
            if not test(left, right, scope):
                return False
            left = right
        return True

    return run


def _is_none(node: ast.expr) -> bool:
    return (node.id == "none") if isinstance(node, ast.Name) else isinstance(node, ast.Constant) and node.value is None
