"""Training phrases: `(a|b)` alternatives, `[optional]`, `{entity}` slots -> the sentences they stand for.

A template may stand for millions of sentences; at most MOST of them, evenly spread, become phrases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from chatbot.understanding.normalise import read_text

MOST = 200
DEEPEST = 20
MARK = re.compile("\ue000([^\ue001]*)\ue001")

PhraseKind = Literal["say", "title", "name", "not", "keyword"]


class PhraseError(ValueError):
    """A template that cannot be read; `column` is the 0-based position in it."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Either:
    """One of several: `(a|b)`; `[a]` is `(a|)`."""

    parts: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One after the other: literal text (slots between marks) and choices."""

    parts: tuple[str | Either, ...]


Node: TypeAlias = "str | Either | Row"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence an intent is known by. A slot is the word "{name}"; `written` is what the author wrote."""

    intent: str
    kind: PhraseKind
    language: str
    written: str
    words: tuple[str, ...]


def parse(template: str) -> Row:
    """Read a template. PhraseError where a bracket is missing or empty braces stand."""
    node, position = parse_sequence(template, 0, "", 0)
    if position < len(template):
        raise PhraseError(f"`{template[position]}` closes nothing", position)
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
            name = template[position + 1 : end].strip() if end > 0 else ""
            if not name:
                raise PhraseError("`{` needs a name and a `}`", position)
            literal.append(f"\ue000{name}\ue001")
            position = end + 1
        elif character in ")]" or (character == "|" and closers):
            break
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
            raise PhraseError(f"`{template[start]}` is never closed", start)
        if template[position] == closer:
            break
        if template[position] != "|":
            raise PhraseError(f"`{template[position]}` where `{closer}` was expected", position)
    if closer == "]":
        options.append(Row(()))
    return Either(tuple(options)), position + 1


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


def sentences(template: str) -> tuple[str, ...]:
    """What a template stands for, slots between marks. A template that cannot be read is taken as it stands."""
    try:
        node = parse(template)
    except PhraseError:
        return (template,)
    total = count(node)
    if total <= MOST:
        return tuple(dict.fromkeys(nth(node, index) for index in range(total)))
    return tuple(dict.fromkeys(nth(node, index * total // MOST) for index in range(MOST)))


def expand(intent: str, kind: PhraseKind, language: str, template: str, short: Mapping[str, str]) -> tuple[Phrase, ...]:
    """The phrases of a template, each once; those without any word are left out."""
    made = (words_of(sentence, short) for sentence in sentences(template))
    return tuple(Phrase(intent, kind, language, template, words) for words in dict.fromkeys(made) if words)


def words_of(sentence: str, short: Mapping[str, str]) -> tuple[str, ...]:
    words: list[str] = []
    for index, part in enumerate(MARK.split(sentence)):
        if index % 2:
            words.append(f"{{{part}}}")
        else:
            words.extend(token_word(token.text, token.kind) for token in read_text(part, short).tokens)
    return tuple(words)


def token_word(text: str, kind: str) -> str:
    """How a token is compared: every number is a number, every link a link."""
    return text if kind in ("word", "id") else f"{{{kind}}}"
