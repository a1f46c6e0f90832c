"""The shape of bot.yaml: one business, its services, hours, queues and channels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from chatbot.content.holes import holes
from chatbot.content.scalars import (
    Count,
    Duration,
    Flag,
    Name,
    OneOrMany,
    OneOrMore,
    Probability,
    ShortForm,
    Texts,
    Tries,
    Word,
    one_or_more,
    written,
)
from chatbot.content.template import Template
from chatbot.policy.hours import opening_hours
from chatbot.types import Priority


class Written(BaseModel):
    """A mapping an author writes: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Defaults(Written):
    tries: Tries = 3
    resume: Literal["ask", "always", "never"] = "ask"
    silence: Duration = 30 * 60_000
    call_timeout: Duration = 5_000
    reply_within: Duration = 15 * 60_000
    depth: Tries = 3


class Matching(Written):
    accept: Probability = 0.6
    margin: Probability = 0.15
    suggest: Probability = 0.3
    meaning: Literal["on", "off", "embeddings"] = "on"


def _header(value: Any) -> str:
    """The name of a header that may be set: those that say where a request goes and where it ends are not."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", value):
        raise PydanticCustomError("header", "expected the name of a header, such as X-Api-Key")
    if value.lower() in ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"):
        raise PydanticCustomError("header", "`{name}` is set by the request itself", {"name": value})
    return str(value)


HeaderName: TypeAlias = Annotated[str, BeforeValidator(_header)]


class BasicAuth(Written):
    user: str
    password: SecretStr = SecretStr("")


class OAuth(Written):
    """OAuth 2 client credentials: a token for an id and a secret. `method` is how these are sent to `token_url`."""

    token_url: str
    client_id: str
    client_secret: SecretStr
    scope: str = ""
    audience: str = ""
    method: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"


class Auth(Written):
    """How a service knows us: exactly one of these."""

    bearer: SecretStr | None = None
    basic: BasicAuth | None = None
    header: Mapping[HeaderName, SecretStr] | None = None
    oauth: OAuth | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Auth:
        if sum(way is not None for way in (self.bearer, self.basic, self.header, self.oauth)) != 1:
            raise PydanticCustomError("shape", "a service has one of `bearer`, `basic`, `header` and `oauth`")
        return self


class Service(Written):
    """`private`: it may be at an address of this machine or the local network; nothing else is ever reached there."""

    url: str
    auth: Auth | None = None
    headers: Mapping[HeaderName, SecretStr] = Field(default_factory=dict)
    timeout: Duration | None = None
    retry: Count = 2
    private: Flag = False


def _hours(week: Callable[[str], dict[str, list[str]]]) -> BeforeValidator:
    """A part of opening hours: what their own parser reads, in its words where it cannot."""

    def read(value: Any) -> str:
        try:
            opening_hours("UTC", week(value), [])
        except (ValueError, AttributeError) as error:
            said = str(error) if isinstance(value, str) else "expected a text such as mon-fri or 09:00-13:30"
            raise PydanticCustomError("hours", "{said}", {"said": said}) from None
        return str(value)

    return BeforeValidator(read)


def _day(value: Any) -> str:
    """A date as calendars write it: the parser also takes 2026-1-5."""
    if not isinstance(value, str):
        raise PydanticCustomError("hours", "expected a day such as 2026-12-25")
    try:
        opening_hours("UTC", {}, [value])
    except ValueError as error:
        raise PydanticCustomError("hours", "{said}", {"said": str(error)}) from None
    return "-".join(f"{part:0>2}" for part in value.split("-"))


Days: TypeAlias = Annotated[str, _hours(lambda days: {days: []})]
Span: TypeAlias = Annotated[str, _hours(lambda span: {"mon": [span]})]
Day: TypeAlias = Annotated[str, BeforeValidator(_day)]


class Hours(Written):
    """`week` maps days ("mon", "mon-fri") to spans of local time ("09:00-13:30"); days not named are closed."""

    timezone: str = "UTC"
    week: Mapping[Days, Annotated[tuple[Span, ...], OneOrMany(one_or_more)]]
    holidays: tuple[Day, ...] = ()


class Queue(Written):
    title: str = ""
    hours: Name | None = None
    members: Texts = ()
    capacity: Tries = 4
    max_waiting: Count | None = None
    priority: Priority = "normal"
    skills: Texts = ()


class ChannelAccount(BaseModel):
    """One account of a channel kind; the settings beside `kind` belong to the channel package."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: Name


TemplateName: TypeAlias = Annotated[
    str, written(r"[a-z0-9_]{1,512}", "expected a template's name as WhatsApp has it: small letters, digits and `_`")
]


class TemplateButtonText(Written):
    """A button as it was submitted: it opens an address, calls a number, or comes back as an intent or a payload."""

    title: str
    url: str | None = None
    phone: str | None = None
    intent: Name | None = None
    payload: str | None = None

    @model_validator(mode="after")
    def _leads_one_way(self) -> TemplateButtonText:
        if sum(way is not None for way in (self.url, self.phone, self.intent, self.payload)) > 1:
            raise PydanticCustomError("shape", "a button has one of `url`, `phone`, `intent` and `payload`")
        return self


def _in_every_language(value: Any) -> Any:
    return {"": value} if isinstance(value, str) else value


class TemplateText(Written):
    """A message template as WhatsApp has approved it: the text lies there, the values for its holes are ours.

    `body` is one text, or one for each language. `media` is what stands on top instead of a `header`; the step that
    sends it says where it is.
    """

    category: Literal["marketing", "utility", "authentication"]
    body: Annotated[Mapping[str, str], ShortForm(_in_every_language), Field(min_length=1)]
    languages: OneOrMore = ()
    header: str = ""
    media: Literal["image", "video", "file"] | None = None
    footer: str = ""
    buttons: tuple[TemplateButtonText, ...] = ()

    @model_validator(mode="after")
    def _one_top(self) -> TemplateText:
        if self.header and self.media is not None:
            raise PydanticCustomError("shape", "a template has either `header` or `media`")
        return self

    def codes(self, default: str) -> tuple[str, ...]:
        """The platform's codes of the languages it is approved in; `default` is the bot's first language."""
        return self.languages or tuple(code for code in self.body if code) or (default,)

    def text(self, code: str) -> str:
        """What customers of a language read."""
        return self.body.get(code) or next(iter(self.body.values()))

    @property
    def holes(self) -> tuple[str, ...]:
        """All that a step must give values for."""
        texts = (self.text(""), self.header, *(button.url or "" for button in self.buttons))
        return tuple(dict.fromkeys(name for text in texts for name in holes(text)))


def _one_word(value: Any) -> Any:
    """A word of a list of synonyms: the words beside it are other entries."""
    if isinstance(value, str) and len(value.split()) != 1:
        raise PydanticCustomError("one_word", "expected one word; `short` takes what stands for several")
    return value


OneWord: TypeAlias = Annotated[str, BeforeValidator(_one_word)]


class Vocabulary(Written):
    """Words of this business, beside those that ship: what customers use for one another, and how they shorten."""

    synonyms: Mapping[OneWord, Annotated[tuple[OneWord, ...], BeforeValidator(one_or_more)]] = Field(
        default_factory=dict
    )
    short: Mapping[OneWord, str] = Field(default_factory=dict)


def _plain(pattern: str, expected: str) -> BeforeValidator:
    """A text of that form."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise PydanticCustomError("form", "{expected}", {"expected": f"expected {expected}"})
        return value

    return BeforeValidator(read)


class Bucket(Written):
    """Where files that customers send are kept, at S3 or what speaks as S3 does. Without it: beside the database."""

    bucket: Annotated[str, _plain(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of a bucket, such as acme-chat")]
    access_key: SecretStr
    secret_key: SecretStr
    region: Annotated[str, _plain(r"[a-z0-9-]{1,40}", "a region, such as eu-west-1")] = "us-east-1"
    endpoint: Annotated[str, _plain(r"https?://[^/?#@\s]+/?", "an address such as https://s3.example.com")] = ""
    prefix: Annotated[str, _plain(r"[A-Za-z0-9_./-]{0,200}", "a folder in the bucket, such as chat/files")] = ""
    path_style: Flag | None = None
    encryption: Literal["", "AES256", "aws:kms"] = ""


class Bot(Written):
    name: str
    languages: OneOrMore = Field(default=("en",), min_length=1)
    public_url: str = ""
    disclosure: Template | None = None
    defaults: Defaults = Defaults()
    matching: Matching = Matching()
    fallback: tuple[Literal["rephrase", "menu", "handoff"], ...] = Field(
        default=("rephrase", "menu", "handoff"), min_length=1
    )
    services: Mapping[Name, Service] = Field(default_factory=dict)
    hours: Mapping[Name, Hours] = Field(default_factory=dict)
    queues: Mapping[Name, Queue] = Field(default_factory=dict)
    channels: Mapping[Name, ChannelAccount] = Field(default_factory=dict)
    templates: Mapping[TemplateName, TemplateText] = Field(default_factory=dict)
    contact: Mapping[Word, Name] = Field(default_factory=dict)
    words: Vocabulary = Vocabulary()
    store: str = "sqlite:///chatbot.db"
    files: Bucket | None = None
