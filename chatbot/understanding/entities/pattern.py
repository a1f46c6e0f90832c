"""Project entities by regular expression: NFKC, any case, whole tokens, then `clean`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.content.patterns import compile_pattern
from chatbot.types import Found
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.fold import digit, plain

REJECTS = 50
"""Matches inside longer tokens that are skipped before giving up: keeps the time linear."""


@dataclass(frozen=True, slots=True)
class PatternFinder:
    name: str
    pattern: Any
    clean: tuple[str, ...]

    @classmethod
    def build(cls, name: str, pattern: str, clean: Sequence[str]) -> PatternFinder:
        return cls(name, compile_pattern(pattern, ignore_case=True), tuple(clean))

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        clean, origin = plain(text)
        found: list[Found] = []
        position = rejects = 0
        while position <= len(clean) and rejects < REJECTS:
            match = self.pattern.search(clean, position)
            if match is None:
                break
            start, end = match.span()
            if start < end and whole(clean, start, end):
                begin, stop = origin[start], origin[end]
                found.append(Found(self.name, cleaned(clean[start:end], self.clean), text[begin:stop], begin, stop))
                position = end
            else:
                rejects += 1
                position = start + 1
        return tuple(found)


def whole(text: str, start: int, end: int) -> bool:
    """Whether a match is a token of its own: "AB-123456" is none in "AB-1234567" or "AB-123456-X"."""
    return not (continues(text[:start][-2:][::-1]) or continues(text[end : end + 2]))


def continues(neighbours: str) -> bool:
    """Whether the token goes on into its neighbours (nearest first): a letter, or a dash with a letter behind it."""
    if not neighbours:
        return False
    return is_letter(neighbours[0]) or (neighbours[0] == "-" and len(neighbours) > 1 and is_letter(neighbours[1]))


def is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def cleaned(value: str, steps: Sequence[str]) -> str:
    """`upper`, `lower`; `strip` drops blanks, `digits` keeps nothing but digits."""
    for step in steps:
        match step:
            case "upper":
                value = value.upper()
            case "lower":
                value = value.lower()
            case "strip":
                value = "".join(value.split())
            case "digits":
                value = "".join(character for character in map(digit, value) if character.isdecimal())
    return value
