"""What goes into a call and what is kept of its answer: the small words of `fetch` and `run`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from chatbot.content.expression import Expression
from chatbot.content.scalars import Word, written
from chatbot.content.template import Template

Action: TypeAlias = Annotated[
    str, written(r"[A-Za-z]\w*", "expected the name of a function in actions.py, such as check_stock")
]
Identifier: TypeAlias = Annotated[str, written(r"[A-Za-z_]\w*", "expected the name of a parameter")]
BodyPath: TypeAlias = Annotated[
    str, written(r"[^\s.{}|]+(?:\.[^\s.{}|]+)*", "expected where it stands in the answer, such as order.items.0.name")
]


def _text_or_expression(value: Any) -> str:
    """Braces make a text of it, as everywhere; no expression has any outside its quotes."""
    return "<text>" if isinstance(value, Template) or (isinstance(value, str) and "{" in value) else "<expression>"


Argument: TypeAlias = Annotated[
    Annotated[Expression, Tag("<expression>")] | Annotated[Template, Tag("<text>")], Discriminator(_text_or_expression)
]
"""An expression, or a text with `{name}` in it; exactly one `{name}` keeps its type."""


def _name_or_names(value: Any) -> str:
    return "<names>" if isinstance(value, Mapping) else "<name>"


Save: TypeAlias = Annotated[
    Annotated[Word, Tag("<name>")] | Annotated[Mapping[Word, BodyPath], Field(min_length=1), Tag("<names>")],
    Discriminator(_name_or_names),
]
"""A name for the whole answer, or names to where their values stand in it; what is not there is none."""
