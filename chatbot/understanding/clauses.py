"""A message cut where one request may end and the next begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from chatbot.understanding.normalise import Text, Token

SIGNS = re.compile(r"[.?!;,\n\u2026\u3002\uff01\uff1f\u3001\uff0c\u060c\u061f\u061b\u2013\u2014-]")
"""One look for these spares most messages a closer one."""
ENDS = re.compile(r"[.?!;,\n\u2026\u3002\uff01\uff1f\u3001\uff0c\u060c\u061f\u061b]|\s[-\u2013\u2014]\s")
TRAILING = " .?!;,\n\u2026\u3002\uff01\uff1f\u3001\uff0c"
MOST = 6
"""Clauses of one message that are looked at."""


class Clause(NamedTuple):
    """The words of a clause, and where they stood; no tokens where nobody needs to know."""

    words: Sequence[str]
    tokens: Sequence[Token] = ()


def divisible(text: Text, joins: frozenset[str]) -> bool:
    """Whether there may be anything to cut; nearly all messages are one clause."""
    words = text.words
    if len(words) < 2:
        return False
    if not joins.isdisjoint(words):
        return True
    plain = text.plain.rstrip(TRAILING)
    return SIGNS.search(plain) is not None and ENDS.search(plain) is not None


def clauses_of_words(text: Text, joins: frozenset[str]) -> list[list[str]]:
    """The clauses of a message of common words, as `clauses` cuts them, without where they stand."""
    found: list[list[str]] = []
    for piece in ENDS.split(text.plain):
        current: list[str] = []
        for word in text.respelled(piece):
            if word not in joins:
                current.append(word)
            elif current:
                found.append(current)
                current = []
        if current:
            found.append(current)
    return found[:MOST]


def clauses(text: Text, joins: frozenset[str]) -> list[tuple[Token, ...]]:
    """The clauses of a message in order; a single one where there is nothing to cut. Joining words are left out."""
    found: list[tuple[Token, ...]] = []
    current: list[Token] = []
    end = 0
    for token in text.tokens:
        is_join = token.text in joins
        if current and (is_join or ENDS.search(text.plain, end, token.start)):
            found.append(tuple(current))
            current = []
        if not is_join:
            current.append(token)
        end = token.end
    if current:
        found.append(tuple(current))
    return found[:MOST]
