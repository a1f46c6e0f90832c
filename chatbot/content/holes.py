"""The holes of a text that a platform fills in for us: `{1}`, `{name}`, or `{{1}}` as its own pages show them.

Not our templates: the text lies at the platform, and only the values are sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_HOLE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}|\{\s*(\w+)\s*\}", re.ASCII)


def holes(text: str) -> tuple[str, ...]:
    """Their names, in the order in which they first stand there; of numbered ones the numbers, in theirs."""
    names = list(dict.fromkeys(found[1] or found[2] for found in _HOLE.finditer(text)))
    return tuple(sorted(names, key=int) if is_numbered(names) else names)


def is_numbered(names: list[str] | tuple[str, ...]) -> bool:
    """Whether the platform counts them instead of naming them."""
    return bool(names) and all(name.isdigit() for name in names)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text as the customer reads it; a hole without a value stays."""
    return _HOLE.sub(lambda found: values.get(found[1] or found[2], found[0]), text)


def begins_or_ends_with_one(text: str) -> bool:
    return any(found.start() == 0 or found.end() == len(text) for found in _HOLE.finditer(text))
