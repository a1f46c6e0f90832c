"""A problem in an author's file, and the ways to show it: text (as ruff does), JSON, GitHub annotations."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Final, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]

_WINDOW: Final = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file; lines and columns count characters from 1, `end_column` is the first behind."""

    file: str
    line: int = 1
    column: int = 1
    end_column: int = 2


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `file` is relative to the project, with `/`; `help` says what to do, "" when nothing is to add."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    end_column: int
    message: str
    help: str = ""
    example: tuple[str, ...] = ()
    """The way that leads there, as a short conversation."""

    def with_example(self, lines: tuple[str, ...]) -> Diagnostic:
        return replace(self, example=lines)

    @property
    def docs(self) -> str:
        """The page about its rule, below the repository's root."""
        return f"docs/reference/rules/{self.code}.md"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


class Rule:
    """One kind of problem; the docstring of a rule is its page in the documentation (`chatbot rule CODE`)."""

    code: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity] = "error"
    or_else: ClassVar[Severity | None] = None
    """The severity of some of its findings, where they differ; the docstring says which."""

    @classmethod
    def severities(cls) -> str:
        return f"{cls.severity} or {cls.or_else}" if cls.or_else else cls.severity

    @classmethod
    def at(cls, place: Place, message: str, advice: str = "") -> Diagnostic:
        where = (place.file, place.line, place.column, max(place.end_column, place.column + 1))
        return Diagnostic(cls.code, cls.severity, *where, message, advice)


def lines_of(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def render_text(problems: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """Every problem with the line it is about and carets under the place."""
    lines = {file: lines_of(text) for file, text in sources.items()}
    return "\n".join(_block(problem, lines.get(problem.file, [])) for problem in problems)


def _block(problem: Diagnostic, lines: Sequence[str]) -> str:
    warning = " warning:" if problem.severity == "warning" else ""
    gutter = " " * len(str(problem.line))
    out = [
        f"{problem.code}{warning} {problem.message}",
        f"{gutter}--> {problem.file}:{problem.line}:{problem.column}",
    ]
    beside = problem.help if problem.help.startswith("did you mean") else ""
    if 0 < problem.line <= len(lines):
        shown, indent, carets = _excerpt(lines[problem.line - 1], problem.column - 1, problem.end_column - 1)
        out.append(f"{problem.line} | {shown}".rstrip())
        out.append(f"{gutter} | {' ' * indent}{'^' * carets} {beside}".rstrip())
    if problem.help and not (beside and lines):
        out.append(f"help: {problem.help}")
    if problem.example:
        out += ["for example:", *(f"  {_printable(line)}" for line in problem.example)]
    return "\n".join(out) + "\n"


def _excerpt(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A line made safe for a terminal and cut to a readable width; how far in, and how many carets."""
    safe = _printable(line)
    cut = max(0, min(start - _WINDOW // 3, len(safe) - _WINDOW)) if len(safe) > _WINDOW else 0
    shown = safe[cut : cut + _WINDOW]
    before, under = safe[cut:start], safe[start : min(end, cut + _WINDOW)]
    return ("…" if cut else "") + shown, (1 if cut else 0) + _width(before), max(_width(under), 1)


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else " " if char in "\t\n" else "\ufffd" for char in line)


def _width(text: str) -> int:
    """Columns on a terminal: wide letters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def as_json(problems: Sequence[Diagnostic]) -> dict[str, Any]:
    return {"version": 1, "problems": [asdict(problem) | {"docs": problem.docs} for problem in problems]}


def render_json(problems: Sequence[Diagnostic]) -> str:
    return json.dumps(as_json(problems), ensure_ascii=False, indent=2) + "\n"


def render_github(problems: Sequence[Diagnostic]) -> str:
    """Workflow commands: GitHub shows each beside the line it is about."""
    return "".join(f"{_annotation(problem)}\n" for problem in problems)


def _annotation(problem: Diagnostic) -> str:
    text = f"{problem.message} ({problem.help})" if problem.help else problem.message
    fields = {
        "file": problem.file,
        "line": problem.line,
        "col": problem.column,
        "endColumn": problem.end_column,
        "title": problem.code,
    }
    written = ",".join(f"{name}={_escaped(str(value), ',:')}" for name, value in fields.items())
    return f"::{problem.severity} {written}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in text)


def summary(problems: Sequence[Diagnostic], **counts: int) -> str:
    """The last line of a check: "12 files, 84 intents, 3 errors, 1 warning"."""
    errors = sum(problem.is_error for problem in problems)
    said = {**counts, "errors": errors, "warnings": len(problems) - errors}
    return ", ".join(f"{count} {name.removesuffix('s') if count == 1 else name}" for name, count in said.items())
