"""The words of the path as JSON text and back, for rows that must outlive a process.

Adapters are built once; a text that JSON cannot carry (a lone surrogate) raises ValueError.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from chatbot.types import Call, CallAnswer, Event, Inbound, Json, Message, Trace

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
        return self._adapter.validate_json(text)


INBOUND: Final = Codec(TypeAdapter(Inbound))
EVENT: Final = Codec(TypeAdapter(Event))
CALL: Final = Codec(TypeAdapter(Call))
ANSWER: Final = Codec(TypeAdapter(CallAnswer))
MESSAGE: Final = Codec(TypeAdapter(Message))
TRACE: Final = Codec(TypeAdapter(tuple[Trace, ...]))


def dump(value: Json) -> str:
    """Plain JSON, compact."""
    return to_json(value).decode()


def load(text: str) -> Json:
    return from_json(text)
