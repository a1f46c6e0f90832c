"""Why a file is not YAML, in an author's words: the usual traps, told from the line the parser stumbled over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import yaml

from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.rules import NotYaml, YamlFeature

_LINE: Final = re.compile(r"""^\s*(?:-\s+)*(?:[\w.-]+\s*:\s+|"[^"]*"\s*:\s+|'[^']*'\s*:\s+)?(?P<value>.*?)\s*$""")
_COLON_INSIDE: Final = re.compile(r"""[{,]\s*[\w.-]+\s*:\s+([^"'{}\[\],:]+:\s[^"'{}\[\],]*)""")
"""A text with a colon where a mapping stands on one line: `{ say: Note: this }`."""
_SIGNS: Final = "@`%|>"
SIGNS: Final = {
    "&": "`&` at the beginning would be an anchor; they are not allowed",
    "*": "`*` at the beginning would be an alias; they are not allowed",
    "!": "`!` at the beginning would be a tag; they are not allowed",
}
QUOTES: Final = "if it is meant as a text, put quotes round it"


def explain(error: yaml.YAMLError, file: str, lines: Sequence[str]) -> Diagnostic:
    """One finding for a file that does not parse, with the hint that most likely helps."""
    problem = (getattr(error, "problem", None) or "").lower()
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    if mark is None:
        return NotYaml.at(Place(file), "this is not YAML")
    begun: yaml.Mark = getattr(error, "context_mark", None) or mark
    at = _place(file, lines, mark)
    if "escape" in problem:
        return NotYaml.at(at, "a backslash means something else in double quotes", "use single quotes: '...'")
    if "end of stream" in problem and "quoted" in (getattr(error, "context", None) or ""):
        return NotYaml.at(_place(file, lines, begun), "this quote is never closed")
    return _unquoted(file, lines, (at.line, begun.line + 1), problem) or _crooked(file, lines, at, begun, problem)


def _unquoted(file: str, lines: Sequence[str], numbers: Sequence[int], problem: str) -> Diagnostic | None:
    """A text that needs quotes, on the line of the problem or on the one where its trouble began."""
    for number in dict.fromkeys(numbers):
        if number > len(lines):
            continue
        found = _LINE.match(lines[number - 1])
        value = found["value"] if found else ""
        if found is None or not value:
            continue
        place = Place(file, number, found.start("value") + 1, found.end("value") + 1)
        if value[0] in SIGNS:
            return YamlFeature.at(Place(file, number, place.column, place.column + 1), SIGNS[value[0]], QUOTES)
        if value[0] in _SIGNS:
            return wrong_beginning(place, value)
        if value[0] in "{[" and re.search(r"[}\]]\s*[^\s,#\]}]|[}\]],\s*\S", value) and not value.endswith(("}", "]")):
            return NotYaml.at(place, f"a text that begins with `{value[0]}` needs quotes", quoted(value))
        if value[0] == "{" and (inner := _COLON_INSIDE.search(value)):
            start = place.column + inner.start(1)
            at = Place(file, number, start, start + len(inner[1].rstrip()))
            return NotYaml.at(at, "a text with `: ` in it needs quotes", quoted(inner[1].rstrip()))
        if value[0] in "\"'" and "expected" in problem and re.search(r"\w", value[1:].partition(value[0])[2]):
            hint = "inside '...' an apostrophe is written ''" if value[0] == "'" else quoted(value)
            return NotYaml.at(place, "text goes on behind the closing quote", hint)
        if "mapping values" in problem and value[0] not in "\"'{[" and re.search(r":(?:\s|$)", value):
            return NotYaml.at(place, "a text with `: ` in it needs quotes", quoted(value))
    return None


def wrong_beginning(place: Place, value: str) -> Diagnostic:
    return NotYaml.at(place, f"a text cannot begin with `{value[0]}`", quoted(value.rstrip()))


def _crooked(file: str, lines: Sequence[str], at: Place, begun: yaml.Mark, problem: str) -> Diagnostic:
    """A line that does not fit its neighbours."""
    if "could not find expected ':'" in problem:
        number = begun.line + 1
        text = lines[begun.line] if begun.line < len(lines) else ""
        start = len(text) - len(text.lstrip()) + 1
        return NotYaml.at(
            Place(file, number, start, max(len(text.rstrip()), start) + 1), "a `:` is missing on this line"
        )
    if re.search(r"expected ',' or '[\]}]'", problem):
        hint = "inside brackets, a text with [ ] { } or a comma in it needs quotes"
        return NotYaml.at(
            _place(file, lines, begun), "this bracket is never closed, or a comma is missing behind it", hint
        )
    if "mapping values" in problem or "block end" in problem or "expected key" in problem:
        hint = "entries of one list or mapping begin in the same column"
        text = lines[at.line - 1] if at.line <= len(lines) else ""
        start = len(text) - len(text.lstrip()) + 1
        place = Place(file, at.line, start, max(len(text.rstrip()), start) + 1)
        return NotYaml.at(place, "this line does not fit the indentation above it", hint)
    return NotYaml.at(at, "this is not YAML", "a text with special signs in it needs quotes")


def _place(file: str, lines: Sequence[str], mark: yaml.Mark) -> Place:
    """Where a mark stands; one behind the last line is put at the end of the text."""
    if mark.line >= len(lines) or (mark.line == len(lines) - 1 and not lines[mark.line].strip()):
        last = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), 0)
        if mark.line >= last:
            end = len(lines[last].rstrip())
            return Place(file, last + 1, max(end, 1), max(end, 1) + 1)
    return Place(file, mark.line + 1, mark.column + 1, mark.column + 2)


def quoted(value: str) -> str:
    """The advice to put a text in quotes, with the text as it should stand."""
    if len(value) > 60:
        return "put quotes round the whole text"
    if '"' in value and "'" not in value and value.count('"') > 1:
        return f"put quotes round the text: '{value}'"  # those inside stay as they are
    shown = value.strip("\"'").replace("\\", "\\\\").replace('"', '\\"')
    return f'put quotes round the text: "{shown}"'
