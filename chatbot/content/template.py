"""Texts with `{name}` in them, parsed once at load. Values are only data: what a value holds is never parsed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias
from urllib.parse import quote

from chatbot.content.compiled import Compiled, CompileError, revived
from chatbot.content.filters import FILTERS, Filter
from chatbot.content.nearest import nearest
from chatbot.content.values import EvaluationError, Scope, lookup, printed
from chatbot.types import Json, Slot

__all__ = ["FILTERS", "Template", "TemplateError"]

Missing: TypeAlias = Callable[[str], None]

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{((?:[^{}'\"]|'[^']*'|\"[^\"]*\")*)\}|\{")
_PATH: Final = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_FILTER: Final = re.compile(r"\s*\|\s*(\w+)\s*(\()?")
_ARGUMENT: Final = re.compile(
    r"\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>none|true|false))\s*([,)])"
)
_WORDS: Final[dict[str, Json]] = {"none": None, "true": True, "false": False}


class TemplateError(CompileError):
    """A text's `{...}` is wrong."""


class _Placeholder(NamedTuple):
    path: tuple[str, ...]
    filters: tuple[tuple[Filter, tuple[Json, ...]], ...]

    @property
    def defaulted(self) -> bool:
        return any(step is FILTERS["default"] for step, _ in self.filters)

    def value(self, scope: Scope, *, shown: bool) -> Json:
        """The value behind the filters; `shown` prefers what a text prints of a slot to its value."""
        slot = scope.names.get(self.path[0]) if len(self.path) == 1 else None
        words = all(step.words or step is FILTERS["default"] for step, _ in self.filters)
        if shown and words and isinstance(slot, Slot) and slot.shown is not None and slot.value is not None:
            value: Json = slot.shown
        else:
            value = lookup(scope, self.path)
        for step, args in self.filters:
            if value is not None or step is FILTERS["default"]:
                value = step.call(scope, value, *args)
        return value


class Template(Compiled):
    """A text with its `{...}` parsed.

    `names` are the root names it uses, `paths` the dotted names, `certain` those that print something when missing
    (`|default(...)`).
    """

    __slots__ = ("_parts", "certain", "names", "paths")
    source: str
    names: frozenset[str]
    paths: frozenset[tuple[str, ...]]
    certain: frozenset[tuple[str, ...]]
    _parts: tuple[str | _Placeholder, ...]

    code = "template"
    expected = "expected a text here"
    schema: ClassVar = {"type": ["string", "number", "boolean"], "description": "A text; {name} prints a value"}

    def __init__(self, source: str) -> None:
        parts = _parse(str(source))
        holes = [part for part in parts if isinstance(part, _Placeholder)]
        bare = {hole.path for hole in holes if not hole.defaulted}
        paths = frozenset(hole.path for hole in holes)
        names = frozenset(path[0] for path in paths)
        self._put(source=str(source), _parts=parts, paths=paths, names=names, certain=paths - bare)

    @property
    def is_plain(self) -> bool:
        """Whether it prints the same for everybody."""
        return not self.paths

    @property
    def plain(self) -> str | None:
        """What it prints for everybody; None where that depends on values."""
        if self.paths:
            return None
        return str(self._parts[0]) if len(self._parts) == 1 else "".join(map(str, self._parts))

    @property
    def is_value(self) -> bool:
        """Whether it is exactly one `{name}`, which keeps its type."""
        return len(self._parts) == 1 and isinstance(self._parts[0], _Placeholder)

    def render(
        self, scope: Scope, *, escape: Callable[[str], str] | None = None, missing: Missing | None = None
    ) -> str:
        """The text a customer reads. A missing value prints nothing, and `missing` is told its dotted name.

        `escape` is applied to every value; values meant for machines are a slot's value, not what texts show of it.
        Raises EvaluationError where a filter cannot use its value.
        """
        return self._text(scope, escape, missing, shown=escape is None)

    def value(self, scope: Scope, missing: Missing | None = None) -> Json:
        """The value for a machine: exactly one `{name}` keeps its type, everything else is a text."""
        first = self._parts[0] if len(self._parts) == 1 else None
        if not isinstance(first, _Placeholder):
            return self._text(scope, None, missing, shown=False)
        value = first.value(scope, shown=False)
        if value is None and missing is not None and not first.defaulted:
            missing(".".join(first.path))
        return value

    def render_url(self, scope: Scope, missing: Missing | None = None) -> str:
        """An address: its values percent-encoded. One that is exactly one value must be https, or EvaluationError."""
        if not self.is_value:
            return self._text(scope, percent_encoded, missing, shown=False)
        value = self.value(scope, missing)
        if value is None:
            return ""
        if not isinstance(value, str) or not re.match(r"https://[^\s/]", value) or re.search(r"[\s\x00-\x1f]", value):
            raise EvaluationError(f"the address {self.source} must begin with https://")
        return value

    def _text(self, scope: Scope, escape: Callable[[str], str] | None, missing: Missing | None, *, shown: bool) -> str:
        out: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                out.append(part)
                continue
            value = part.value(scope, shown=shown)
            if value is None and missing is not None and not part.defaulted:
                missing(".".join(part.path))
            out.append(escape(printed(value)) if escape else printed(value))
        return "".join(out)


class Variant(Template):
    """One of several texts, for some kinds of channel only."""

    __slots__ = ("only",)
    only: tuple[str, ...]

    def __init__(self, source: str, only: tuple[str, ...]) -> None:
        super().__init__(source)
        self._put(only=only)

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and isinstance(other, Variant) and other.only == self.only

    def __hash__(self) -> int:
        return hash((super().__hash__(), self.only))

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived_variant, (self.source, self.only)

    def _compile(self) -> None:
        self.__init__(self.source, self.only)  # type: ignore[misc]


def _revived_variant(source: str, only: tuple[str, ...]) -> Compiled:
    return revived(Variant, source, only=only)


def percent_encoded(value: str) -> str:
    """A value as one part of an address: no character of it can begin another part."""
    return quote(value, safe="")


def _parse(source: str) -> tuple[str | _Placeholder, ...]:
    parts: list[str | _Placeholder] = []
    text: list[str] = []
    at = 0
    for token in _TOKEN.finditer(source):
        text.append(source[at : token.start()])
        at = token.end()
        if token[0] in ("{{", "}}"):
            text.append(token[0][0])
        elif token[1] is None:
            raise TemplateError("this `{` is never closed; a literal brace is written `{{`", token.start(), 1)
        else:
            if "".join(text):
                parts.append("".join(text))
            text = []
            parts.append(_placeholder(token[1], token.start(1)))
    text.append(source[at:])
    if "".join(text):
        parts.append("".join(text))
    return tuple(parts)


def _placeholder(inner: str, column: int) -> _Placeholder:
    indent = len(inner) - len(inner.lstrip())
    path = _PATH.match(inner, indent)
    if path is None:
        raise TemplateError("a name goes in the braces; a literal brace is written `{{`", column - 1, len(inner) + 2)
    filters: list[tuple[Filter, tuple[Json, ...]]] = []
    at = path.end()
    while inner[at:].strip():
        name = _FILTER.match(inner, at)
        if name is None:
            wrong = len(inner) - len(inner[at:].lstrip())
            raise TemplateError(
                "only a name and filters go in the braces, such as {order.status|upper}; compute with `set` before",
                column + wrong,
                len(inner) - wrong,
            )
        at = name.end()
        args: list[Json] = []
        closing = "" if name[2] else ")"
        while closing != ")":
            found = _ARGUMENT.match(inner, at)
            if found is None:
                raise TemplateError(f"`{name[1]}` takes quoted texts or numbers", column + at - 1, 1)
            args.append(_argument(found))
            at, closing = found.end(), found[5]
        filters.append((_filter(name, args, column), tuple(args)))
    return _Placeholder(tuple(path[0].split(".")), tuple(filters))


def _argument(found: re.Match[str]) -> Json:
    if found["number"] is not None:
        return float(found["number"]) if "." in found["number"] else int(found["number"])
    if found["word"] is not None:
        return _WORDS[found["word"]]
    return found["single"] if found["single"] is not None else found["double"]


def _filter(found: re.Match[str], args: list[Json], column: int) -> Filter:
    name = found[1]
    if name not in FILTERS:
        said = f"there is no filter `{name}`; {nearest(name, FILTERS)}".rstrip("; ")
        raise TemplateError(said, column + found.start(1), len(name))
    known = FILTERS[name]
    fitting = all(isinstance(each, known.takes) and not (known.takes is int and each is True) for each in args)
    if not known.least <= len(args) <= known.most or not fitting:
        raise TemplateError(f"`{name}` is used as {known.signature}", column + found.start(1), len(name))
    return known
