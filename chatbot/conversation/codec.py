"""The words of the path as JSON text and back, for rows that must outlive a process.

Adapters are built once; a text that JSON cannot carry (a lone surrogate) raises ValueError. What an error says never
holds the value: it may be what a customer wrote, and errors are logged.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from chatbot.types import Call, CallAnswer, Event, Inbound, Json, Message, NotSent, Trace

T = TypeVar("T")


class Codec(Generic[T]):
    """Encodes and decodes one type."""

    __slots__ = ("_adapter",)

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        self._adapter = adapter

    def encode(self, value: T) -> str:
        try:
            return self._adapter.dump_json(value, exclude_defaults=True).decode()
        except PydanticSerializationError as error:
            raise ValueError(str(error)) from error

    def decode(self, text: str) -> T:
        try:
            return self._adapter.validate_json(text)
        except ValidationError as error:
            found = ((".".join(map(str, one["loc"])), one["type"]) for one in error.errors(include_input=False))
            raise ValueError("; ".join(f"{where or 'all of it'}: {what}" for where, what in found)) from None


INBOUND: Final = Codec(TypeAdapter(Inbound))
EVENT: Final = Codec(TypeAdapter(Event))
CALL: Final = Codec(TypeAdapter(Call))
ANSWER: Final = Codec(TypeAdapter(CallAnswer))
NOT_SENT: Final = Codec(TypeAdapter(NotSent))
MESSAGE: Final = Codec(TypeAdapter(Message))
TRACE: Final = Codec(TypeAdapter(tuple[Trace, ...]))


DEEPEST: Final = 100
"""Levels of nesting kept; a reader gives up at 200, and what is kept may come to stand inside something else."""


def storable(answer: CallAnswer) -> bool:
    """Whether a service's answer can be kept, and read again wherever a flow saves it."""
    try:
        ANSWER.encode(answer)
    except ValueError:
        return False
    level, depth = [answer.body], 0
    while level and depth <= DEEPEST:
        depth += 1
        inner = [
            value.values() if isinstance(value, dict) else value for value in level if isinstance(value, dict | list)
        ]
        level = [value for values in inner for value in values]
    return depth <= DEEPEST


def dump(value: Json) -> str:
    """Plain JSON, compact."""
    return to_json(value).decode()


def load(text: str) -> Json:
    return from_json(text)
