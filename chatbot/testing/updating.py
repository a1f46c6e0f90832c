"""Writes what the bot did into the files of conversation tests, in place: comments, order and layout stay.

Only texts and expected values change, `bot:` lines come and go. What no text can mend - a request without a mock, a
button nobody offered - is left to the author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import re2
import yaml

from chatbot.content.pure_yaml import PureLoader
from chatbot.testing.alignment import Row
from chatbot.testing.playing import Difference, Played
from chatbot.types import Json

_PLAIN: Final = re.compile(r"[^\W_]", re.UNICODE)
_FOLDED: Final = 2**20
"""No line is broken by us."""


class _Edit(NamedTuple):
    """Characters `start` to `end` of a file become `text`."""

    start: int
    end: int
    text: str


def updated(text: str, played: Iterable[Played]) -> str:
    """The text of one test file with the differences of its cases written into it; they were played to their end."""
    root = _nodes(text)
    edits: list[_Edit] = []
    for each in played:
        chat = _Chat(text, _at(root, ("cases", each.script.number, "chat")))
        for difference in each.differences:
            edits += _edits(chat, difference)
    return _applied(text, edits)


def _edits(chat: _Chat, difference: Difference) -> Iterator[_Edit]:
    if difference.stuck:
        return
    yield from _line_edits(chat, difference.rows, difference.at)
    for move, gap in difference.gaps:
        holder: yaml.Node | None = _at(chat.items[move], ("expect",))
        for key in gap.path[:-1]:
            holder = _find(holder, key) if holder is not None else None
        if holder is not None:
            yield chat.replaced(holder, gap.path[-1], inline(gap.seen))


def _line_edits(chat: _Chat, rows: Sequence[Row], at: int) -> Iterator[_Edit]:
    """The lines below one move: `at` is the item that new ones come behind, -1 for before all."""
    for row in rows:
        if row.listed is not None:
            at = row.listed.move
        if row.fits:
            continue
        if row.listed is None and row.spoken is not None:
            yield chat.inserted(at, f"bot: {bot_line(row.spoken.text, flow=chat.flow)}")
        elif row.spoken is None:
            yield chat.removed(at)
        else:
            item = chat.items[at]
            flow = chat.flow or bool(isinstance(item, yaml.MappingNode) and item.flow_style)
            yield chat.replaced(item, "bot", bot_line(row.spoken.text, flow=flow))


class _Chat:
    """The `chat:` of one case, as nodes that know their place in the text."""

    def __init__(self, text: str, node: yaml.Node) -> None:
        assert isinstance(node, yaml.SequenceNode)
        self._text = text
        self.items: list[yaml.Node] = node.value
        self.flow = bool(node.flow_style)

    def replaced(self, holder: yaml.Node, key: str, new: str) -> _Edit:
        name, value = next((name, value) for name, value in holder.value if name.value == key)
        start, end = value.start_mark.index, _end(value, self._text)
        block = isinstance(value, yaml.CollectionNode) and not value.flow_style
        if block or start == end:  # it begins on a line of its own, or there is nothing yet
            colon = self._text.index(":", name.end_mark.index) + 1
            return _Edit(colon, max(end, colon), f" {new}")
        return _Edit(start, end, new)

    def removed(self, at: int) -> _Edit:
        start, end = self.items[at].start_mark.index, _end(self.items[at], self._text)
        if self.flow:
            behind = re.compile(r"\s*,\s*").match(self._text, end)
            if behind is not None:
                return _Edit(start, behind.end(), "")
            return _Edit(len(self._text[:start].rstrip().rstrip(",").rstrip()), end, "")
        return _Edit(self._line_start(self._dash(at)), self._line_end(end), "")

    def inserted(self, at: int, move: str) -> _Edit:
        if self.flow:
            place = _end(self.items[at], self._text) if at >= 0 else self.items[0].start_mark.index
            return _Edit(place, place, f", {{ {move} }}" if at >= 0 else f"{{ {move} }}, ")
        dash = self._dash(max(at, 0))
        indent = self._text[self._line_start(dash) : dash]
        place = self._line_end(_end(self.items[at], self._text)) if at >= 0 else self._line_start(dash)
        newline = "\r\n" if "\r\n" in self._text else "\n"
        before = newline if place and self._text[place - 1] != "\n" else ""
        return _Edit(place, place, f"{before}{' ' * len(indent)}- {move}{newline}")

    def _dash(self, at: int) -> int:
        return self._text.rindex("-", 0, self.items[at].start_mark.index)

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        newline = self._text.find("\n", index)
        return len(self._text) if newline < 0 else newline + 1


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda each: each.start):  # stable: lines for one place keep their order
        parts += [text[done : edit.start], edit.text]
        done = max(done, edit.end)
    return "".join([*parts, text[done:]])


# --- nodes ------------------------------------------------------------------------------------------------------


def _nodes(text: str) -> yaml.Node:
    """A file as nodes with their marks. Raises yaml.YAMLError."""
    root = yaml.compose(text, Loader=PureLoader)
    assert root is not None
    return root


def _at(node: yaml.Node, path: tuple[str | int, ...]) -> yaml.Node:
    for part in path:
        found = node.value[part] if isinstance(part, int) else _find(node, part)
        assert found is not None
        node = found
    return node


def _find(node: yaml.Node, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _end(node: yaml.Node, text: str) -> int:
    """Where a node's own text ends: a parser counts the blanks and comments behind it as well."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text)
    start = node.start_mark.index
    return start + len(text[start : node.end_mark.index].rstrip())


# --- words ------------------------------------------------------------------------------------------------------


def bot_line(said: str, *, flow: bool) -> str:
    """A `bot:` line that fits exactly this; one that looks like a regular expression becomes one."""
    said = said.strip()
    if len(said) > 2 and said.startswith("/") and said.endswith("/"):
        said = f"/^{re2.escape(said)}$/"
    return scalar(said, flow=flow)


def scalar(text: str, *, flow: bool = True) -> str:
    """A text as YAML that reads back as it is: without quotes where that is safe."""
    plain = text if _PLAIN.match(text) and "\n" not in text else ""
    if plain and _reads_as(plain, text, flow=flow):
        return plain
    for style in ("'", '"'):
        quoted = yaml.dump(text, default_style=style, allow_unicode=True, width=_FOLDED).rstrip("\n")
        if "\n" not in quoted and _reads_as(quoted, text, flow=flow):
            return quoted
    return yaml.dump(text, default_style='"', width=_FOLDED).rstrip("\n")


def _reads_as(written: str, text: str, *, flow: bool) -> bool:
    try:
        line = f"[{{ bot: {written} }}]\n" if flow else f"- bot: {written}\n"
        value = _at(_nodes(line), (0, "bot"))
    except yaml.YAMLError:
        return False
    return isinstance(value, yaml.ScalarNode) and value.value == text


def inline(value: Json) -> str:
    """An expected value on one line."""
    match value:
        case None | "":
            return "null"
        case bool():
            return str(value).lower()
        case Mapping():
            return "{ " + ", ".join(f"{scalar(str(key))}: {inline(inner)}" for key, inner in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(inline, value)) + "]" if value else "null"
        case str():
            return "'null'" if value in ("null", "~") else scalar(value)
        case _:
            return str(value)
