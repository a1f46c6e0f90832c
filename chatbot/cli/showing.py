"""Small forms that several commands print the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chatbot.cli.command import Terminal

if TYPE_CHECKING:
    from chatbot.content.diagnostics import Diagnostic


def show_diagnostics(terminal: Terminal, problems: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
    """All problems in the form asked for; data, so to stdout. JSON comes also when there is none."""
    from chatbot.content import diagnostics  # noqa: PLC0415 - only commands that load a project come here

    match terminal.format:
        case "json":
            terminal.data(diagnostics.render_json(problems), newline=False)
        case "github":
            terminal.data(diagnostics.render_github(problems), newline=False)
        case _ if problems:
            terminal.data(diagnostics.render_text(problems, sources))


def count(number: int, noun: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def day(at: int) -> str:
    """A moment in Unix milliseconds as a clock here shows it, to the minute."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def safe(text: str) -> str:
    """Somebody else's words without what would steer this terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)
