"""What every platform package implements: one small protocol, and how its settings are read.

A channel verifies, parses, renders, sends and names errors; it stores nothing and decides nothing.
Kept free of aiohttp at import time: rendering and parsing must be cheap for the command line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, Self, TypeVar, runtime_checkable

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from chatbot.conversation.ports import Channel
from chatbot.errors import ChatbotError, OperatorError
from chatbot.policy.pacing import RATES, Rates, per_second
from chatbot.policy.sending import WINDOWS
from chatbot.types import Inbound, Json, Window

if TYPE_CHECKING:
    import aiohttp

Unsettled = Literal["resend", "hold"]


class ParseError(ChatbotError):
    """A body is not the JSON its platform sends. The body is dead-lettered, never redelivered for ever."""


class Platform(Channel, Protocol):
    """One account of one platform, ready for use: the outgoing half is `Channel`, this adds the incoming half."""

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        """Make a channel from its mapping in bot.yaml (`kind` included); raises OperatorError naming the setting.

        `session` is shared by all channels; without one the channel reads and renders but cannot send.
        """
        ...

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """The text to answer when the platform asks whether this address is ours; None refuses."""
        ...

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether the platform signed exactly these bytes. Constant time; False, never an exception."""
        ...

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        """Every event in a body, in its order; what we have no use for comes as `ignored` or `unsupported`.

        Raises ParseError, and nothing else, when the body is not the platform's JSON.
        """
        ...


@runtime_checkable
class Acknowledging(Protocol):
    """A platform that reads the answer to its webhook."""

    def acknowledgment(self, inbounds: Sequence[Inbound]) -> Json:
        """The body of the answer, once the events are stored."""
        ...


def _not_empty(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("is empty")
    return value


def _http_url(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("must start with https:// or http://")
    return value.rstrip("/")


Secret = Annotated[SecretStr, AfterValidator(_not_empty)]
"""A secret that must be there: signatures under an empty key can be made by anyone."""

ApiUrl = Annotated[str, AfterValidator(_http_url)]


class ChannelSettings(BaseModel):
    """What all channels' settings share; YAML scalars arrive as text and the field decides what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, coerce_numbers_to_str=True)

    kind: str = Field(min_length=1)

    @property
    def messaging_window(self) -> Window | None:
        """When the account may send free text; None where that is always possible."""
        return WINDOWS.get(self.kind)

    @property
    def rates(self) -> Rates:
        """How fast the account may send."""
        return RATES.get(self.kind, Rates())


class RatedSettings(ChannelSettings):
    """Of a platform that takes so many messages a second and no more.

    `messages_per_second`: how fast the account may send, where that is not its platform's usual rate.
    """

    messages_per_second: Annotated[float, Field(gt=0, le=10_000)] | None = None

    @property
    def rates(self) -> Rates:
        usual, own = super().rates, self.messages_per_second
        return usual if own is None else replace(usual, account=per_second(own))


SettingsT = TypeVar("SettingsT", bound=ChannelSettings)


def read_settings(model: type[SettingsT], account: str, mapping: Mapping[str, Json]) -> SettingsT:
    """The settings of one account, checked; an OperatorError names each wrong one and never shows its value."""
    try:
        return model.model_validate(dict(mapping))
    except ValidationError as error:
        problems = [_problem(account, tuple(item["loc"]), item["type"], item["msg"]) for item in error.errors()]
        raise OperatorError("\n".join(problems)) from None


def readable_settings(model: type[ChannelSettings], mapping: Mapping[str, Json]) -> ChannelSettings:
    """An account's settings as far as they can be read, for trying a bot where its secrets are not set.

    What is missing or wrong has its default, or is not there at all.
    """
    read: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if name in mapping:
            with suppress(ValidationError):
                read[name] = _field(field).validate_python(mapping[name])
    return model.model_construct(**read)


def _field(field: FieldInfo) -> TypeAdapter[Any]:
    """One field by itself, with what it demands."""
    return TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]  # known at run time only


def _problem(account: str, location: tuple[int | str, ...], kind: str, message: str) -> str:
    name = ".".join(["channels", account, *map(str, location)])
    match kind:
        case "missing":
            return f"{name} is missing: add it to bot.yaml, secrets as ${{VARIABLE}}"
        case "extra_forbidden":
            return f"{name} is not a setting of this channel: remove it, or check its spelling"
        case _:
            said = message.removeprefix("Value error, ")
            return f"{name} {said}" if said.startswith(("is ", "must ")) else f"{name}: {said}"
