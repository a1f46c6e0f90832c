"""An intent's phrases as understanding compares them: sentences as words, slots as the word "{name}"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from chatbot.content.phrase import END, SLOT, PhraseError, sentences
from chatbot.understanding.normalise import read_text, token_word

MARK = re.compile(f"{SLOT}([^{END}]*){END}")

PhraseKind = Literal["say", "title", "name", "not", "keyword"]


class Phrase(NamedTuple):
    """One sentence an intent is known by. A slot is the word "{name}"; `written` is what the author wrote."""

    intent: str
    kind: PhraseKind
    language: str
    written: str
    words: tuple[str, ...]


def expand(
    intent: str, kind: PhraseKind, language: str, template: str, short: Mapping[str, str], *, literal: bool = False
) -> tuple[Phrase, ...]:
    """The phrases of a template, each once; those without any word are left out. `literal` keeps digits as they are.

    One that cannot be read is taken as it stands: `check` has said so, and a title may hold a bracket.
    """
    try:
        written = sentences(template)
    except PhraseError:
        written = (template,)
    made = (words_of(sentence, short, literal=literal) for sentence in written)
    return tuple(Phrase(intent, kind, language, template, words) for words in dict.fromkeys(made) if words)


def words_of(sentence: str, short: Mapping[str, str], *, literal: bool = False) -> tuple[str, ...]:
    words: list[str] = []
    for index, part in enumerate(MARK.split(sentence)):
        if index % 2:
            words.append(f"{{{part}}}")
        else:
            text = read_text(part, short)
            if literal or text.is_common:
                words.extend(text.words)
            else:
                words.extend(token_word(token.text, token.kind) for token in text.tokens)
    return tuple(words)


def escaped(title: str) -> str:
    """A plain text as a template: its brackets are brackets."""
    return "".join(f"\\{character}" if character in "()[]{}|\\" else character for character in title)
