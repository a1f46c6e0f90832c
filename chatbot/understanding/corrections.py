"""The words by which customers take something back: "no", "actually", "I meant", "change it to".

Whether a message corrects anything is the engine's to decide; here is only how it sounds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chatbot.understanding.fold import fold
from chatbot.understanding.words import language_of, words_for

CUES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "no", "nope", "not", "sorry", "oops", "actually", "i meant", "i mean", "meant", "wrong", "mistake", "change",
        "correct", "correction", "instead", "rather", "make that", "make it", "should be",
    ),
    "es": ("no", "perdon", "en realidad", "quise decir", "queria decir", "me referia", "cambia", "cambiar", "mejor"),
    "de": ("nein", "nicht", "doch", "eigentlich", "ich meinte", "ich meine", "falsch", "andere", "andern", "sondern"),
    "fr": ("non", "pas", "en fait", "je voulais dire", "plutot", "change", "changer", "erreur", "pardon"),
    "it": ("no", "non", "in realta", "volevo dire", "intendevo", "cambia", "anzi", "scusa", "sbagliato"),
    "pt": ("nao", "na verdade", "quis dizer", "queria dizer", "muda", "mude", "alias", "desculpa"),
    "nl": ("nee", "niet", "eigenlijk", "ik bedoel", "ik bedoelde", "verander", "wijzig", "sorry"),
    "tr": ("hayir", "degil", "aslinda", "demek istedim", "degistir", "yanlis", "pardon"),
}  # fmt: skip

CHANGES: Final = frozenset({
    "change", "wrong", "mistake", "correct", "correction", "cambia", "cambiar", "equivocado", "equivocada", "corregir",
    "falsch", "andern", "korrigieren", "changer", "erreur", "corriger", "cambiare", "sbagliato", "sbagliata",
    "correggere", "muda", "mudar", "mude", "errado", "errada", "corrigir", "verander", "wijzig", "fout", "degistir",
    "yanlis", "duzelt",
})  # fmt: skip
"""Cues that ask for a change even where no new value stands beside them: "the number is wrong"."""

_WORD: Final = re.compile(r"[^\W_]+")
_BEHIND: Final = re.compile(r"(?i).*\b(?:to|is|be|a|zu|en|à|in|para|naar)\b[\s:]+(\S.*)$|.*[:=]\s*(\S.*)$", re.DOTALL)


def takes_back(text: str, language: str) -> bool:
    """Whether a message has a word in it that takes something back; English is always listened for."""
    words = " ".join(["", *_WORD.findall(fold(text)), ""])
    cues = (*CUES.get(language.split("-", maxsplit=1)[0], ()), *CUES["en"])
    return any(f" {cue} " in words for cue in cues)


def wants_change(text: str) -> bool:
    """Whether a message says that something is to be changed, whatever to."""
    return not CHANGES.isdisjoint(_WORD.findall(fold(text)))


def without_cues(text: str, language: str) -> str:
    """The words of a message but for a yes, a no and the cues: "no, I meant the blue one" leaves "I the blue one"."""
    words = _WORD.findall(fold(text))
    tables = [words_for(name) for name in dict.fromkeys((language_of(language), "en"))]
    cues = {word for table in tables for cue in CUES.get(table.language, ()) for word in cue.split()} - {"not"}
    answers = {word for table in tables for word in (*table.yes, *table.no, *table.filler) if " " not in word}
    return " ".join(word for word in words if word not in cues and word not in answers)


def new_words(text: str) -> str:
    """What stands behind "to" or "is": the new value of a text that was named ("change my name to Ana")."""
    found = _BEHIND.match(text.strip())
    return (found[1] or found[2] or "").strip() if found else ""
