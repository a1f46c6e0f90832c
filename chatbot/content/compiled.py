"""What an author wrote, compiled once: expressions, texts and JSON with texts in it share this behaviour.

A compiled thing never changes, is equal to another of the same source, pickles as its source, and is made by pydantic
from what stands in the YAML; where it cannot be compiled the error says at which column.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from chatbot.errors import ChatbotError


class CompileError(ChatbotError):
    """`message` is what is wrong; `column` (from 0) and `length` say where in the source."""

    def __init__(self, message: str, column: int = 0, length: int = 1) -> None:
        super().__init__(message)
        self.message, self.column, self.length = message, column, length

    def __reduce__(self) -> tuple[type[CompileError], tuple[str, int, int]]:
        return type(self), (self.message, self.column, self.length)


class Compiled:
    """Base of what is compiled from a source; a subclass sets its fields once, with `_put`."""

    __slots__ = ("source",)
    source: Any

    code: ClassVar[str]
    """The type of its pydantic error, by which shape.py finds the rule to cite."""
    expected: ClassVar[str]
    """What the error says when something else stands there."""
    schema: ClassVar[dict[str, Any]]
    """How editors see it, as JSON Schema."""

    def __init__(self, source: Any) -> None:
        raise NotImplementedError

    def _put(self, **fields: Any) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a compiled {type(self).__name__} never changes: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a compiled {type(self).__name__} never changes: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Compiled) and type(other) is type(self) and bool(other.source == self.source)

    def __hash__(self) -> int:
        return hash((type(self), repr(self.source)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    def __str__(self) -> str:
        return str(self.source)

    def __reduce__(self) -> tuple[Any, ...]:
        return revived, (type(self), self.source)

    def __getattr__(self, name: str) -> Any:
        """Only what a pickle brought back lacks anything: it is compiled when it is first used."""
        if name.startswith("__") or not any(name in kind.__dict__.get("__slots__", ()) for kind in type(self).__mro__):
            raise AttributeError(name)
        self._compile()
        return object.__getattribute__(self, name)

    def _compile(self) -> None:
        type(self).__init__(self, self.source)

    @classmethod
    def accepts(cls, value: Any) -> Any:
        """The source to compile; raises PydanticCustomError for what cannot be one."""
        if not isinstance(value, str):
            raise PydanticCustomError("text", cls.expected)
        return value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.plain_serializer_function_ser_schema(lambda given: given.source)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(cls.schema)

    @classmethod
    def _validate(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        try:
            return cls(cls.accepts(value))
        except CompileError as error:
            where = {"column": error.column, "length": error.length, "reason": error.message}
            raise PydanticCustomError(cls.code, "{reason}", where) from None


def revived(kind: type[Compiled], source: Any, **fields: Any) -> Compiled:
    """What was compiled once, back from a pickle; a source that compiled once compiles again."""
    made = object.__new__(kind)
    made._put(source=source, **fields)
    return made
