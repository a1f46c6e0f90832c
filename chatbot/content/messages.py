"""What an author puts beside a text: buttons, cards, a place."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Tag, model_validator
from pydantic_core import PydanticCustomError

from chatbot.content.bot_file import Written
from chatbot.content.expression import Expression
from chatbot.content.scalars import Name, OneOrMany, one_or_list
from chatbot.content.template import Template


class ButtonText(Written):
    """Something to press: a link (`url`), or a way on (`intent`, or a `payload` a flow starts on)."""

    title: Template
    url: Template | None = None
    intent: Name | None = None
    payload: str | None = None

    @model_validator(mode="after")
    def _leads_one_way(self) -> ButtonText:
        if sum(way is not None for way in (self.url, self.intent, self.payload)) > 1:
            raise PydanticCustomError("shape", "a button has one of `url`, `intent` and `payload`")
        return self


def list_or_expression(value: Any) -> str:
    """Which of the two forms a value has, as pydantic's tag."""
    return "<expression>" if isinstance(value, str | Expression) else "<list>"


Buttons: TypeAlias = Annotated[
    Annotated[tuple[ButtonText, ...], Tag("<list>")] | Annotated[Expression, Tag("<expression>")],
    Discriminator(list_or_expression),
]
"""A list, or a bare expression that names a list of {title, url|intent|payload}."""


class CardText(Written):
    """One card: a title with a line of text, a picture, a link and buttons; several stand side by side."""

    title: Template
    text: Template | None = None
    image: Template | None = None
    url: Template | None = None
    buttons: Buttons = ()


class PlaceText(Written):
    """A point on the map: degrees north and east, as texts that may hold `{values}`; what is there, and its street."""

    latitude: Template
    longitude: Template
    title: Template | None = None
    address: Template | None = None


Cards: TypeAlias = Annotated[
    Annotated[Annotated[tuple[CardText, ...], OneOrMany(one_or_list)], Tag("<list>")]
    | Annotated[Expression, Tag("<expression>")],
    Discriminator(list_or_expression),
]
"""One card or a list, or a bare expression that names a list of such mappings."""
