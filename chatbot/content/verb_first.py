"""A step's verb written first: `chatbot check --fix` moves it there, with its comments and layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from chatbot.content.fixes import Edit
from chatbot.content.project import Project
from chatbot.content.shape import locate
from chatbot.content.verbs import verb_of
from chatbot.content.walk import steps_of
from chatbot.content.yaml_source import Branch

_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[\[\]{},#]|[^"\'\[\]{},#]+', re.DOTALL)


def verbs_first(project: Project, files: Mapping[str, str]) -> Iterator[Edit]:
    """One edit for every step that does not begin with its verb; one that cannot be moved safely stays."""
    for file in project.flows:
        name, text = file.source.file, files.get(file.source.file)
        if file.shipped or text is None or name in project.lost or "\r" in text or text.startswith("\ufeff"):
            continue
        lines = text.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        for path, _ in steps_of(file.model):
            step = locate(file.source.root, path)[1]
            if not isinstance(step, Branch) or "if_silent" in path[-2:]:
                continue
            verb = verb_of(dict.fromkeys(step.entries))
            if verb is not None and next(iter(step.entries)) != verb:
                keys = [key.place for key, _ in step.entries.values()]
                at = list(step.entries).index(verb)
                places = [(place.line, place.column) for place in keys]
                edit = _flowing(text, starts, step, at) or _blocked(lines, starts, places, at)
                if edit is not None:
                    yield Edit(name, *edit)


def _flowing(text: str, starts: list[int], step: Branch, at: int) -> tuple[int, int, str] | None:
    """`{ id: top, say: Hi }` on one line: its entries in another order."""
    begin = starts[step.place.line - 1] + step.place.column - 1
    if text[begin : begin + 1] != "{":
        return None
    entries, depth, entry = [], 0, ""
    for piece in _PIECE.finditer(text, begin):
        sign = piece[0]
        if sign == "#" or "\n" in sign:
            return None
        depth += sign in ("[", "{")
        depth -= sign in ("]", "}")
        if depth == 0 or (depth == 1 and sign == ","):
            entries.append(entry.strip())
            entry = ""
            if depth == 0:
                break
        elif not (depth == 1 and sign == "{" and not entry and not entries and piece.start() == begin):
            entry += sign
    if depth or len(entries) != len(step.entries):
        return None
    moved = [entries[at], *entries[:at], *entries[at + 1 :]]
    padded = text[begin + 1 : begin + 2] == " "
    inner = ", ".join(moved)
    return begin, piece.end(), f"{{ {inner} }}" if padded else f"{{{inner}}}"


def _blocked(lines: list[str], starts: list[int], keys: list[tuple[int, int]], at: int) -> tuple[int, int, str] | None:
    """A step on several lines: those of its verb go to the front, behind the dash."""
    column = keys[0][1]
    if len({line for line, _ in keys}) != len(keys) or any(here != column for _, here in keys):
        return None
    first, own = keys[0][0] - 1, keys[at][0] - 1
    end = keys[at + 1][0] - 1 if at + 1 < len(keys) else _end(lines, own, column - 1)
    lead, indent = lines[first][: column - 1], " " * (column - 1)
    if lines[own][: column - 1] != indent or "#" in "".join(lines[own:end]):
        return None
    moved = [lead + lines[own][column - 1 :], *lines[own + 1 : end]]
    kept = [indent + lines[first][column - 1 :], *lines[first + 1 : own]]
    return starts[first], starts[end] - 1, "\n".join((*moved, *kept))


def _end(lines: list[str], own: int, indent: int) -> int:
    """The line behind the last one of an entry: what is indented more than it belongs to it."""
    end = own + 1
    for number in range(own + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) <= indent:
            break
        end = number + 1
    return end
