"""What the authors wrote -> phrases by language: all that a classifier learns from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from chatbot.content.models import Intent
from chatbot.understanding.phrases import Phrase, PhraseKind, escaped, expand
from chatbot.understanding.words import Words, language_of, words_for

HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def phrases_of(
    intents: Mapping[str, Intent], languages: Sequence[str], words: Callable[[str], Words] = words_for
) -> tuple[Phrase, ...]:
    """Every phrase of every intent, each once an intent and language. Plain lists are in the first of `languages`."""
    found: dict[tuple[str, PhraseKind, str, tuple[str, ...]], Phrase] = {}
    for name, intent in intents.items():
        for kind, code, written in written_by(name, intent, languages[0]):
            language = spoken_as(code, languages) or code
            short = words(language).short
            # "call 911" is a command, "call 42" is none, and neither teaches that numbers speak of emergencies.
            for phrase in expand(name, kind, language, written, short, literal=intent.command is not None):
                found.setdefault((name, kind, language, phrase.words), phrase)
    return tuple(found.values())


def written_by(name: str, intent: Intent, default: str) -> Iterator[tuple[PhraseKind, str, str]]:
    for language, templates in by_language(intent.say, default):
        for template in templates:
            yield "say", language, template
    for language, templates in by_language(intent.keywords, default):
        for template in templates:
            yield "keyword", language, template
    for template in intent.not_:
        yield "not", default, template
    if intent.title:
        yield "title", default, escaped(intent.title)
    yield "name", default, spelled_out(name)


def spelled_out(name: str) -> str:
    """The words of an intent's name: "order_status" and "orderStatus" are "order status"."""
    return HUMP.sub(" ", name).replace("_", " ").replace(".", " ").replace("-", " ")


def spoken_as(code: str, languages: Sequence[str]) -> str:
    """The one of `languages` that a code names, or is a variety of: "es" and "es-MX" are one. "" for none."""
    if code in languages:
        return code
    return next((name for name in languages if language_of(name) == language_of(code)), "")


def by_language(
    written: Sequence[str] | Mapping[str, Sequence[str]], default: str
) -> Iterator[tuple[str, Sequence[str]]]:
    if isinstance(written, Mapping):
        yield from written.items()
    else:
        yield default, written
