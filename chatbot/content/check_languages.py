"""Languages the bot says it speaks: is every text and every intent there in each of them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from rapidfuzz import fuzz, process

from chatbot.content.check_names import name_place
from chatbot.content.customer_texts import customer_texts, written_part
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.index import Index
from chatbot.content.models import TextFile
from chatbot.content.nearest import is_slip, nearest
from chatbot.content.project import File
from chatbot.content.rules import (
    DroppedName,
    EmptyText,
    MissingTranslation,
    StaleTranslation,
    UnknownLanguage,
    UnknownName,
    WrongValue,
)
from chatbot.content.shape import Path, key_place, place_of
from chatbot.content.template import Template, TemplateError
from chatbot.content.yaml_source import Source

_ALIKE: Final = 80
_OFFERED: Final = frozenset({"human", "help"})
"""Commands whose titles customers may read among "Did you mean ...?"."""

Written: TypeAlias = tuple[Source, Path]


def check_languages(index: Index) -> Iterator[Diagnostic]:
    yield from _translations(index)
    yield from _twice(index)
    if not index.sure("bot", "texts", "intents"):
        return
    read = {text: place for text, place in reversed([*_read(index)]) if _has_words(text)}
    files = {file.stem: file for file in index.own_texts()}
    lacking: dict[str, list[str]] = {}
    for language in dict.fromkeys(index.languages):
        if language == index.languages[0]:
            continue
        spoken = _spoken(index, language)
        if language not in files:
            if read:
                yield _unwritten(index, language, understood=bool(spoken))
        else:
            for text in read.keys() - files[language].model.root.keys():
                lacking.setdefault(text, []).append(language)
            yield from _stale(files[language], read)
        yield from _unspoken(index, language, spoken)
    for text, languages in lacking.items():
        yield _untranslated(read[text], languages)


def _twice(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    for i, language in enumerate(index.languages):
        if bot is not None and language in index.languages[:i]:
            place = place_of(bot.source, ("languages", i))
            yield WrongValue.at(place, f"`{language}` stands here twice", "each language stands here once")


def _read(index: Index) -> Iterator[tuple[str, Written]]:
    """What customers read, as translations name it, and where it is first written."""
    for each in customer_texts(index):
        yield each.text.source, (each.source, each.path)
    for file in index.project.intents:
        for name, intent in file.model.intents.items():
            if not file.shipped and (intent.command is None or intent.command in _OFFERED):
                yield intent.title, (file.source, ("intents", name, "title"))


def _translations(index: Index) -> Iterator[Diagnostic]:
    for file in index.own_texts():
        if file.stem not in index.languages and index.sure("bot"):
            place = Place(file.source.file)
            advice = nearest(file.stem, list(index.languages)) or "list it under `languages:` in bot.yaml"
            yield UnknownLanguage.at(place, f"unknown language `{file.stem}`", advice)
        for text, translation in file.model.root.items():
            if not translation.source.strip() and text.strip():
                yield EmptyText.at(place_of(file.source, (text,)), "this translation is empty: nothing would be said")
                continue
            paths = _paths_of(text)
            names = {path[0] for path in paths}
            for path in sorted(translation.paths - paths):
                # Another field of the same value may be how this language says it; a mistyped one is none.
                near = next((each for each in sorted(paths) if _is_slip(path, each)), None)
                if near is not None or path[0] not in names:
                    place = name_place(file.source, (text,), path)
                    advice = f"did you mean `{'.'.join(near)}`?" if near else ""
                    yield UnknownName.at(place, f"the text this translates has no `{{{'.'.join(path)}}}`", advice)
            for name in sorted(names - translation.names) if translation.names <= names else ():
                what = f"the text this translates shows `{{{name}}}`, this does not"
                yield DroppedName.at(place_of(file.source, (text,)), what, "put it where it belongs in this language")


def _is_slip(path: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a dotted name is another one with a slip of the finger in it."""
    differing = [pair for pair in zip(path, other, strict=False) if pair[0] != pair[1]]
    return len(path) == len(other) and len(differing) == 1 and is_slip(*differing[0])


def _paths_of(text: str) -> frozenset[tuple[str, ...]]:
    """The names in a text of the project, written as the key of its translation, with their fields."""
    try:
        return Template(text).paths
    except TemplateError:
        return frozenset()


def _has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in written_part(text))


def _unwritten(index: Index, language: str, *, understood: bool) -> Diagnostic:
    bot = index.project.bot
    assert bot is not None
    place = place_of(bot.source, ("languages", list(index.languages).index(language)))
    also = "" if understood else " and no intent has phrases in it"
    what = f"no text is translated to `{language}`{also}: who speaks it reads `{index.languages[0]}`"
    return MissingTranslation.at(place, what, f"write texts/{language}.yaml, or take `{language}` out of the list")


def _untranslated(written: Written, languages: list[str]) -> Diagnostic:
    what = f"this text is missing in {' and '.join(f'`{language}`' for language in languages)}"
    advice = f"add it to texts/{languages[0]}.yaml"
    return MissingTranslation.at(place_of(*written), what, advice)


def _spoken(index: Index, language: str) -> set[str]:
    """The project's intents that have phrases in a language."""
    return {
        name
        for file in index.project.intents
        if not file.shipped
        for name, intent in file.model.intents.items()
        if isinstance(intent.say, Mapping) and intent.say.get(language)
    }


def _unspoken(index: Index, language: str, spoken: set[str]) -> Iterator[Diagnostic]:
    for file in index.project.intents:
        for name, intent in file.model.intents.items():
            if file.shipped or name in spoken or not spoken or intent.command or not intent.say:
                continue
            place = key_place(file.source, ("intents",), name)
            what = f"`{name}` has no phrases in `{language}`"
            yield MissingTranslation.at(place, what, f"write some: `say: {{ {language}: [...] }}`")


def _stale(file: File[TextFile], read: Mapping[str, Written]) -> Iterator[Diagnostic]:
    """A translation whose text is not there, while one much like it has none: it was changed, or mistyped."""
    missing = [text for text in read if text not in file.model.root]
    for text in file.model.root if missing else ():
        near = process.extractOne(text, missing, scorer=fuzz.ratio, score_cutoff=_ALIKE) if text not in read else None
        if near:
            place = key_place(file.source, (), text)
            yield StaleTranslation.at(place, "no text of the flows reads like this", f"did you mean `{near[0]}`?")
