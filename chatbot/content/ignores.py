"""`# chatbot: ignore CODE`: what an author has silenced, and which of these comments silence nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from chatbot.content.diagnostics import Diagnostic, Place, lines_of
from chatbot.content.nearest import nearest
from chatbot.content.rules import RULES, UnusedIgnore

_COMMENT: Final = re.compile(r"#\s*chatbot:\s*ignore\s+(CB\d{3}(?:[\s,]+CB\d{3})*)")
_CODE: Final = re.compile(r"CB\d{3}")


class Spot(NamedTuple):
    """A code that is silenced on a line of a file."""

    file: str
    line: int
    code: str


def in_order(problems: Iterable[Diagnostic], sources: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Each problem once, by file and position, without those a comment silences."""
    kept, _ = sifted(problems, sources)
    return kept


def sifted(
    problems: Iterable[Diagnostic], sources: Mapping[str, str]
) -> tuple[tuple[Diagnostic, ...], frozenset[Spot]]:
    """As `in_order`, and the spots at which a comment has silenced something."""
    ignored = {spot for file, text in sources.items() for spot, _ in _ignored(file, text)}
    kept: dict[tuple[object, ...], Diagnostic] = {}
    used: set[Spot] = set()
    for problem in problems:
        spot = Spot(problem.file, problem.line, problem.code)
        if spot in ignored:
            used.add(spot)
        else:
            kept.setdefault((*spot, problem.column, problem.end_column, problem.message), problem)
    return (
        tuple(sorted(kept.values(), key=lambda p: (p.file, p.line, p.column, p.code, p.message))),
        frozenset(used),
    )


def needless(sources: Mapping[str, str], used: Iterable[Spot]) -> Iterator[Diagnostic]:
    """The comments that silence nothing; `used` tells of all checks that were made."""
    silenced = set(used)
    for file, text in sources.items():
        for spot, place in _ignored(file, text):
            if spot.code not in RULES:
                yield UnusedIgnore.at(place, f"there is no code `{spot.code}`", nearest(spot.code, RULES))
            elif spot not in silenced and spot.code != UnusedIgnore.code:
                yield UnusedIgnore.at(place, f"there is no {spot.code} to silence here", "take the comment out")


def _ignored(file: str, text: str) -> Iterator[tuple[Spot, Place]]:
    """What each comment silences, and where it says so. A comment of its own speaks for the line below it."""
    for number, line in enumerate(lines_of(text), 1) if "chatbot:" in text else ():
        if comment := _COMMENT.search(line):
            target = number + 1 if line.lstrip().startswith("#") else number
            for code in _CODE.finditer(line, comment.start(1), comment.end(1)):
                place = Place(file, number, code.start() + 1, code.end() + 1)
                yield Spot(file, target, code[0]), place
