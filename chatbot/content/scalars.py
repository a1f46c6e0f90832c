"""The small words of a file: what a single value an author writes may look like, and what it becomes.

Every scalar arrives as text. A `Text` remembers whether it stood there without quotes, for the few places
(`json:`, `mock:`) where that matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self, TypeAlias
from urllib.parse import unquote

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)  # fmt: skip
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from chatbot.content.compiled import Compiled
from chatbot.content.moments import is_moment
from chatbot.content.template import Missing, Template, TemplateError, Variant, percent_encoded
from chatbot.content.values import EvaluationError, Scope
from chatbot.types import Json

if TYPE_CHECKING:
    from chatbot.content.models import SlotType
    from chatbot.content.steps import Step


class Text(str):
    """A scalar as written; `plain` says that no quotes stood round it."""

    __slots__ = ("plain",)
    plain: bool

    def __new__(cls, value: str, *, plain: bool = False) -> Self:
        text = super().__new__(cls, value)
        text.plain = plain
        return text


_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_JSON_WORDS: Final[Mapping[str, Json]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNITS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
_WORDED: Final = re.compile(
    r"(\d+)\s*([smhdw])(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?|ays?|eeks?)?\b(?:\s*and)?", re.ASCII
)
"""A time span as people write it: "3 days", "1 hour and 30 minutes"."""
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[smhdw])\s*)+", re.ASCII)
_NAME: Final = re.compile(r"[a-z_][a-z0-9_.-]*", re.ASCII)
_WORD: Final = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_RESERVED: Final = frozenset("and or not in is if else none true false".split())
_FLAGS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_BILLION: Final = 10**9
_YEAR: Final = 366 * 86_400_000


class OneOrMany(BeforeValidator):
    """Where a list is wanted and one entry alone will do; editors are told so too."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(schema)
        return {"anyOf": [made["items"], made]}


class ShortForm(BeforeValidator):
    """Where a mapping is wanted and a word stands for the commonest one; editors are told so too."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class VariantForm(BeforeValidator):
    """Where a text may be one for some kinds of channel only."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        text = handler(schema)
        only = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        mapping = {"type": "object", "properties": {"text": text, "only": only}, "required": ["text", "only"]}
        return {"anyOf": [text, {**mapping, "additionalProperties": False}]}


class Choices(BeforeValidator):
    """Where steps stand by a name, or steps alone for every name."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(schema)
        return {"anyOf": [made["additionalProperties"], made]}


def as_json(value: Any) -> Json:
    """What stood under `json:` or `mock:` as JSON: plain numbers, true, false and null mean themselves."""
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    if isinstance(value, Text) and value.plain:
        if value in _JSON_WORDS:
            return _JSON_WORDS[value]
        if _NUMBER.fullmatch(value):
            return int(value) if value.lstrip("-").isdigit() else float(value)
    return str(value) if isinstance(value, str) else value


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _named(pattern: re.Pattern[str], letters: str) -> BeforeValidator:
    def read(value: Any) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            if pattern is _WORD and value in _RESERVED:
                raise PydanticCustomError(
                    "name", "`{word}` is a word of expressions: no value can be called so", {"word": str(value)}
                )
            return str(value)
        if not isinstance(value, str) or not value.strip():
            raise PydanticCustomError("name", "expected a name here")
        near = re.sub(r"[^a-z0-9_]+", "_", value.casefold()).strip("_")
        near = near if _WORD.fullmatch(near) else f"_{near}"
        raise PydanticCustomError("name", "a name has {letters} only: `{near}`", {"letters": letters, "near": near})

    return BeforeValidator(read)


def written(pattern: str, expected: str) -> BeforeValidator:
    """A text of a certain form; `expected` is what an author is told otherwise."""
    form = re.compile(pattern, re.ASCII)

    def read(value: Any) -> str:
        if isinstance(value, str) and form.fullmatch(value):
            return str(value)
        raise PydanticCustomError("written", "{expected}", {"expected": expected})

    return BeforeValidator(read)


def _whole(least: int) -> BeforeValidator:
    def read(value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and least <= int(value[:10]) < _BILLION:
            return int(value)
        raise PydanticCustomError("count", "expected a whole number, {least} or more", {"least": least})

    return BeforeValidator(read)


def _between(most: float, what: str) -> BeforeValidator:
    def read(value: Any) -> float:
        written = isinstance(value, str) and _NUMBER.fullmatch(value)
        if (written or (isinstance(value, int | float) and not isinstance(value, bool))) and 0 <= float(value) <= most:
            return float(value)
        raise PydanticCustomError("between", "expected {what}", {"what": what})

    return BeforeValidator(read)


def _duration(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DURATION.fullmatch(value):
        parts = re.findall(r"(\d+(?:\.\d+)?)(ms|[smhdw])", value)
        total = round(sum(float(count) * _UNITS[unit] for count, unit in parts))
        if 0 < total <= _YEAR:
            return total
        raise PydanticCustomError("duration", "a time span is more than nothing and at most a year")
    meant = _in_words(value)
    if meant:
        raise PydanticCustomError("duration", "a time span is written `{meant}`", {"meant": meant})
    raise PydanticCustomError("duration", "expected a time span such as 30s, 10m, 1h30m or 2d")


def _in_words(value: Any) -> str:
    """What "3 days" or "1 hour 30 minutes" is as a time span, "" for anything else."""
    said = value.strip().lower() if isinstance(value, str) else ""
    parts = _WORDED.findall(said)
    return "".join(f"{count}{unit}" for count, unit in parts) if parts and not _WORDED.sub("", said).strip(" ,") else ""


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _FLAGS:
        return _FLAGS[value.lower()]
    raise PydanticCustomError("flag", "expected true or false")


def one_or_more(value: Any) -> Any:
    """For a field that takes a text or a list of texts."""
    return [value] if isinstance(value, str) else value


def one_or_list(value: Any) -> Any:
    """For a field that takes a mapping or a list of mappings."""
    return [value] if isinstance(value, Mapping) else value


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str | Template) or _is_variant(value) else value


def _is_variant(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"text", "only"}


def _variant(value: Any) -> Any:
    """One of several texts; `{text: ..., only: [...]}` is one for some kinds of channel."""
    if not _is_variant(value):
        return value
    only = one_or_more(value["only"])
    if not isinstance(only, list | tuple) or not only or not all(isinstance(kind, str) for kind in only):
        raise PydanticCustomError("text", "`only` is a kind of channel, or a list of them")
    try:
        return Variant(str(value["text"]), tuple(str(kind) for kind in only))
    except TemplateError as error:
        raise PydanticCustomError("text", "{reason}", {"reason": error.message}) from None


def _moment(value: Template) -> Template:
    """A moment as written, or a text that becomes one."""
    if value.is_plain and not is_moment(value.source):
        raise PydanticCustomError(
            "moment",
            'expected a moment: 18:00, 2026-12-24, "2026-12-24 18:00", or a value that holds one: "{appointment}"',
        )
    return value


def _steps(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _slot(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class JsonTemplate(Compiled):
    """JSON whose texts are templates."""

    __slots__ = ("_tree",)
    source: Json
    _tree: Any

    code = "template"
    expected = "expected JSON here"
    schema: ClassVar = {"description": "JSON; {name} in its texts prints a value"}

    def __init__(self, source: Json) -> None:
        self._put(source=source, _tree=_templates(source))

    @classmethod
    def accepts(cls, value: Any) -> Any:
        return as_json(value)

    def value(self, scope: Scope, missing: Missing | None = None) -> Json:
        """The JSON to send: exactly one `{name}` keeps its type. Raises EvaluationError as filters do."""
        return _filled(self._tree, scope, missing)

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], Template]]:
        """Every template in it with the keys that lead there."""
        yield from _walk(self._tree, ())


def _templates(value: Json) -> Any:
    if isinstance(value, str):
        return Template(value)
    if isinstance(value, Mapping):
        return {key: _templates(inner) for key, inner in value.items()}
    return [_templates(inner) for inner in value] if isinstance(value, list | tuple) else value


def _filled(tree: Any, scope: Scope, missing: Missing | None) -> Json:
    if isinstance(tree, Template):
        return tree.value(scope, missing)
    if isinstance(tree, dict):
        return {key: _filled(inner, scope, missing) for key, inner in tree.items()}
    return [_filled(inner, scope, missing) for inner in tree] if isinstance(tree, list) else tree


def _walk(tree: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Template]]:
    if isinstance(tree, Template):
        yield path, tree
    elif isinstance(tree, dict | list):
        for key, inner in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _walk(inner, (*path, key))


@dataclass(frozen=True, slots=True)
class RequestLine:
    """`GET orders_api /orders/{order_number}`: a method, a service of bot.yaml and a path below its address."""

    method: str
    service: str
    path: Template

    def __str__(self) -> str:
        return f"{self.method} {self.service} {self.path.source}"

    def render_path(self, scope: Scope) -> str:
        """The path with every value percent-encoded.

        Raises EvaluationError where a value is missing or empty, or would step out of its place (`..`): such a
        request would ask for something else than the author wrote.
        """

        def escape(value: str) -> str:
            if not value:
                raise EvaluationError(f"a value in `{self}` is missing")
            return percent_encoded(value)

        path = self.path.render(scope, escape=escape)
        if any(unquote(part) in (".", "..") for part in path.split("?")[0].split("/")):
            raise EvaluationError(f"a value in `{self}` would leave its path")
        return path

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "description": "METHOD service /path", "examples": ["GET orders_api /orders/{id}"]}

    @classmethod
    def _validate(cls, value: Any) -> RequestLine:
        if isinstance(value, RequestLine):
            return value
        found = _REQUEST.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise PydanticCustomError(
                "request", "expected a method, a service and a path: GET orders_api /orders/{order_number}"
            )
        try:
            return cls(found[1], found[2], Template(found[3]))
        except TemplateError as error:
            where = {"column": found.start(3) + error.column, "length": error.length, "reason": error.message}
            raise PydanticCustomError("template", "{reason}", where) from None


_REQUEST: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD)\s+([a-z_][a-z0-9_.-]*)\s+(/[^\r\n]*)", re.ASCII)

Count: TypeAlias = Annotated[int, _whole(0)]
Tries: TypeAlias = Annotated[int, _whole(1)]
Duration: TypeAlias = Annotated[
    int,
    BeforeValidator(_duration),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(\d+(\.\d+)?(ms|[smhdw])\s*)+$", "examples": ["30s", "10m", "1h30m", "2d"]}
    ),
]
Flag: TypeAlias = Annotated[
    bool, BeforeValidator(_flag), WithJsonSchema({"enum": [True, False, "yes", "no", "on", "off"]})
]
Name: TypeAlias = Annotated[str, _named(_NAME, "small letters, digits, `_`, `-` and `.`")]
Word: TypeAlias = Annotated[str, _named(_WORD, "small letters, digits and `_`")]
Texts: TypeAlias = Annotated[tuple[str, ...], OneOrMany(one_or_more)]
OneOrMore: TypeAlias = Annotated[tuple[str, ...], OneOrMany(one_or_more), Field(min_length=1)]
Probability: TypeAlias = Annotated[float, _between(1, "a probability from 0 to 1")]
Score: TypeAlias = Annotated[float, _between(100, "a score from 0 to 100")]
TextList: TypeAlias = Annotated[tuple[Annotated[Template, VariantForm(_variant)], ...], OneOrMany(_texts)]
MomentText: TypeAlias = Annotated[Template, AfterValidator(_moment)]
Share: TypeAlias = Annotated[float, _between(1_000_000, "a share, such as 1 or 50")]
StepList: TypeAlias = Annotated[tuple["Step", ...], OneOrMany(_steps)]
SlotTypeShort: TypeAlias = Annotated["SlotType", ShortForm(_slot)]
