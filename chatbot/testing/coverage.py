"""What of a project its conversation tests reach: steps, branches, outcomes and intents, with their lines.

A step is covered when a case takes it; a branch when a case goes that way (`then`, `else`, a case, an option, a branch
of a split); an outcome when a case meets it (`if_no`, `if_failed`, `if_silent`, `if_error`, ...); an intent when a case
is understood to say it. Only the project's own files count, not what ships with chatbot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from chatbot.content.graph import compile_flow
from chatbot.content.models import FlowFile, IntentFile
from chatbot.content.shape import Path, key_place, place_of, plain, read_shape
from chatbot.content.walk import steps_of
from chatbot.content.yaml_source import Source, parse
from chatbot.testing.playing import Played
from chatbot.testing.ways import Way, is_branch, ways_of
from chatbot.types import Json

What: TypeAlias = Literal["steps", "branches", "outcomes", "intents"]
WHAT: Final[tuple[What, ...]] = ("steps", "branches", "outcomes", "intents")

_LISTS: Final = {"option": "options", "case": "cases", "branch": "branches"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to reach, at `line` of `file`; `cases` counts those that did."""

    what: What
    file: str
    line: int
    name: str
    cases: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    reached: int
    all: int

    @property
    def percent(self) -> float:
        return 100 * self.reached / self.all if self.all else 100.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """`sources` holds the text of every file that has something to reach."""

    items: tuple[Item, ...]
    sources: Mapping[str, str]

    def share(self, what: What, file: str = "") -> Share:
        """How much of one kind was reached, in all files or in one."""
        there = [item for item in self.items if item.what == what and file in ("", item.file)]
        return Share(sum(item.cases > 0 for item in there), len(there))

    def missing(self, file: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.file == file and not item.cases)


def measured(sources: Mapping[str, str], played: Iterable[Played]) -> Coverage:
    """The coverage of a project that was loaded without errors; `sources` maps its files to their texts."""
    taken, said = Counter[Way](), Counter[str]()
    for each in played:
        taken.update(each.ways)
        said.update(each.intents)
    items: list[Item] = []
    for name in sorted(sources):
        if name.startswith("flows/"):
            items += _flow(parse(sources[name], name), taken)
        elif name.startswith("intents/"):
            items += _intents(parse(sources[name], name), said)
    files = {item.file for item in items}
    return Coverage(tuple(items), {name: text for name, text in sources.items() if name in files})


def _flow(source: Source, taken: Mapping[Way, int]) -> Iterator[Item]:
    model, _ = read_shape(FlowFile, source, plain(source.root))
    if model is None:
        return
    flow, paths = model.flow, {id(step): path for path, step in steps_of(model)}
    for address, node in compile_flow(model).nodes.items():
        path = paths[id(node.step)]

        def item(what: What, at: Path, way: str, name: str, address: str = address) -> Item:
            return Item(what, source.file, _line(source, at), name, taken.get((flow, address, way), 0))

        yield item("steps", path, "", address)
        for way in ways_of(node):
            what: What = "branches" if is_branch(node.step, way) else "outcomes"
            yield item(what, (*path, *_below(way)), way, f"{address} {way}")


def _below(way: str) -> Path:
    """Where a way stands below its step: `option.0` is options / 0, `if_error.404` is if_error / 404."""
    name, _, rest = way.partition(".")
    if name in _LISTS:
        return _LISTS[name], int(rest)
    return (name, int(rest) if name == "if_silent" else rest) if rest else (name,)


def _line(source: Source, path: Path) -> int:
    name = path[-1]
    return (key_place(source, path[:-1], name) if isinstance(name, str) else place_of(source, path)).line


def _intents(source: Source, said: Mapping[str, int]) -> Iterator[Item]:
    model, _ = read_shape(IntentFile, source, plain(source.root))
    for name in model.intents if model else ():
        line = key_place(source, ("intents",), name).line
        yield Item("intents", source.file, line, name, said.get(name, 0))


# --- telling it -------------------------------------------------------------------------------------------------


def as_json(coverage: Coverage) -> Json:
    """{steps: {reached, all}, ..., missing: [{what, file, line, name}]}."""
    shares = {what: coverage.share(what) for what in WHAT}
    return {
        **{what: {"reached": share.reached, "all": share.all} for what, share in shares.items()},
        "missing": [
            {"what": item.what, "file": item.file, "line": item.line, "name": item.name}
            for item in coverage.items
            if not item.cases
        ],
    }


def lines(items: Iterable[Item]) -> str:
    """`3, 7-9`: the lines of items, runs of them joined."""
    numbers = sorted({item.line for item in items})
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
