"""What intents say: phrases that are well formed, many enough, and in one intent only; intents that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from chatbot.content.check_names import name_place
from chatbot.content.check_references import type_or_none, unknown
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.index import Index
from chatbot.content.models import Intent, IntentFile
from chatbot.content.nearest import nearest
from chatbot.content.phrase import END, SLOT, PhraseError, parse, sentences
from chatbot.content.project import File
from chatbot.content.rules import (
    FewPhrases,
    SamePhrase,
    UnknownLanguage,
    UnknownName,
    UnusedIntent,
    WrongPhrase,
)
from chatbot.content.shape import Path, key_place, place_of, within
from chatbot.content.steps import SayStep
from chatbot.content.template import Template, TemplateError
from chatbot.content.yaml_source import Source

ENOUGH: Final = 3
_MOST: Final = 64
_ENTITY: Final = re.compile(r"\{\s*([^{}]*?)\s*\}")


def check_phrases(index: Index) -> Iterator[Diagnostic]:
    said: dict[tuple[str, str], tuple[str, Place]] = {}
    started = _started(index)
    commands = {
        intent.command: name for file in index.project.intents if not file.shipped for name, intent in _of(file).items()
    }
    for file in index.project.intents:
        for name, intent in _of(file).items():
            own = not file.shipped
            for path, language, phrase in _phrases(name, intent, index.languages[0]):
                problem = _malformed(file.source, path, phrase)
                if problem is not None:
                    yield problem
                    continue
                if own:
                    yield from _entities(index, file.source, path, phrase)
                owner = name if own else commands.get(intent.command, f"the command {intent.command}")
                yield from _same(said, owner, language, phrase, place_of(file.source, path))
            if own:
                yield from _languages(index, file, name, intent)
                yield from _few(file, name, intent)
                if name not in started and intent.command is None and index.sure("flows"):
                    what = f"no flow starts on `{name}`, and no button leads to it"
                    yield UnusedIntent.at(key_place(file.source, ("intents",), name), what)
    yield from _translations(index)


def _of(file: File[IntentFile]) -> Mapping[str, Intent]:
    return file.model.intents


def _started(index: Index) -> set[str]:
    names = {trigger.intent for flow in index.flows for trigger in flow.model.start if trigger.intent}
    for flow in index.flows:
        for _, step in flow.steps:
            if isinstance(step, SayStep) and isinstance(step.buttons, tuple):
                names |= {button.intent for button in step.buttons if button.intent}
    return names


def _phrases(name: str, intent: Intent, first: str) -> Iterator[tuple[Path, str, str]]:
    if isinstance(intent.say, Mapping):
        for language, phrases in intent.say.items():
            for i, phrase in enumerate(phrases):
                yield ("intents", name, "say", language, i), language, phrase
    else:
        for i, phrase in enumerate(intent.say):
            yield ("intents", name, "say", i), first, phrase


def _malformed(source: Source, path: Path, phrase: str) -> Diagnostic | None:
    try:
        parse(phrase)
    except PhraseError as error:
        return WrongPhrase.at(within(source, path, error.column, 1), str(error), error.advice)
    return None if phrase.strip() else WrongPhrase.at(place_of(source, path), "this phrase is empty")


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
            known = other if other.startswith("the command") else f"`{other}`"
            what = f"`{spoken}` is also a phrase of {known}"
            yield SamePhrase.at(place, what, f"see {where.file}:{where.line}; keep it in one of them")
            return


def spoken_forms(phrase: str) -> list[str]:
    """What a phrase stands for word by word, folded; of one with very many forms 64."""
    try:
        forms = sentences(phrase, _MOST)
    except PhraseError:
        return []
    return list(dict.fromkeys(folded for form in forms if (folded := _folded(form))))


def _folded(text: str) -> str:
    named = text.replace(SLOT, "{").replace(END, "}")
    return " ".join(re.sub(r"[^\w\s{}]", " ", named.casefold()).split())


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
    spoken = {form for _, _, phrase in _phrases(name, intent, "") for form in spoken_forms(phrase)}
    if len(spoken) < ENOUGH:
        place = key_place(file.source, ("intents",), name)
        what = f"`{name}` has {len(spoken)} phrase{'' if len(spoken) == 1 else 's'}; customers will use other words"
        yield FewPhrases.at(place, what, f"write {ENOUGH} or more under `say:`")


def _translations(index: Index) -> Iterator[Diagnostic]:
    for file in index.project.texts:
        if file.stem not in index.languages and index.sure("bot"):
            place = Place(file.source.file)
            advice = nearest(file.stem, list(index.languages)) or "list it under `languages:` in bot.yaml"
            yield UnknownLanguage.at(place, f"unknown language `{file.stem}`", advice)
        for text, translation in file.model.root.items():
            for name in sorted(translation.names - _names_of(text)):
                place = name_place(file.source, (text,), (name,))
                yield UnknownName.at(place, f"the text this translates has no `{{{name}}}`")


def _names_of(text: str) -> frozenset[str]:
    """The names in a text of the project, written as the key of its translation."""
    try:
        return Template(text).names
    except TemplateError:
        return frozenset()
