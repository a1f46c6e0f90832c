"""Values in a text: the project's own kinds and the built-in ones.

`Entities` holds what is compiled once a program; it keeps no other state and may be shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.content.models import EntityType
from chatbot.types import Found
from chatbot.understanding.entities.builtin import BUILT_IN
from chatbot.understanding.entities.finder import Finder, Setting
from chatbot.understanding.entities.listed import ListFinder
from chatbot.understanding.entities.pattern import PatternFinder
from chatbot.understanding.entities.pick import pick
from chatbot.understanding.normalise import LONGEST

__all__ = ["BUILT_IN", "Entities", "Setting", "pick"]

ALWAYS = ("number", "email", "url")
"""Built-in types looked for in every message: cheap, and sure of what they find."""


@dataclass(frozen=True, slots=True)
class Entities:
    """The kinds of value a bot knows."""

    project: Mapping[str, Finder]

    @classmethod
    def build(cls, entities: Mapping[str, EntityType]) -> Entities:
        """Compile the project's entities. `re2.error` cannot happen here: check compiled every pattern before."""
        finders: dict[str, Finder] = {}
        for name, entity in entities.items():
            if entity.match is not None:
                finders[name] = PatternFinder.build(name, entity.match, entity.clean)
            elif entity.values is not None:
                finders[name] = ListFinder.build(name, entity.values, entity.fuzzy)
        return cls(finders)

    def knows(self, kind: str) -> bool:
        return kind in self.project or kind in BUILT_IN

    def find(self, kind: str, text: str, locale: str = "en", now: int = 0) -> tuple[Found, ...]:
        """Every distinct value of one kind, in the order of the text; a tie between two values returns both.

        KeyError for a kind that is neither the project's nor built in.
        """
        finder = self.project.get(kind) or BUILT_IN[kind]
        return distinct(finder.find(text[:LONGEST], Setting(locale, now)))

    def find_all(self, text: str, locale: str = "en", now: int = 0) -> tuple[Found, ...]:
        """Values of every project kind and of the ALWAYS kinds, in the order of the text."""
        text, setting = text[:LONGEST], Setting(locale, now)
        found = [value for finder in self.project.values() for value in distinct(finder.find(text, setting))]
        found += [value for kind in ALWAYS for value in distinct(BUILT_IN[kind].find(text, setting))]
        return tuple(sorted(found, key=lambda value: (value.start, -value.end, value.type)))


def distinct(found: tuple[Found, ...]) -> tuple[Found, ...]:
    """The first of each value."""
    seen: dict[str, Found] = {}
    for value in found:
        seen.setdefault(repr(value.value), value)
    return tuple(seen.values())
