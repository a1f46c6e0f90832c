"""A rule-based customer-service chatbot framework: intents and flows in YAML, people when it matters.

These names are the public Python interface; everything else may change. They are loaded when first used, so that the
command line stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from chatbot.content.load import find_project, load_project
    from chatbot.content.program import Program
    from chatbot.engine.engine import Engine
    from chatbot.errors import AuthorError, ChatbotError, OperatorError, PlatformError, Refused
    from chatbot.integrations.actions import ActionContext
    from chatbot.understanding.understanding import Understanding

__all__ = [
    "ActionContext",
    "AuthorError",
    "ChatbotError",
    "Engine",
    "OperatorError",
    "PlatformError",
    "Program",
    "Refused",
    "Understanding",
    "find_project",
    "load_project",
]

_HOMES: Final = {
    "ActionContext": "chatbot.integrations.actions",
    "AuthorError": "chatbot.errors",
    "ChatbotError": "chatbot.errors",
    "Engine": "chatbot.engine.engine",
    "OperatorError": "chatbot.errors",
    "PlatformError": "chatbot.errors",
    "Program": "chatbot.content.program",
    "Refused": "chatbot.errors",
    "Understanding": "chatbot.understanding.understanding",
    "find_project": "chatbot.content.load",
    "load_project": "chatbot.content.load",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - costs more than all else here

        return version("chatbot")
    if name not in _HOMES:
        raise AttributeError(f"chatbot has no public name {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
