"""Reading on behind a mistake: what is wrong in a file is put right or left out, so that the rest of it is checked too.

A key with a typing mistake is read as the one it was meant to be. What cannot be read goes, and with it what cannot do
without it; the words in it are remembered, since what refers to them is no mistake of its own.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.scalars import Text
from chatbot.content.shape import Path, described, meant_key, plain, validated, verbs_first
from chatbot.content.yaml_source import Branch, Leaf, Node, Row, Source

M = TypeVar("M", bound=BaseModel)

_ROUNDS: Final = 200
_NEEDED: Final = frozenset({"name", "flow", "steps", "test"})
"""Keys on the top level of a file that must be there, and that a stand-in can take the place of."""


@dataclass(slots=True)
class Mended(Generic[M]):
    """What could be read of a file. `lost` are the words of what was left out; `source` is where the rest stands."""

    source: Source
    model: M | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    lost: frozenset[str] = frozenset()


def read_mended(kind: type[M], source: Source, data: Any, read: Callable[[Leaf], Text]) -> Mended[M]:
    """The model of a file and all that is wrong in it. `read` tells what a text stands for, as in `plain`."""
    model, found = validated(kind, data)
    if not found or not isinstance(source.root, Branch):
        return Mended(source, model, described(kind, source, found))
    return _Mending(kind, replace(source, root=copy.deepcopy(source.root))).run(found, read)


class _Mending(Generic[M]):
    """One file while it is read again and again, each time without what was wrong."""

    def __init__(self, kind: type[M], source: Source) -> None:
        self._kind, self._source = kind, source
        self._problems: list[Diagnostic] = []
        self._lost: set[str] = set()
        self._touched: set[int] = set()
        self._guessed: set[int] = set()

    def run(self, found: list[ErrorDetails], read: Callable[[Leaf], Text]) -> Mended[M]:
        model: M | None = None
        for _ in range(_ROUNDS):
            found = verbs_first(self._kind, found)
            ways = [self._way(item) for item in found]
            fresh = [item for item, way in zip(found, ways, strict=True) if not self._follows(item, way)]
            self._problems += described(self._kind, self._source, fresh)
            if not all(self._mend(item, way) for item, way in zip(found, ways, strict=True)):
                break
            model, found = validated(self._kind, plain(self._source.root, read))
            if not found:
                break
        return Mended(self._source, model, self._problems, frozenset(self._lost))

    def _way(self, item: ErrorDetails) -> list[tuple[Branch | Row, str, Node]]:
        """The steps down to what a finding is about: in what, under which key (or the entry itself), which node."""
        node: Node | None = self._source.root
        way: list[tuple[Branch | Row, str, Node]] = []
        for part in item["loc"]:
            if isinstance(node, Branch) and str(part) in node.entries:
                way.append((node, str(part), node.entries[str(part)][1]))
            elif isinstance(node, Row) and isinstance(part, int) and part < len(node.items):
                way.append((node, "", node.items[part]))
            elif isinstance(part, int) or part.startswith("<"):
                continue
            else:
                break
            node = way[-1][2]
        return way

    def _follows(self, item: ErrorDetails, way: list[tuple[Branch | Row, str, Node]]) -> bool:
        """Whether a finding comes of what was left out or guessed before."""
        if any(id(node) in self._guessed for _, _, node in way):
            return True
        about: Node | None = way[-1][2] if way else self._source.root
        if item["type"] == "extra_forbidden" and way:
            return id(way[-1][0]) in self._touched
        return id(about) in self._touched or (item["type"] != "missing" and self._holds_a_guess(about))

    def _holds_a_guess(self, node: Node | None) -> bool:
        """Whether what the keys of a mapping say together may come of one that was guessed."""
        entries = node.entries.values() if isinstance(node, Branch) else ()
        return any(id(inner) in self._guessed for _, inner in entries)

    def _mend(self, item: ErrorDetails, way: list[tuple[Branch | Row, str, Node]]) -> bool:
        """Put one thing right or leave it out; False where nothing of the file would be left."""
        path: Path = tuple(item["loc"])
        said = item.get("ctx") or {}
        about = way[-1][2] if way else self._source.root
        if item["type"] == "missing" and len(path) == 1:
            return self._stand_in(str(path[0]))
        if item["type"] == "extra_forbidden" and way and not self._is_guessed(way):
            if self._rename(way[-1][0], str(path[-1]), meant_key(self._kind, path)):
                return True
        elif item["type"] == "step" and isinstance(about, Branch) and "key" in said:
            if self._rename(about, said["key"], said.get("near", "")):
                return True
            if "said" in said and said["key"] in about.entries:  # the second of two verbs
                self._take(about, said["key"], about.entries[said["key"]][1])
                return True
        if way:
            # A text or an expression defines nothing: what it names may still be a mistake elsewhere.
            self._take(*way[-1], defines=item["type"] not in ("template", "expression"))
        return bool(way)

    def _is_guessed(self, way: list[tuple[Branch | Row, str, Node]]) -> bool:
        return any(id(node) in self._guessed for _, _, node in way)

    def _rename(self, within: Branch | Row, name: str, meant: str) -> bool:
        if not isinstance(within, Branch) or not meant or meant in within.entries or name not in within.entries:
            return False
        node = within.entries[name][1]
        within.entries = {meant if old == name else old: entry for old, entry in within.entries.items()}
        self._guessed.add(id(node))
        return True

    def _take(self, within: Branch | Row, name: str, node: Node, *, defines: bool = True) -> None:
        """Leave something out; a second finding about the same thing finds it gone."""
        self._touched.add(id(within))
        self._lost |= {*(words_of(node) if defines else ()), *([name] if name else [])}
        if isinstance(within, Row):
            within.items = [item for item in within.items if item is not node]
        elif name in within.entries and within.entries[name][1] is node:
            del within.entries[name]

    def _stand_in(self, name: str) -> bool:
        """A file without its name, or a flow without steps, can still be read."""
        root, place = self._source.root, Place(self._source.file)
        if name not in _NEEDED or not isinstance(root, Branch) or name in root.entries:
            return not isinstance(root, Branch) or name in root.entries
        unique = "_" + re.sub(r"[^a-z0-9]+", "_", self._source.file.casefold())
        stand_in: Node = Row(place) if name == "steps" else Leaf(Text(unique), place)
        root.entries[name] = (Leaf(Text(name), place), stand_in)
        self._lost.add(name)
        return True


def words_of(node: Node) -> Iterator[str]:
    """Every name that may stand in what was left out."""
    match node:
        case Leaf(text=text):
            yield str(text)
            yield from re.findall(r"[\w-]+", text)
            yield from re.findall(r"\w+", text)
        case Row(items=items):
            for item in items:
                yield from words_of(item)
        case Branch(entries=entries):
            for key, (_, value) in entries.items():
                yield from (key, *re.findall(r"\w+", key))
                yield from words_of(value)
