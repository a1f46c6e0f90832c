"""The texts of a project that customers read, with the place and the part each plays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from chatbot.content.index import Index
from chatbot.content.shape import Path
from chatbot.content.steps import Step
from chatbot.content.template import Template
from chatbot.content.yaml_source import Source

Part: TypeAlias = Literal["text", "option", "button", "title", "card_title", "card_text", "option_text"]

_HOLE: Final = re.compile(r"\{\{|\}\}|\{(?:[^{}'\"]|'[^']*'|\"[^\"]*\")*\}")
_READ: Final = frozenset({"say", "confirm", "if_invalid", "suggest", "options", "buttons", "cards"})


class CustomerText(NamedTuple):
    source: Source
    path: Path
    text: Template
    part: Part
    step: Step | None = None
    flow: str = ""


def customer_texts(index: Index) -> Iterator[CustomerText]:
    """Those of the project itself, in the order of its files."""
    bot = index.project.bot
    if bot is not None and bot.model.disclosure is not None:
        yield CustomerText(bot.source, ("disclosure",), bot.model.disclosure, "text")
    for flow in index.own_flows():
        if flow.model.title is not None:
            yield CustomerText(flow.source, ("title",), flow.model.title, "title", None, flow.name)
        for path, step in flow.steps:
            for where, text in flow.texts(step):
                if part := _part(where[len(path) :]):
                    yield CustomerText(flow.source, where, text, part, step, flow.name)


def _part(path: Path) -> Part | None:
    """What a text is, by the keys that lead to it from its step."""
    if not path or path[0] not in _READ or path[-1] in ("url", "image", "payload", "value"):
        return None
    if path[0] in ("options", "suggest"):
        return "option_text" if path[-1] == "text" else "option"
    if "buttons" in path:
        return "button"
    if path[0] == "cards":
        return "card_title" if path[-1] == "title" else "card_text"
    return "text"


def written_part(text: str) -> str:
    """What of a text stands there whatever its values are."""
    return _HOLE.sub(lambda hole: hole[0][0] if hole[0] in ("{{", "}}") else "", text)
