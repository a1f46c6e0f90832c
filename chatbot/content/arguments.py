"""What goes into a call, what is kept of its answer, and how it may fail: the small words of `fetch` and `run`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from chatbot.content.expression import Expression
from chatbot.content.nearest import nearest
from chatbot.content.scalars import Word, written
from chatbot.content.template import Template
from chatbot.content.verbs import verbs_of

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


# --- how a call may fail ----------------------------------------------------------------------------------

ANY: Final = "<any>"
"""The key under which `if_error` keeps steps that are for every failure; never an author's key."""

_OTHERS: Final = ("timeout", "other")
_STATUSES: Final = tuple(str(status.value) for status in HTTPStatus if not 200 <= status < 300)


def _failure(value: Any) -> str:
    """What a fetch may fail with: a status that is no success, `timeout` or `other`."""
    digits = isinstance(value, str) and re.fullmatch("[1-5][0-9][0-9]", value)
    if value in (*_OTHERS, ANY) or (digits and value[0] != "2"):
        return str(value)
    near = "" if str(value).isdigit() else nearest(str(value), (*_OTHERS, *_STATUSES))
    said = f"`{value}` is no way to fail: write a status such as 404 or 503, `timeout` or `other`"
    raise PydanticCustomError("failure", "{said}", {"said": said, "advice": near})


def _raised(value: Any) -> str:
    """What an action may fail with: the class of what it raised, `timeout` or `other`."""
    if value in (*_OTHERS, ANY) or (isinstance(value, str) and re.fullmatch(r"[A-Z]\w*", value, re.ASCII)):
        return str(value)
    said = f"`{value}` is no way to fail: write the class of an exception such as OutOfStock, `timeout` or `other`"
    raise PydanticCustomError("failure", "{said}", {"said": said, "advice": nearest(str(value), _OTHERS)})


Failure: TypeAlias = Annotated[str, BeforeValidator(_failure)]
Raised: TypeAlias = Annotated[str, BeforeValidator(_raised)]


def by_failure(value: Any) -> Any:
    """Steps that stand alone are for every failure."""
    by_name = isinstance(value, Mapping) and not verbs_of(value)
    return value if by_name else {ANY: value}
