"""What intents say: phrases that are well formed, many enough, and in one intent only; intents that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from chatbot.content.check_references import type_or_none, unknown
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.index import Index
from chatbot.content.models import Intent, IntentFile
from chatbot.content.phrase import END, SLOT, PhraseError, parse, sentences
from chatbot.content.project import File
from chatbot.content.rules import UnknownLanguage, UnusedIntent
from chatbot.content.rules_of_phrases import (
    FewPhrases,
    PhraseOfACommand,
    SameKeyword,
    SamePhrase,
    SameSynonym,
    WrongPhrase,
)
from chatbot.content.shape import Path, key_place, place_of, within
from chatbot.content.steps import SayStep
from chatbot.content.yaml_source import Source

ENOUGH: Final = 3
_MOST: Final = 64
_BRACKETS: Final = re.compile(r"[()\[\]{}|\\]")
_ENTITY: Final = re.compile(r"\{\s*([^{}]*?)\s*\}")


_SHIPPED: Final = "the command"
"""How a command that ships is told from an intent of the project."""


def check_phrases(index: Index) -> Iterator[Diagnostic]:
    said: dict[tuple[str, str], tuple[str, Place]] = {}
    keywords: dict[tuple[str, str], tuple[str, Place]] = {}
    started = _started(index)
    commands = {
        intent.command: name for file in index.project.intents if not file.shipped for name, intent in _of(file).items()
    }
    for file in index.project.intents:
        yield from _synonyms(file) if not file.shipped else ()
        for name, intent in _of(file).items():
            own = not file.shipped
            for path, language, phrase in phrases_of(name, intent, index.languages[0]):
                problem = _malformed(file.source, path, phrase)
                if problem is not None:
                    yield problem
                    continue
                if own:
                    yield from _entities(index, file.source, path, phrase)
                owner = name if own else commands.get(intent.command, f"{_SHIPPED} {intent.command}")
                yield from _same(said, owner, language, phrase, place_of(file.source, path))
            if own:
                yield from _keywords(index, keywords, file, name, intent)
                yield from _languages(index, file, name, intent)
                yield from _few(file, name, intent)
                if name not in started and intent.command is None and index.sure("flows"):
                    what = f"no flow starts on `{name}`, and no button leads to it"
                    yield UnusedIntent.at(key_place(file.source, ("intents",), name), what)


def _of(file: File[IntentFile]) -> Mapping[str, Intent]:
    return file.model.intents


def _started(index: Index) -> set[str]:
    names = {trigger.intent for flow in index.flows for trigger in flow.model.start if trigger.intent}
    for flow in index.flows:
        for _, step in flow.steps:
            if isinstance(step, SayStep) and isinstance(step.buttons, tuple):
                names |= {button.intent for button in step.buttons if button.intent}
    return names


def phrases_of(name: str, intent: Intent, first: str) -> Iterator[tuple[Path, str, str]]:
    if isinstance(intent.say, Mapping):
        for language, phrases in intent.say.items():
            for i, phrase in enumerate(phrases):
                yield ("intents", name, "say", language, i), language, phrase
    else:
        for i, phrase in enumerate(intent.say):
            yield ("intents", name, "say", i), first, phrase


def _malformed(source: Source, path: Path, phrase: str) -> Diagnostic | None:
    try:
        if _BRACKETS.search(phrase):
            parse(phrase)
    except PhraseError as error:
        return WrongPhrase.at(within(source, path, error.column, 1), str(error), error.advice)
    if not any(letter.isalnum() for letter in phrase) and not _ENTITY.search(phrase) and not _is_emoji(phrase):
        return WrongPhrase.at(
            place_of(source, path), "this phrase is empty" if not phrase.strip() else "no word in this phrase"
        )
    return None


def _is_emoji(phrase: str) -> bool:
    """Whether a phrase says something without a letter."""
    return any(not letter.isascii() and not letter.isspace() for letter in phrase)


def _entities(index: Index, source: Source, path: Path, phrase: str) -> Iterator[Diagnostic]:
    for found in _ENTITY.finditer(re.sub(r"\\.", "__", phrase)):
        place = within(source, path, found.start(1), len(found[1]))
        yield from type_or_none(place, "entity", found[1], index)


def _same(
    said: dict[tuple[str, str], tuple[str, Place]], owner: str, language: str, phrase: str, place: Place
) -> Iterator[Diagnostic]:
    for spoken in spoken_forms(phrase):
        other, where = said.setdefault((language, spoken), (owner, place))
        if other != owner:
            if other.startswith(_SHIPPED):
                what = f"`{spoken}` is a phrase of {other}: a message that is all of it is that command"
                yield PhraseOfACommand.at(place, what, "say more in this one, or start the flow on the command")
            else:
                what = f"`{spoken}` is also a phrase of `{other}`"
                yield SamePhrase.at(place, what, f"see {where.file}:{where.line}; keep it in one of them")
            return


def spoken_forms(phrase: str) -> list[str]:
    """What a phrase stands for word by word, folded; of one with very many forms 64."""
    if not _BRACKETS.search(phrase):
        return [folded] if (folded := _folded(phrase)) else []
    try:
        forms = sentences(phrase, _MOST)
    except PhraseError:
        return []
    return list(dict.fromkeys(folded for form in forms if (folded := _folded(form))))


def _folded(text: str) -> str:
    named = text.replace(SLOT, "{").replace(END, "}")
    return " ".join(re.sub(r"[^\w\s{}]", " ", named.casefold()).split())


def _synonyms(file: File[IntentFile]) -> Iterator[Diagnostic]:
    """Words that stand for two keys of one list: a tie, which is no answer."""
    for name, entity in file.model.entities.items():
        first: dict[str, str] = {}
        for key, words in (entity.values or {}).items():
            for i, word in enumerate((key, *words)):
                other = first.setdefault(_folded(word), key)
                if other != key:
                    path: Path = ("entities", name, "list", key)
                    place = place_of(file.source, (*path, i - 1)) if i else key_place(file.source, path[:-1], key)
                    what = f"`{word}` stands for `{other}` too: who says it is asked again and again"
                    yield SameSynonym.at(place, what, "keep it in one of them")


def _keywords(
    index: Index, seen: dict[tuple[str, str], tuple[str, Place]], file: File[IntentFile], name: str, intent: Intent
) -> Iterator[Diagnostic]:
    """Keywords that another intent has too."""
    by_language = intent.keywords if isinstance(intent.keywords, Mapping) else {"": intent.keywords}
    for language, words in by_language.items():
        for i, word in enumerate(words):
            path: Path = ("intents", name, "keywords", *((language, i) if language else (i,)))
            place = place_of(file.source, path)
            if not _folded(word) and not _is_emoji(word):
                yield WrongPhrase.at(place, "no word in this keyword")
                continue
            key = (language or index.languages[0], _folded(word))
            other, where = seen.setdefault(key, (name, place))
            if other != name:
                advice = f"see {where.file}:{where.line}; keep it in one of them"
                yield SameKeyword.at(place, f"`{word}` is also a keyword of `{other}`", advice)


def _languages(index: Index, file: File[IntentFile], name: str, intent: Intent) -> Iterator[Diagnostic]:
    for field, given in (("say", intent.say), ("keywords", intent.keywords)):
        for language in given if isinstance(given, Mapping) and index.sure("bot") else ():
            if language not in index.languages:
                place = key_place(file.source, ("intents", name, field), language)
                yield unknown(UnknownLanguage, place, "language", language, index.languages)


def _few(file: File[IntentFile], name: str, intent: Intent) -> Iterator[Diagnostic]:
    if intent.keywords or intent.match or intent.command:
        return
    if not isinstance(intent.say, Mapping) and len(intent.say) >= ENOUGH:
        return
    spoken = {form for _, _, phrase in phrases_of(name, intent, "") for form in spoken_forms(phrase)}
    if len(spoken) < ENOUGH:
        place = key_place(file.source, ("intents",), name)
        what = f"`{name}` has {len(spoken)} phrase{'' if len(spoken) == 1 else 's'}; customers will use other words"
        yield FewPhrases.at(place, what, f"write {ENOUGH} or more under `say:`")
