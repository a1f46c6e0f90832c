"""The coverage of conversation tests as one HTML page that needs nothing beside it: figures, then line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from chatbot.content.diagnostics import lines_of
from chatbot.testing.coverage import WHAT, Coverage, Item, Share
from chatbot.testing.coverage_table import FAIR, GOOD
from chatbot.testing.playing import Played


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file; `state` is "" where nothing can be reached."""

    text: str
    state: str = ""
    cases: int | str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    anchor: str
    shares: tuple[Share, ...]
    missing: int
    lines: tuple[_Line, ...]


def page(title: str, coverage: Coverage, played: Sequence[Played]) -> str:
    """The page; `title` is the name of the bot. Whatever stands in the files is shown as text."""
    environment = Environment(
        loader=PackageLoader("chatbot.testing", ""),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": _percent, "shade": _shade}
    return environment.get_template("coverage.html").render(
        title=title,
        cases=len(played),
        passed=sum(each.passed for each in played),
        all=[(what, coverage.share(what)) for what in WHAT],
        files=[_file(coverage, name) for name in coverage.sources],
    )


def _file(coverage: Coverage, name: str) -> _File:
    at: dict[int, list[Item]] = {}
    for item in coverage.items:
        if item.file == name:
            at.setdefault(item.line, []).append(item)
    text = [_line(line, at.get(number, [])) for number, line in enumerate(lines_of(coverage.sources[name]), 1)]
    shares = tuple(coverage.share(what, name) for what in WHAT)
    anchor = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return _File(name, anchor, shares, len(coverage.missing(name)), tuple(text))


def _line(text: str, items: list[Item]) -> _Line:
    if not items:
        return _Line(text)
    missing = [item for item in items if not item.cases]
    state = "reached" if not missing else "missing" if len(missing) == len(items) else "partly"
    return _Line(text, state, max(item.cases for item in items), ", ".join(item.name for item in missing))


def _percent(share: Share) -> str:
    """Whole percent, rounded down: 100 % means all."""
    return f"{int(share.percent)}%"


def _shade(share: Share) -> str:
    if not share.all:
        return "none"
    return "good" if share.percent >= GOOD else "fair" if share.percent >= FAIR else "poor"
