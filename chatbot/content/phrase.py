"""Training phrases: `(a|b)` alternatives, `[optional]`, `{entity}` slots -> the sentences they stand for.

A template may stand for millions of sentences; those asked for are spread evenly over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

MOST: Final = 200
DEEPEST: Final = 20
SLOT: Final = "\ue000"
END: Final = "\ue001"
"""Around the name of a slot in a sentence: signs that no author writes, so that `\\{` stays a brace."""


class PhraseError(ValueError):
    """A template that cannot be read; `column` is the 0-based position in it, `advice` what to write instead."""

    def __init__(self, message: str, column: int, advice: str = "") -> None:
        super().__init__(message)
        self.column = column
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Either:
    """One of several: `(a|b)`; `[a]` is `(a|)`."""

    parts: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One after the other: literal text (slots between marks) and choices."""

    parts: tuple[str | Either, ...]


Node: TypeAlias = "str | Either | Row"


def parse(template: str) -> Row:
    """Read a template. PhraseError where a bracket is missing or empty braces stand."""
    node, position = parse_sequence(template, 0, "", 0)
    if position < len(template):
        mark = template[position]
        raise PhraseError(f"this `{mark}` closes nothing", position, f"a literal one is `\\{mark}`")
    return node


def parse_sequence(template: str, position: int, closers: str, depth: int) -> tuple[Row, int]:
    parts: list[str | Either] = []
    literal: list[str] = []
    while position < len(template):
        character = template[position]
        if character == "\\" and position + 1 < len(template):
            literal.append(template[position + 1])
            position += 2
        elif character in "([":
            if depth >= DEEPEST:
                raise PhraseError("brackets too deep", position)
            parts += ["".join(literal)] if literal else []
            literal = []
            choice, position = parse_choice(template, position, depth + 1)
            parts.append(choice)
        elif character == "{":
            end = template.find("}", position)
            literal.append(f"{SLOT}{slot_name(template, position, end)}{END}")
            position = end + 1
        elif character in ")]}" or (character == "|" and closers):
            break
        elif character == "|":
            raise PhraseError("`|` stands only inside ( ) or [ ]", position, "write (a|b)")
        else:
            literal.append(character)
            position += 1
    return Row((*parts, "".join(literal)) if literal else tuple(parts)), position


def parse_choice(template: str, start: int, depth: int) -> tuple[Either, int]:
    """A group from its opening bracket to behind its closing one."""
    closer = ")" if template[start] == "(" else "]"
    options: list[Row] = []
    position = start
    while True:
        option, position = parse_sequence(template, position + 1, closer, depth)
        options.append(option)
        if position >= len(template):
            raise never_closed(template[start], start)
        if template[position] == closer:
            break
        if template[position] != "|":
            mark = template[position]
            raise PhraseError(f"this `{mark}` closes nothing", position, f"a literal one is `\\{mark}`")
    if closer == "]":
        options.append(Row(()))
    return Either(tuple(options)), position + 1


def slot_name(template: str, start: int, end: int) -> str:
    """The name between a brace and the next closing one."""
    if end < 0:
        raise never_closed("{", start)
    name = template[start + 1 : end]
    for offset, character in enumerate(name):
        if character in "{([|":
            raise PhraseError("only the name of an entity goes in { }", start + 1 + offset)
    if not name.strip():
        raise PhraseError("`{}` needs the name of an entity", start)
    return name.strip()


def never_closed(mark: str, column: int) -> PhraseError:
    return PhraseError(f"this `{mark}` is never closed", column, f"a literal one is `\\{mark}`")


def count(node: Node) -> int:
    if isinstance(node, str):
        return 1
    if isinstance(node, Either):
        return sum(count(part) for part in node.parts)
    total = 1
    for part in node.parts:
        total *= count(part)
    return total


def nth(node: Node, index: int) -> str:
    """The sentence with this number, 0 <= index < count(node)."""
    if isinstance(node, str):
        return node
    if isinstance(node, Either):
        for part in node.parts:
            size = count(part)
            if index < size:
                return nth(part, index)
            index -= size
        raise IndexError(index)
    made: list[str] = []
    for member in reversed(node.parts):
        index, here = divmod(index, count(member))
        made.append(nth(member, here))
    return "".join(reversed(made))


def sentences(template: str, most: int = MOST) -> tuple[str, ...]:
    """What a template stands for, slot names between SLOT and END. PhraseError where it cannot be read."""
    node = parse(template)
    total = count(node)
    numbers = range(total) if total <= most else (index * total // most for index in range(most))
    return tuple(dict.fromkeys(nth(node, index) for index in numbers))
