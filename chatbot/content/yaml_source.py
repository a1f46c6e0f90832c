"""YAML as authors write it: every scalar is text, every key and value knows its place.

Built on PyYAML's events, so that nothing is resolved, constructed or recursed into. libyaml reads when it is there;
the pure parser gives the same finding. Where libyaml refuses a file the pure parser says why, for one wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

from chatbot.content import yaml_traps
from chatbot.content.diagnostics import Diagnostic, Place, lines_of
from chatbot.content.pure_yaml import PureLoader
from chatbot.content.rules import DuplicateKey, NotReadable, NotYaml, SwallowedText, YamlFeature
from chatbot.content.scalars import Text

MAX_DEPTH: Final = 50
MAX_BYTES: Final = 5 * 1024 * 1024

_FORBIDDEN: Final = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LOST: Final = re.compile(r"\s+(#(?!\s|#|$|chatbot:).*)")
_LOST_WORDS: Final = re.compile(r" (#\s+(?!chatbot:)\S.*)")
_SAID: Final = frozenset({"say", "confirm", "if_invalid", "title", "note", "suggest"})
"""Keys whose texts customers or people read: there one blank before a `#` may well have been meant."""
_PIECES: Final = {
    "'": re.compile("''|.", re.DOTALL),
    '"': re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|.", re.DOTALL),
}
_BLANKS: Final = str.maketrans({"\t": " ", "\x85": " ", "\u2028": " ", "\u2029": " "})
_TABBED: Final = re.compile(r"([ ]*\t)\s*[^\s#]")
_HEADER: Final = re.compile(r"[|>][-+\d]{0,2}(?: +#.*| *)")


@dataclass(slots=True)
class Leaf:
    """A scalar; `style` is its quote: "" plain, ' or ", | or > for a block."""

    text: Text
    place: Place
    style: str = ""


@dataclass(slots=True)
class Branch:
    place: Place
    entries: dict[str, tuple[Leaf, Node]] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    place: Place
    items: list[Node] = field(default_factory=list)


Node: TypeAlias = Leaf | Branch | Row


@dataclass(slots=True)
class Source:
    """One file as a tree; `root` is None where it is empty or not usable, and then `problems` says why.

    Of a key that stands twice the first is in the tree, what stood under the others is `dropped`.
    """

    file: str
    lines: list[str]
    root: Node | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    dropped: list[Node] = field(default_factory=list)

    def inside(self, leaf: Leaf, column: int, length: int) -> Place:
        """The place of a stretch of a scalar, counted in the characters of its value."""
        return _inside(leaf, self.lines, column, length)


def decode(data: bytes, file: str) -> str | Diagnostic:
    """The bytes of a file as text, or why they are none."""
    if len(data) > MAX_BYTES:
        return NotReadable.at(Place(file), f"a file has at most {MAX_BYTES // 1024 // 1024} MiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = lines_of(data[: error.start].decode("utf-8", "replace"))
        place = Place(file, len(before), len(before[-1]) + 1, len(before[-1]) + 2)
        return NotReadable.at(place, "this is not UTF-8", "save the file as UTF-8")


def parse(text: str, file: str, *, pure: bool = False) -> Source:
    """Read one file. `pure` leaves libyaml aside, for machines without it and for tests."""
    lines = lines_of(text.translate(_BLANKS))
    source = Source(file, lines)
    if len(text) > MAX_BYTES:
        source.problems.append(NotReadable.at(Place(file), f"a file has at most {MAX_BYTES // 1024 // 1024} MiB"))
        return source
    if unreadable := _unreadable(text, lines, file):
        source.problems.append(unreadable)
        return source
    normal = "\n".join(lines)
    fast = None if pure else getattr(yaml, "CSafeLoader", None)
    if fast is None or not _built(source, normal, fast):
        source.problems, source.dropped = [], []
        _built(source, normal, PureLoader, explain=True)
    return source


def _built(source: Source, text: str, loader: Any, *, explain: bool = False) -> bool:
    """Fill the source from a parser's events; False where it refuses the text, which `explain` puts into words.

    What libyaml refuses the pure parser decides, so that the finding does not depend on the machine.
    """
    builder = _Builder(source)
    try:
        builder.build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        if explain:
            source.problems = [yaml_traps.explain(error, source.file, source.lines)]
        return False
    source.root = builder.root if builder.usable else None
    return True


def _unreadable(text: str, lines: list[str], file: str) -> Diagnostic | None:
    """What neither parser should see: signs nobody can see, and tabs for indentation."""
    for number, line in enumerate(lines, 1):
        if odd := _FORBIDDEN.search(line):
            place = Place(file, number, odd.start() + 1, odd.start() + 2)
            what = f"there is an invisible character here (U+{ord(odd[0]):04X})"
            return NotReadable.at(place, what, "delete it and type the text again")
    for number, line in enumerate(lines_of(text) if "\t" in text else (), 1):
        if indent := _TABBED.match(line):
            place = Place(file, number, indent.end(1), indent.end(1) + 1)
            return NotYaml.at(place, "lines are indented with blanks, not with tabs")
    return None


class _Builder:
    """From events to a tree, without recursion; what the language does not have is noted and left out."""

    def __init__(self, source: Source) -> None:
        self.root: Node | None = None
        self._source = source
        self._open: list[Branch | Row] = []
        self._keys: list[Leaf | None] = []
        self._names: list[str] = []
        self._crooked: set[int] = set()
        self._documents = 0

    @property
    def usable(self) -> bool:
        """Whether the tree says what the author meant, but for a key that stands twice."""
        found = (problem.code for problem in self._source.problems if problem.is_error)
        return not self._crooked and all(code == DuplicateKey.code for code in found)

    def build(self, events: Iterator[Any]) -> None:
        for event in events:
            match event:
                case yaml.ScalarEvent():  # first, because most are
                    self._inspect(event)
                    self._add(self._leaf(event))
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        self._refuse(event, "a second document (`---`) is not allowed", "put it in a file of its own")
                        return
                case yaml.AliasEvent():
                    self._refuse(event, yaml_traps.SIGNS["*"], yaml_traps.QUOTES)
                    self._add(Leaf(Text("", plain=True), self._here(event)))
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._inspect(event)
                    if len(self._open) >= MAX_DEPTH:
                        what = f"this is nested more than {MAX_DEPTH} levels deep"
                        self._source.problems.append(NotReadable.at(self._here(event), what))
                        return
                    place, name = self._here(event), self._name()
                    inner = Branch(place) if isinstance(event, yaml.MappingStartEvent) else Row(place)
                    self._add(inner)
                    self._open.append(inner)
                    self._keys.append(None)
                    self._names.append(name)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._open.pop()
                    self._keys.pop()
                    self._names.pop()
                case _:
                    pass
        if isinstance(self.root, Leaf) and not self.root.text and not self.root.style:
            self.root = None  # an empty file; parsers do not agree where its nothing stands

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = self.root or node
            return
        within = self._open[-1]
        if isinstance(within, Row):
            within.items.append(node)
            return
        key = self._keys[-1]
        if key is not None:
            self._keys[-1] = None
            if isinstance(node, Leaf) and not node.text and not node.style:
                node.place = key.place  # parsers do not agree where nothing stands
            if key.text in within.entries:
                self._source.dropped.append(node)
            else:
                within.entries[key.text] = (key, node)
            return
        if not isinstance(node, Leaf):
            self._refuse_at(node.place, "a key is a text", yaml_traps.QUOTES)
            node = Leaf(Text(""), node.place)
        elif not node.text and not node.style:
            self._refuse_at(within.place, "a key is missing here before a `:`", "")
        elif node.text in within.entries and id(within) not in self._crooked:
            self._source.problems.append(self._twice(within, node))
        self._keys[-1] = node

    def _twice(self, within: Branch, key: Leaf) -> Diagnostic:
        """A key that is there already: one finding for all of a mapping whose name is indented like its own keys."""
        owner, value = next(reversed(within.entries.values()))
        if isinstance(value, Leaf) and not value.text and not value.style and owner.place.column == key.place.column:
            self._crooked.add(id(within))
            advice = f"what belongs to `{owner.text}` is indented more than it; or begin `{owner.text}:` further left"
            return DuplicateKey.at(owner.place, f"`{owner.text}:` has nothing below it: the indentation is off", advice)
        first = within.entries[key.text][0].place.line
        what = f"the key `{key.text}` stands here twice; first on line {first}"
        return DuplicateKey.at(key.place, what, "remove or rename one of them")

    def _name(self) -> str:
        """The key that what comes next stands under."""
        key = self._keys[-1] if self._keys else None
        return key.text if key is not None else self._names[-1] if self._names else ""

    def _inspect(self, event: Any) -> None:
        """Anchors and tags, which an author mostly did not mean."""
        if event.anchor is not None:
            self._refuse(event, yaml_traps.SIGNS["&"], yaml_traps.QUOTES)
        elif event.tag is not None:
            self._refuse(event, yaml_traps.SIGNS["!"], yaml_traps.QUOTES)

    def _refuse(self, event: Any, message: str, advice: str) -> None:
        self._refuse_at(self._here(event), message, advice)

    def _refuse_at(self, place: Place, message: str, advice: str) -> None:
        self._source.problems.append(YamlFeature.at(place, message, advice))

    def _here(self, event: Any) -> Place:
        return self._place(event.start_mark, 1)

    def _place(self, mark: yaml.Mark, length: int) -> Place:
        return Place(self._source.file, mark.line + 1, mark.column + 1, mark.column + 1 + length)

    def _leaf(self, event: Any) -> Leaf:
        start, style = event.start_mark, event.style or ""
        text = Text(event.value, plain=not style)
        line = self._source.lines[start.line] if start.line < len(self._source.lines) else ""
        if not style and line.startswith(event.value, start.column):
            length = len(event.value)
            self._look_behind(line, start.line, start.column, length)
        elif style in ("'", '"') and event.end_mark.line == start.line:
            length = event.end_mark.column - start.column
        else:
            length = len(line.rstrip()) - start.column
            if style in ("|", ">") and not _HEADER.fullmatch(line, start.column):
                self._source.problems.append(
                    yaml_traps.wrong_beginning(self._place(start, length), line[start.column :])
                )
        return Leaf(text, self._place(start, max(length, 1)), style)

    def _look_behind(self, line: str, number: int, column: int, length: int) -> None:
        """`say: order #5` loses its end in a comment: one that a person wrote as such has a blank behind the #."""
        lost = _LOST.match(line, column + length)
        if lost is None and length and self._name() in _SAID:
            lost = _LOST_WORDS.match(line, column + length)
        if lost and (length or line[:column].rstrip().endswith(":")):
            place = Place(self._source.file, number + 1, lost.start(1) + 1, len(line.rstrip()) + 1)
            what = "what stands behind this `#` is a comment and not part of the text"
            self._source.problems.append(SwallowedText.at(place, what, "put quotes round the whole text"))


def _inside(leaf: Leaf, lines: list[str], column: int, length: int) -> Place:
    place, line = leaf.place, leaf.place.line
    if leaf.style in ("|", ">"):
        before, last = leaf.text[:column], leaf.text[:column].rpartition("\n")[2]
        if leaf.style == ">" or line + 1 + before.count("\n") > len(lines):
            return place
        row = line + 1 + before.count("\n")
        whole = leaf.text.split("\n")[before.count("\n")]
        indent = lines[row - 1].find(whole)
        start = max(indent, 0) + len(last) + 1
        return Place(place.file, row, start, start + max(length, 1))
    raw = lines[line - 1][place.column - 1 : place.end_column - 1]
    if leaf.style == "" and raw == leaf.text:
        start = place.column + column
        return Place(place.file, line, start, start + max(length, 1))
    if leaf.style and raw.endswith(leaf.style) and len(raw) > 1:
        starts = [found.start() for found in _PIECES[leaf.style].finditer(raw, 1, len(raw) - 1)] + [len(raw) - 1]
        if len(starts) == len(leaf.text) + 1:
            begin = starts[min(column, len(starts) - 1)]
            end = starts[min(column + max(length, 1), len(starts) - 1)]
            return Place(place.file, line, place.column + begin, max(place.column + end, place.column + begin + 1))
    return place
