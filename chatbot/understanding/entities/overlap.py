"""Which of several values that share words of a message stand: the longer one, then the more specific one."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.types import Found

SPECIFIC = ("url", "email", "location", "phone", "money", "datetime", "rating", "date", "time", "duration", "integer",
            "number")  # fmt: skip
"""Of two values of one length the one further to the front stands."""

COMPANIONS = (frozenset({"date", "time", "datetime"}), frozenset({"number", "integer"}))
"""Kinds that say the same words in different ways: a flow may have a slot for the one, another flow for the other."""

OWN = 1
BITS = {kind: 2 << place for place, kind in enumerate(SPECIFIC)}
RIVALS = {
    kind: ~(bit | sum(BITS[other] for group in COMPANIONS if kind in group for other in group))
    for kind, bit in BITS.items()
}
"""Which kinds a value may not share a word with: all but its own and its companions."""


def apart(found: Sequence[Found], own: Sequence[Found]) -> list[Found]:
    """The built-in values that stand; `own` are the project's, which give way to nothing. Linear in the text."""
    taken = [0] * max((value.end for value in (*found, *own)), default=0)
    kept: list[Found] = []
    ranked = [(value.start - value.end, 0, value) for value in own]
    ranked += [(value.start - value.end, BITS[value.type], value) for value in found]
    ranked.sort(key=lambda one: one[:2])
    for _, bit, value in ranked:
        span = range(value.start, value.end)
        if bit:
            rivals = RIVALS[value.type]
            if any(taken[place] & rivals for place in span):
                continue
            kept.append(value)
        for place in span:
            taken[place] |= bit or OWN
    return kept
