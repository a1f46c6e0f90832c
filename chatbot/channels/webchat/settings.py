"""`channels.<account>` of a web chat in bot.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from chatbot.channels.protocol import ChannelSettings, Secret
from chatbot.policy.file_types import GROUPS, Group
from chatbot.types import Json

WORDS: Final = (
    "placeholder", "message", "send", "attach", "open", "close", "online", "offline", "sending", "sent", "not_sent",
    "you", "person", "typing", "answers", "choices", "cards", "conversation", "unread", "picture", "drop",
    "too_large", "wrong_type", "hello",
)  # fmt: skip
"""What the widget says of its own accord; `words` may say any of it in another way."""

Word = Literal[
    "placeholder", "message", "send", "attach", "open", "close", "online", "offline", "sending", "sent", "not_sent",
    "you", "person", "typing", "answers", "choices", "cards", "conversation", "unread", "picture", "drop",
    "too_large", "wrong_type", "hello",
]  # fmt: skip
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]

_SIZE: Final = re.compile(r"(\d{1,9})\s*(|B|kB|KB|MB)")
_UNITS: Final = {"": 1, "B": 1, "kB": 1000, "KB": 1000, "MB": 1_000_000}


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError("must be an origin such as https://shop.example")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _in_languages(value: Json) -> Json:
    """One text for all languages, or one for each."""
    return {"": value} if isinstance(value, str) else value


def _size(value: Json) -> Json:
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found.group(1)) * _UNITS[found.group(2)] if found else value


class Files(BaseModel):
    """What visitors may send besides text; no groups under `types` is none at all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: tuple[Group, ...] = GROUPS
    max_size: Annotated[int, BeforeValidator(_size), Field(ge=1, le=100_000_000)] = 10_000_000


class WebChatSettings(ChannelSettings):
    """`origins`: pages elsewhere that may embed the widget."""

    kind: Literal["webchat"] = "webchat"
    api_url: str = ""
    """Every channel takes it; here there is no remote platform to call."""
    origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = ()
    title: Annotated[Mapping[str, Annotated[str, Field(max_length=80)]], BeforeValidator(_in_languages)] = {"": "Chat"}
    welcome: Annotated[Mapping[str, Annotated[str, Field(max_length=300)]], BeforeValidator(_in_languages)] = {}
    """Without one the widget greets in its own words."""
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f5eff"
    theme: Literal["auto", "light", "dark"] = "auto"
    position: Literal["end", "start"] = "end"
    language: Annotated[str, Field(pattern=r"^([a-z]{2,3})?$")] = ""
    """Of the widget's own words; "" goes by the page that embeds it."""
    words: Mapping[Language, Mapping[Word, Annotated[str, Field(max_length=200)]]] = {}
    identity_secret: Secret | None = None
    files: Files = Files()

    @model_validator(mode="after")
    def _has_a_title(self) -> Self:
        if not self.title:
            raise ValueError("title must have a text")
        return self

    def name(self) -> str:
        """The title where there is only one place for it: the page's own head."""
        return self.title.get("", next(iter(self.title.values())))
