"""The kinds of value every bot knows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chatbot.types import Found
from chatbot.understanding.entities.address import EmailFinder, UrlFinder
from chatbot.understanding.entities.clock import TimeFinder
from chatbot.understanding.entities.day import DayFinder
from chatbot.understanding.entities.finder import Finder, Setting
from chatbot.understanding.entities.moment import MomentFinder
from chatbot.understanding.entities.money import MoneyFinder
from chatbot.understanding.entities.number import NumberFinder
from chatbot.understanding.entities.phone import PhoneFinder
from chatbot.understanding.entities.place import PlaceFinder
from chatbot.understanding.entities.rating import RatingFinder
from chatbot.understanding.entities.span import SpanFinder
from chatbot.understanding.entities.yes_no import YesNoFinder


class TextFinder:
    """The whole text without the blanks around it; blank text is no value."""

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        value = text.strip()
        if not value:
            return ()
        start = text.index(value)
        return (Found("text", value, value, start, start + len(value)),)


class NothingFinder:
    """A kind that is not read from words: options are picked with `pick`, pictures and files are sent (attached.py)."""

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        return ()


BUILT_IN: Mapping[str, Finder] = MappingProxyType(
    {
        "text": TextFinder(),
        "number": NumberFinder("number"),
        "integer": NumberFinder("integer", whole=True),
        "money": MoneyFinder(),
        "date": DayFinder(),
        "time": TimeFinder(),
        "datetime": MomentFinder(),
        "duration": SpanFinder(),
        "email": EmailFinder(),
        "phone": PhoneFinder(),
        "url": UrlFinder(),
        "yes_no": YesNoFinder(),
        "choice": NothingFinder(),
        "rating": RatingFinder(),
        "location": PlaceFinder(),
        "attachment": NothingFinder(),
        "image": NothingFinder(),
        "file": NothingFinder(),
        "audio": NothingFinder(),
        "video": NothingFinder(),
    }
)
