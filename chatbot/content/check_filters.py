"""Filters on slots whose values they cannot work with: the text fails each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chatbot.content.diagnostics import Diagnostic
from chatbot.content.filters import FILTERS
from chatbot.content.index import Flow
from chatbot.content.kinds import FIELDS, Kinds
from chatbot.content.rules import KindsMixed
from chatbot.content.shape import Path
from chatbot.content.template import Template

_HOLE: Final = re.compile(r"\{\s*(\w+)((?:[^{}'\"]|'[^']*'|\"[^\"]*\")*)\}")
_FILTER: Final = re.compile(r"\s*\|\s*(\w+)\s*(?:\((?:[^()'\"]|'[^']*'|\"[^\"]*\")*\))?")


def misapplied(flow: Flow, where: Path, text: Template, kinds: Kinds) -> Iterator[Diagnostic]:
    """The first filter behind the bare name of a slot sees the slot's value; what later ones see is not told here."""
    for hole in _HOLE.finditer(text.source):
        type_ = kinds.types.get(hole[1], "")
        found = _first(hole[2])
        if not type_ or found is None:
            continue
        works_on = FILTERS[found[1]].on
        own = "text" if type_ in kinds.entities else type_
        if works_on is not None and own not in works_on and kinds.of_type(type_):
            place = flow.inside(where, hole.start(2) + found.start(1), len(found[1]))
            what = f"`{found[1]}` fails on the slot `{hole[1]}` each time: its type is `{type_}`"
            advice = f"it works on slots of the types {', '.join(works_on)}" if works_on else "it works on lists"
            if type_ in FIELDS:
                field = f"{hole[1]}.{FIELDS[type_][0]}"
                advice = (
                    f"write `{{{field}|{found[1]}}}`" if "number" in works_on else f"print a field, such as {{{field}}}"
                )
            yield KindsMixed.at(place, what, advice)


def _first(filters: str) -> re.Match[str] | None:
    """The first filter that changes a value; None where a field stands between, or none does."""
    at = 0
    while (found := _FILTER.match(filters, at)) is not None:
        if found[1] != "default":
            return found
        at = found.end()
    return None
