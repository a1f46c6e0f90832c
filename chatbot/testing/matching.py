"""Whether what happened is what a conversation test says: bot lines with `*` and `/re/`, and `expect` values.

Expected values come from YAML as text; the value that was seen decides what the text means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import re2

from chatbot.types import Json, Message

_NOTHING = ("null", "~", "")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def pattern(line: str) -> Callable[[str], bool]:
    """Compile one `bot:` line: `/re/` searches, `*` stands for any text, all else is literal.

    Raises re2.error for a regular expression RE2 does not know.
    """
    if len(line) > 2 and line.startswith("/") and line.endswith("/"):
        options = re2.Options()
        options.log_errors = False  # the caller says what is wrong, with its place
        search = re2.compile(line[1:-1], options).search
        return lambda text: search(text) is not None
    parts = (re2.escape(part) for part in line.strip().split("*"))
    whole = re2.compile("(?s)" + ".*".join(parts)).fullmatch
    return lambda text: whole(text.strip()) is not None


def said(message: Message) -> str:
    """A message as a `bot:` line sees it: its text; one that is only an attachment reads `[image] URL`."""
    if message.text or message.attachment is None:
        return message.text
    attachment = message.attachment
    return f"[{attachment.kind}] {attachment.title or attachment.url}".rstrip()


@dataclass(frozen=True, slots=True)
class Gap:
    """One value that is not as expected; `path` leads to it from the name in `expect:`."""

    path: tuple[str, ...]
    expected: Json
    seen: Json

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}: expected {show(self.expected)}, was {show(self.seen)}"


def gaps(expected: Json, seen: Json, path: tuple[str, ...] = ()) -> Iterator[Gap]:
    """Every place where `seen` is not as `expected`: a mapping is a subset, a list is equal, `null` is empty."""
    if isinstance(expected, Mapping) and isinstance(seen, Mapping):
        for key, value in expected.items():
            yield from gaps(value, seen.get(key), (*path, key))
    elif isinstance(expected, Mapping) or not _same(expected, seen):
        yield Gap(path, expected, seen)


def _same(expected: Json, seen: Json) -> bool:
    if expected is None or (isinstance(expected, str) and expected in _NOTHING):
        return seen is None or (isinstance(seen, (str, Sequence, Mapping)) and not seen)
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        if isinstance(seen, str) or not isinstance(seen, Sequence) or len(seen) != len(expected):
            return False
        return all(not any(gaps(wanted, got)) for wanted, got in zip(expected, seen, strict=True))
    if isinstance(seen, bool):
        return (_TRUTH.get(expected.lower()) if isinstance(expected, str) else expected) is seen
    if isinstance(seen, (int, float)):
        try:
            return float(expected) == seen
        except (TypeError, ValueError):
            return False
    return bool(expected == seen)


def show(value: Json) -> str:
    """A value as an author would write it."""
    match value:
        case None | "":
            return "nothing"
        case bool():
            return str(value).lower()
        case Mapping():
            return (
                "{ " + ", ".join(f"{key}: {show(inner)}" for key, inner in value.items()) + " }" if value else "nothing"
            )
        case str():
            return value
        case Sequence():
            return "[" + ", ".join(map(show, value)) + "]" if value else "nothing"
        case _:
            return f"{value:g}" if isinstance(value, float) else str(value)
