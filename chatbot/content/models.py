"""What an author may write: the shape of intents/*.yaml and flows/*.yaml.

The steps of a flow are in steps.py, bot.yaml is in bot_file.py. Shapes only: what refers to what is checked in
check.py, where a value stood is known to the loader. Texts arrive as `Template`, conditions as `Expression`, both
compiled while a file is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, RootModel, Tag, model_validator
from pydantic_core import PydanticCustomError

from chatbot.content.bot_file import Written
from chatbot.content.expression import Expression
from chatbot.content.scalars import (  # fmt: skip
    Flag,
    Name,
    OneOrMany,
    Score,
    SlotTypeShort,
    StepList,
    Texts,
    Word,
    one_or_list,
    one_or_more,
)
from chatbot.content.steps import Step  # noqa: F401  # StepList names it
from chatbot.content.template import Template

# --- intents/*.yaml ---------------------------------------------------------------------------------------


class EntityType(Written):
    """A project's own kind of value: a regular expression (`match`) or a list of synonyms by key (`list`)."""

    match: str | None = None
    clean: Annotated[tuple[Literal["upper", "lower", "strip", "digits"], ...], OneOrMany(one_or_more)] = ()
    values: Mapping[str, Texts] | None = Field(default=None, alias="list")
    fuzzy: Score | None = None

    @model_validator(mode="after")
    def _one_way(self) -> EntityType:
        if (self.match is None) is (self.values is None):
            raise PydanticCustomError("shape", "an entity is either a `match:` or a `list:`")
        return self


def _list_or_languages(value: Any) -> str:
    return "<languages>" if isinstance(value, Mapping) else "<list>"


Phrases: TypeAlias = Annotated[
    Annotated[Texts, Tag("<list>")] | Annotated[Mapping[str, Texts], Tag("<languages>")],
    Discriminator(_list_or_languages),
]

Command = Literal["human", "cancel", "opt_out", "opt_in", "delete_data", "restart", "help", "emergency"]


class Intent(Written):
    """`say` and `keywords` are in the default language, or a mapping by language code."""

    title: str = ""
    say: Phrases = ()
    keywords: Phrases = ()
    match: Texts = ()
    not_: Texts = Field(default=(), alias="not")
    decisive: Flag = False
    command: Command | None = None
    queue: Name | None = None


class IntentFile(Written):
    entities: Mapping[Name, EntityType] = Field(default_factory=dict)
    intents: Mapping[Name, Intent] = Field(default_factory=dict)


# --- flows/*.yaml ---------------------------------------------------------------------------------------------


class SlotType(Written):
    """A built-in type or an entity of the project, and what else must hold."""

    type: Name
    check: Expression | None = None


class Trigger(Written):
    """Exactly one key: what starts a flow."""

    @model_validator(mode="before")
    @classmethod
    def _one_key(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and len(value) != 1:
            raise PydanticCustomError("shape", "a start has exactly one key, such as `intent: order_status`")
        return value

    intent: Name | None = None
    button: str | None = None
    referral: str | None = None
    keyword: str | None = None
    event: str | None = None
    first_message: Flag | None = None
    comment_reply: Flag | None = None
    story_reply: Flag | None = None
    opt_in: str | None = None


class TextFile(RootModel[Mapping[str, Template]]):
    """A file of texts/: text of the default language -> text of the file's language."""


class FlowFile(Written):
    """A file of flows/: one flow."""

    flow: Name
    title: Template | None = None
    start: Annotated[tuple[Trigger, ...], OneOrMany(one_or_list)] = ()
    if_: Expression | None = Field(default=None, alias="if")
    slots: Mapping[Word, SlotTypeShort] = Field(default_factory=dict)
    returns: Annotated[tuple[Word, ...], OneOrMany(one_or_more)] = ()
    steps: StepList
