"""What an author may write in tests/**/*.test.yaml: shapes only; where a value stood is known to the loader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

import re2
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from chatbot.content.bot_file import Written
from chatbot.content.nearest import nearest
from chatbot.content.scalars import Count, Duration, Flag, Name, OneOrMany, ShortForm, Text, as_json
from chatbot.testing.matching import pattern
from chatbot.types import Attachment, AttachmentKind, Json

MOVES: Final = (
    "user", "bot", "button", "attach", "event", "after", "agent", "refused", "referral", "comment", "story", "opt_in",
    "expect",
)  # fmt: skip
ARGUMENT: Final = re.compile(r'(\w+)=(?:"([^"]*)"|(\S*))')
_REQUEST: Final = re.compile(
    r"(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+[a-z_][a-z0-9_.-]*\s+/.*"
    rf"|run\s+[A-Za-z]\w*(?:\s+{ARGUMENT.pattern})*\s*"
)


def _moment(value: Any) -> int:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("moment", "expected a date and time such as 2026-01-05 10:00") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _lines(value: Any) -> Any:
    """One line or a list of them; each must compile."""
    lines = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    for line in lines:
        if not isinstance(line, str):
            raise PydanticCustomError("bot_line", "expected a text, or a list of texts any of which may come")
        try:
            pattern(line)
        except re2.error as error:
            reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
            raise PydanticCustomError(
                "bot_line", "RE2 cannot use this regular expression: {reason}", {"reason": reason}
            ) from None
    return lines


def _expected(value: Any) -> Json:
    """Expected values as written; only a plain `null` is no text, what the rest means depends on what is seen."""
    if isinstance(value, Mapping):
        return {str(key): _expected(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_expected(inner) for inner in value]
    if isinstance(value, Text) and value.plain and as_json(value) is None:
        return None
    return str(value) if isinstance(value, str) else value


def _some(value: Any) -> Any:
    """Not pydantic's min_length: that also counts entries it could not read, and finds the list short."""
    if isinstance(value, list | tuple) and not value:
        raise PydanticCustomError("some", "at least one entry is needed here")
    return value


def _replies(value: Any) -> Any:
    return _some(value) if isinstance(value, list | tuple) else [value]


def _returned(table: Any) -> Any:
    """Behind `run NAME` a value may stand for itself: what is no reply is what the action returns."""
    if not isinstance(table, Mapping):
        return table
    return {line: _results(value) if str(line).startswith("run ") else value for line, value in table.items()}


def _results(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [each if _is_reply(each) else {"return": each} for each in value]
    return value if _is_reply(value) else {"return": value}


def _is_reply(value: Any) -> bool:
    if isinstance(value, Reply):
        return True
    keys = set(map(str, value)) if isinstance(value, Mapping) else set()
    return bool(keys & {"return", "timeout"}) or keys in ({"error"}, {"json"})


def _request(value: Any) -> str:
    if not isinstance(value, str) or not _REQUEST.fullmatch(value):
        said = (
            "expected a method, a service and a path, or an action: GET orders_api /orders/AB-123456, run check_stock"
        )
        raise PydanticCustomError("mock", "{said}", {"said": said})
    return str(value)


Moment: TypeAlias = Annotated[
    int, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-01-05 10:00"]})
]
Lines: TypeAlias = Annotated[tuple[str, ...], OneOrMany(_lines)]
Expected: TypeAlias = Annotated[Any, BeforeValidator(_expected)]


def _error(value: Any) -> str:
    """How an attempt fails: a word of ours, or the class of what an action raises."""
    known = ("connection", "invalid", "refused")
    if isinstance(value, str) and (value in known or re.fullmatch(r"[A-Z]\w*", value, re.ASCII)):
        return str(value)
    said = f"expected one of {', '.join(known)}, or the class of an exception such as OutOfStock"
    raise PydanticCustomError("error", "{said}", {"said": said, "advice": nearest(str(value), known)})


class Reply(Written):
    """How one attempt is answered: by a service with a status and JSON, by an action with `return`; or not at all.

    `delay` takes no virtual time; one longer than the request may take is a timeout.
    """

    status: Annotated[Count, Field(ge=100, le=599)] = 200
    json_: Annotated[Any, BeforeValidator(as_json)] = Field(default=None, alias="json")
    return_: Annotated[Any, BeforeValidator(as_json)] = Field(default=None, alias="return")
    timeout: Flag = False
    delay: Duration | None = None
    error: Annotated[str | None, BeforeValidator(_error)] = None

    @property
    def body(self) -> Json:
        return self.json_ if "json_" in self.model_fields_set else self.return_

    @model_validator(mode="after")
    def _one_way(self) -> Reply:
        ways = [name for name in ("timeout", "error") if getattr(self, name)]
        ways += [name.strip("_") for name in ("status", "return_") if name in self.model_fields_set]
        if len(ways) > 1:
            raise PydanticCustomError("reply", "a reply has either {ways}", {"ways": " or ".join(ways)})
        return self


Replies: TypeAlias = Annotated[tuple[Reply, ...], OneOrMany(_replies)]
Mock: TypeAlias = Annotated[Mapping[Annotated[str, BeforeValidator(_request)], Replies], BeforeValidator(_returned)]


class Setting(Written):
    """`as:` - who talks to us, and where."""

    channel: Name | None = None
    locale: str | None = None
    timezone: str | None = None
    contact: Mapping[str, Annotated[Any, BeforeValidator(as_json)]] = Field(default_factory=dict)


AGENT: Final = "claim: NAME, say: TEXT, back_to_bot, resolve"


class AgentMove(Written):
    """What a person at the desk does: exactly one of these."""

    claim: str | None = None
    say: str | None = None
    back_to_bot: Flag = False
    resolve: Flag = False

    @model_validator(mode="after")
    def _one(self) -> AgentMove:
        if sum((self.claim is not None, self.say is not None, self.back_to_bot, self.resolve)) != 1:
            raise PydanticCustomError("agent", "expected one of {moves}", {"moves": AGENT})
        return self


def _agent(value: Any) -> Any:
    """`back_to_bot` and `resolve` are written as a single word."""
    if not isinstance(value, str):
        return value
    if value not in ("back_to_bot", "resolve"):
        raise PydanticCustomError("agent", "expected one of {moves}", {"moves": AGENT})
    return {value: True}


class Happening(Written):
    """Something that happened in a system of the business: a name, or {name, with: what it brings along}."""

    name: str
    with_: Mapping[str, Annotated[Any, BeforeValidator(as_json)]] = Field(default_factory=dict, alias="with")


class Sent(Written):
    """Something that is no text: a kind alone, or a mapping that says where it lies; a location has two numbers."""

    kind: AttachmentKind
    url: str = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] = 40.41678
    longitude: Annotated[float, Field(ge=-180, le=180)] = -3.70379

    def attachment(self) -> Attachment:
        """As it comes from a channel; without a `url` it lies where no file is."""
        if self.kind == "location":
            return Attachment(self.kind, self.url, latitude=self.latitude, longitude=self.longitude)
        return Attachment(self.kind, self.url or f"https://files.example/{self.kind}")


def _sent(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


def _happening(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Expectation(Written):
    """What must hold now. A mapping is a subset, a list is equal, `null` means empty."""

    @model_validator(mode="before")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and not value:
            raise PydanticCustomError("expect", "an `expect` names what must hold, such as { handoff: orders }")
        return value

    flow: Expected = None
    step: Expected = None
    slots: Expected = None
    handoff: Expected = None
    priority: Expected = None
    note: Expected = None
    ended: Expected = None
    tags: Expected = None
    consent: Expected = None
    fetches: Expected = None
    buttons: Expected = None
    not_sent: Expected = None
    template: Expected = None

    def wanted(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


Reason: TypeAlias = Literal["window", "consent", "opt_in", "blocked", "quota", "thread", "recipient", "content"]
"""Why a message was not sent."""
REASONS: Final = get_args(Reason)


class Move(Written):
    """Exactly one thing that happens, or is to be seen."""

    user: str | None = None
    bot: Lines | None = None
    button: str | None = None
    attach: Annotated[Sent | None, ShortForm(_sent)] = None
    referral: str | None = None
    comment: str | None = None
    story: str | None = None
    opt_in: str | None = None
    event: Annotated[Happening | None, ShortForm(_happening)] = None
    refused: Reason | None = None
    after: Duration | None = None
    agent: Annotated[AgentMove | None, ShortForm(_agent)] = None
    expect: Expectation | None = None

    @model_validator(mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and len(known := [name for name in value if name in MOVES]) != 1:
            said = f"; here are {' and '.join(known)}" if known else ""
            if known or not value:
                raise PydanticCustomError(
                    "move",
                    "a line of `chat:` is exactly one of {moves}{said}",
                    {"moves": ", ".join(MOVES), "said": said},
                )
        return value


class Case(Written):
    name: str
    chat: Annotated[tuple[Move, ...], BeforeValidator(_some)]
    now: Moment | None = None
    as_: Setting | None = Field(default=None, alias="as")
    mock: Mock = Field(default_factory=dict)


class CaseFile(Written):
    test: str
    now: Moment | None = None
    as_: Setting | None = Field(default=None, alias="as")
    mock: Mock = Field(default_factory=dict)
    cases: Annotated[tuple[Case, ...], BeforeValidator(_some)]
