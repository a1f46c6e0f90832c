"""What is wrong with the accounts in bot.yaml, at the places in the file; `serve` would stop at the same, one by one.

Loads the settings of the kinds that a project has, and nothing that talks to a platform. No value is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

from chatbot.channels.registry import settings_of
from chatbot.content.bot_file import ChannelAccount
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.project import Project
from chatbot.content.shape import Path, described, locate, validated
from chatbot.content.yaml_source import Branch, Leaf, Node, Row

_CHANNELS: Final = "channels"


def check_accounts(project: Project) -> Iterator[Diagnostic]:
    """What a variable that is not set would hold cannot be told, and nothing is said of it here."""
    if project.bot is None:
        return
    for name, account in project.bot.model.channels.items():
        model = settings_of(account.kind)
        if model is not None:
            kind = Mapping[str, Mapping[str, model]]  # type: ignore[valid-type]  # as it stands in the file
            yield from described(kind, project.bot.source, _wrong(project, name, account, model))


def _wrong(project: Project, name: str, account: ChannelAccount, model: type[Any]) -> Iterator[ErrorDetails]:
    assert project.bot is not None
    for found in validated(model, account.model_dump())[1]:
        path: Path = (_CHANNELS, name, *found["loc"])
        if found["type"] != "missing" and _depends(locate(project.bot.source.root, path)[1], project.unset):
            continue
        said = found["msg"].removeprefix("Value error, ")
        if not found["loc"]:
            said = f"`{name}` {said}"
        yield {**found, "loc": path, "msg": said}


def _depends(node: Node | None, unset: Mapping[str, None]) -> bool:
    """Whether a variable that is not set stands in it."""
    match node:
        case Leaf():
            return any(f"${{{variable}}}" in node.text for variable in unset)
        case Row():
            return any(_depends(item, unset) for item in node.items)
        case Branch():
            return any(_depends(value, unset) for _, value in node.entries.values())
        case None:
            return False
