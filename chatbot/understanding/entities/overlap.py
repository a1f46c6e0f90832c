"""Which of several values that share words of a message stand: the longer one, then the more specific one."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.types import Found

SPECIFIC = ("url", "email", "location", "phone", "money", "datetime", "rating", "date", "time", "duration", "integer",
            "number")  # fmt: skip
"""Of two values of one length the one further to the front stands."""

COMPANIONS = (frozenset({"date", "time", "datetime"}), frozenset({"number", "integer"}))
"""Kinds that say the same words in different ways: a flow may have a slot for the one, another flow for the other."""


def apart(found: Sequence[Found], own: Sequence[Found]) -> list[Found]:
    """The built-in values that stand; `own` are the project's, which give way to nothing."""
    kept: list[Found] = []
    for value in sorted(found, key=lambda one: (one.start - one.end, rank(one), one.start)):
        covered = any(overlap(value, other) and length(other) >= length(value) for other in own)
        if not covered and not any(overlap(value, other) and not companions(value, other) for other in kept):
            kept.append(value)
    return kept


def length(value: Found) -> int:
    return value.end - value.start


def overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def companions(one: Found, other: Found) -> bool:
    return one.type == other.type or any(one.type in kinds and other.type in kinds for kinds in COMPANIONS)


def rank(value: Found) -> int:
    return SPECIFIC.index(value.type)
