"""What understanding knows about words before it has seen a bot: one table a language, data only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chatbot.understanding.words import de, en, es, fr, it, nl, pt, tr
from chatbot.understanding.words.table import Words, extended

__all__ = ["WORDS", "Words", "extended", "language_of", "words_for"]

WORDS: Mapping[str, Words] = MappingProxyType(
    {module.WORDS.language: module.WORDS for module in (en, es, de, fr, it, pt, nl, tr)}
)


def language_of(locale: str) -> str:
    """The language of a locale: "pt-BR", "pt_BR" and "pt" are all "pt"."""
    return locale.replace("_", "-").partition("-")[0].lower()


def words_for(language: str) -> Words:
    """The table of a language or locale; an empty one for a language that has none."""
    known = WORDS.get(language_of(language))
    return known if known is not None else Words(language=language_of(language))
