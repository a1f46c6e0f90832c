"""Values in a text: the project's own kinds and the built-in ones.

`Entities` holds what is compiled once a program; it keeps no other state and may be shared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chatbot.content.models import EntityType
from chatbot.content.program import Program
from chatbot.types import Found
from chatbot.understanding.entities.attached import KINDS as ATTACHED
from chatbot.understanding.entities.attached import attached
from chatbot.understanding.entities.builtin import BUILT_IN
from chatbot.understanding.entities.finder import Finder, Setting
from chatbot.understanding.entities.listed import ListFinder
from chatbot.understanding.entities.number import number_words
from chatbot.understanding.entities.overlap import apart
from chatbot.understanding.entities.pattern import PatternFinder
from chatbot.understanding.entities.pick import number_themselves, pick
from chatbot.understanding.normalise import LONGEST, Text, has_no_value, read_text

__all__ = [
    "ATTACHED", "BUILT_IN", "Entities", "Setting", "attached", "kinds_of", "number_themselves", "number_words", "pick",
]  # fmt: skip

ALWAYS = ("number", "email", "url")
"""Built-in types looked for in every message: cheap, and sure of what they find."""

WANTED = (
    "integer", "money", "date", "time", "datetime", "duration", "phone", "rating", "location",
)  # fmt: skip
"""Built-in types looked for in every message of a bot that has a slot or a phrase for them."""

NUMBERS = frozenset({"number", "integer"})
BESIDE_NUMBERS = ("date", "time", "money", "phone")
"""Where a number may fill a slot these are looked for whether wanted or not: the 8 of "8 pm" is no number."""


@dataclass(frozen=True, slots=True)
class Entities:
    """The kinds of value a bot knows.

    `kinds`: the built-in ones that are looked for in every message. `numbers`: there are slots that numbers fill.
    `few`: only what is always looked for.
    """

    project: Mapping[str, Finder]
    kinds: tuple[str, ...] = ALWAYS
    numbers: bool = False
    few: bool = True

    @classmethod
    def build(cls, entities: Mapping[str, EntityType], kinds: Collection[str] = ()) -> Entities:
        """Compile the project's entities. `re2.error` cannot happen here: check compiled every pattern before.

        `kinds`: the types of the program's slots, see `kinds_of`.
        """
        finders: dict[str, Finder] = {}
        for name, entity in entities.items():
            if entity.match is not None:
                finders[name] = PatternFinder.build(name, entity.match, entity.clean)
            elif entity.values is not None:
                finders[name] = ListFinder.build(name, entity.values, entity.fuzzy)
        sought = (*ALWAYS, *(kind for kind in WANTED if kind in kinds))
        return cls(finders, sought, not NUMBERS.isdisjoint(kinds), not finders and sought == ALWAYS)

    def knows(self, kind: str) -> bool:
        return kind in self.project or kind in BUILT_IN

    def find(
        self, kind: str, text: str, locale: str = "en", now: int = 0, timezone: str = "UTC", country: str = ""
    ) -> tuple[Found, ...]:
        """Every distinct value of the one kind that was asked for, in the order of the text.

        A tie between two values returns both. KeyError for a kind that is neither the project's nor built in.
        """
        finder = self.project.get(kind) or BUILT_IN[kind]
        text = text[:LONGEST]
        found = finder.find(text, Setting(locale, now, timezone, country))
        if found and kind in NUMBERS:
            found = self.standing_alone(found, text, Setting(locale, now, timezone, country, asked=False))
        return distinct(found)

    def standing_alone(self, numbers: tuple[Found, ...], text: str, setting: Setting) -> tuple[Found, ...]:
        """The numbers that are no part of something longer: the 10 of "10 January" counts no guests.

        An amount of money is a number for want of another: "$50" answers how much, in "2 for $50" only the 2 is one.
        """
        kinds = [BUILT_IN[kind] for kind in ("date", "time", "phone")]
        others = [value for finder in (*self.project.values(), *kinds) for value in finder.find(text, setting)]
        numbers = tuple(value for value in numbers if not any(holds(other, value) for other in others))
        amounts = BUILT_IN["money"].find(text, setting) if len(numbers) > 1 else ()
        return tuple(value for value in numbers if not any(holds(other, value) for other in amounts)) or numbers

    def find_all(
        self,
        text: str,
        locale: str = "en",
        now: int = 0,
        timezone: str = "UTC",
        country: str = "",
        read: Text | None = None,
    ) -> tuple[Found, ...]:
        """Values of every project kind and of the wanted built-in kinds, in the order of the text.

        A built-in value gives way to a longer one that it overlaps. `read`: the text, if it was read already.
        """
        read = read or read_text(text, {})
        names = number_words(locale)
        if self.few and has_no_value(read, names):
            return ()
        spelled = not names.isdisjoint(read.words)
        text, setting = text[:LONGEST], Setting(locale, now, timezone, country, asked=False, spelled=spelled)
        own = [value for finder in self.project.values() for value in distinct(finder.find(text, setting))]
        found = [value for kind in self.kinds for value in BUILT_IN[kind].find(text, setting)]
        if self.numbers and any(value.type in NUMBERS for value in found):
            found += [
                value
                for kind in BESIDE_NUMBERS
                if kind not in self.kinds
                for value in BUILT_IN[kind].find(text, setting)
            ]
        if len(found) == 1 and not own:
            return tuple(found)
        kept = distinct_each([value for value in apart(found, own) if value.type in self.kinds]) if found else ()
        return tuple(sorted((*own, *kept), key=lambda value: (value.start, -value.end, value.type)))


def kinds_of(program: Program) -> frozenset[str]:
    """The types of a program's slots."""
    return frozenset(slot.type for flow in program.flows.values() for slot in flow.slots.values())


def holds(longer: Found, value: Found) -> bool:
    """Whether a value is a part of another."""
    return (
        longer.start <= value.start and value.end <= longer.end and longer.end - longer.start > value.end - value.start
    )


def distinct(found: Collection[Found]) -> tuple[Found, ...]:
    """The first of each value."""
    seen: dict[str, Found] = {}
    for value in found:
        seen.setdefault(repr(value.value), value)
    return tuple(seen.values())


def distinct_each(found: Collection[Found]) -> tuple[Found, ...]:
    """The first of each value of each kind."""
    seen: dict[tuple[str, str], Found] = {}
    for value in found:
        seen.setdefault((value.type, repr(value.value)), value)
    return tuple(seen.values())
