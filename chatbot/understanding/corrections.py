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
        "correct", "correction", "instead", "rather", "make that", "make it", "should be", "apologies",
    ),
    "es": (
        "no", "perdon", "en realidad", "quise decir", "queria decir", "me referia", "cambia", "cambiar", "mejor",
        "perdona", "perdone", "disculpa", "disculpe", "me equivoque", "corrijo", "quiero decir",
    ),
    "de": (
        "nein", "nicht", "doch", "eigentlich", "ich meinte", "ich meine", "falsch", "andere", "andern", "sondern",
        "entschuldigung", "entschuldige", "sorry", "ups", "quatsch", "vielmehr",
        "korrektur", "besser gesagt", "ich wollte sagen", "geirrt", "vertippt", "verschrieben",
    ),
    "fr": (
        "non", "pas", "en fait", "je voulais dire", "plutot", "change", "changer", "erreur", "pardon",
        "desole", "desolee", "excusez moi", "oups", "correction", "trompe", "trompee",
    ),
    "it": (
        "no", "non", "in realta", "volevo dire", "intendevo", "cambia", "anzi", "scusa", "sbagliato", "sbagliata",
        "scusi", "mi scusi", "scusate", "ops", "errore", "correggo", "piuttosto",
    ),
    "pt": (
        "nao", "na verdade", "quis dizer", "queria dizer", "quero dizer", "muda", "mude", "alias", "desculpa",
        "desculpe", "perdao", "me enganei", "enganei me", "errei", "ou melhor", "correcao",
    ),
    "nl": (
        "nee", "niet", "eigenlijk", "ik bedoel", "ik bedoelde", "verander", "wijzig", "sorry",
        "toch", "liever", "pardon", "oeps", "vergist", "verkeerd", "fout", "correctie",
    ),
    "tr": (
        "hayir", "degil", "aslinda", "demek istedim", "degistir", "yanlis", "pardon",
        "ozur dilerim", "kusura bakma", "kusura bakmayin", "daha dogrusu", "duzeltiyorum", "duzeltme",
    ),
}  # fmt: skip

_HALT: Final = re.compile(
    r"(?:^|[,.;:!?-])\W*(?:(?:no|oh|ah|oops|yes|si|ja|nein|oui|non|sim|nao|nee|evet|hayir|ok|okay|sorry)\W+)*"
    r"(?:wait|hold on|hang on|esper[ae]|moment|warte|warten sie|attend[sez]+|aspett[ai]|wacht|bekle\w*)\b"
)
"""What stops the one who speaks, and so takes back, where a clause begins: not in "I wait since Friday"."""

CHANGES: Final = frozenset({
    "change", "wrong", "mistake", "correction", "cambia", "cambiar", "equivocado", "equivocada", "corregir",
    "falsch", "andern", "korrigieren", "changer", "erreur", "corriger", "cambiare", "sbagliato", "sbagliata",
    "correggere", "muda", "mudar", "mude", "errado", "errada", "corrigir", "verander", "wijzig", "fout", "degistir",
    "yanlis", "duzelt",
})  # fmt: skip
"""Cues that ask for a change even where no new value stands beside them: "the number is wrong"."""

JUDGED: Final = CHANGES | frozenset("correct right fine ok okay good true misspelt misspelled incorrect".split())
"""What is said of a value and is none: "my name is wrong"."""

_ABOUT: Final = frozenset(
    "it its is s we are to be should that thats the was es son somos era el la sie es sind wir ist le c est nous"
    " but only pero solo aber nur mais seulement ma mas porem maar alleen ama fakat"
    " for para fur pour per voor people persons guests personas personen personnes persone pessoas kisi"
    " or oder ou of veya and und y et e en ve in im am um to with mit con avec com met nel alle a an"
    " us them there here take need like want ll d id ill re number date day time amount"
    " will going gonna would now said say asked book were im"
    " my mi mein meine mon ma mio mia meu minha mijn i a on at le ich je".split()
)
"""Words that may stand beside a value which is all a message says: "no, we are 5"."""

_BUT: Final = re.compile(r"\b(?:but|only|pero|solo|aber|nur|mais|seulement|ma|pero|mas|porem|maar|alleen|ama|fakat)\b")
"""What takes back a part of a yes: "yes, but on Friday"."""

_NEGATED: Final = re.compile(
    r"\b(?:not|no|never|nothing|without|(?:do|does|did|is|wo|ca)n.?t|dont|nicht|kein\w*|nie|nunca|sin|tampoco|pas|sans|jamais"
    r"|senza|mai|nao|sem|niet|geen|zonder|degil)\b"
)
_MAY: Final = re.compile(
    r"^(?:\W*\w+)?\W*(?:(?:can|could|may) (?:i|we)|kann (?:ich|man)|konnten? (?:ich|wir)|puedo|podemos|podria(?:mos)?"
    r"|puis.je|peut.on|pourrais.je|posso|possiamo|potrei|kan ik|kunnen we|mag ik)\b"
    r"(?!.*\b(?:later|after\w*|again|spater|nachher|despues|luego|plus tard|apres|dopo|depois|mais tarde|straks)\b)"
)
"""A wish for a change that is put as a question: "can I change the date?"; not one about later."""
_LATER: Final = re.compile(
    r"(?:later|spater|mas tarde|despues|plus tard|apres|piu tardi|dopo|mais tarde|depois|sonra)\b"
)
_EARLIER: Final = re.compile(
    r"(?:earlier|sooner|before|fruher|vorher|mas temprano|antes|plus tot|avant|piu presto|prima|mais cedo|eerder"
    r"|vroeger|once)\b"
)
_SAID_NO: Final = re.compile(r"^\W*(?:no|nope|nein|non|nao|nee|hayir)\b\s*[,.;:!-]+")
_NOT_THIS: Final = re.compile(r"\b(?:not|nicht|pas|niet)\s+(?:the\s+|a\s+|der\s+|die\s+|das\s+|le\s+|la\s+)?\w+")

_WORD: Final = re.compile(r"[^\W_]+")
_BEHIND: Final = re.compile(r"(?i).*\b(?:to|is|be|a|zu|en|à|in|para|naar)\b[\s:]+(\S.*)$|.*[:=]\s*(\S.*)$", re.DOTALL)


def takes_back(text: str, language: str) -> bool:
    """Whether a message has a word in it that takes something back; English is always listened for."""
    words = " ".join(["", *_WORD.findall(fold(text)), ""])
    cues = (*CUES.get(language.split("-", maxsplit=1)[0], ()), *CUES["en"])
    return any(f" {cue} " in words for cue in cues) or _HALT.search(fold(text)) is not None


def begins_with_cue(text: str, language: str) -> bool:
    """Whether taking something back is the first thing a message does."""
    words = " ".join([*_WORD.findall(fold(text)), ""])
    cues = (*CUES.get(language.split("-", maxsplit=1)[0], ()), *CUES["en"])
    return any(words.startswith(f"{cue} ") for cue in cues) or _HALT.match(fold(text)) is not None


def hedges(text: str) -> bool:
    """Whether a yes comes with a but."""
    return _BUT.search(fold(text)) is not None


def moved_by(text: str) -> int:
    """1 where the next word says later, -1 where it says earlier, 0 for neither."""
    said = fold(text).lstrip()
    return 1 if _LATER.match(said) else -1 if _EARLIER.match(said) else 0


def wants_change(text: str) -> bool:
    """Whether a message says that something is to be changed, whatever to; not "do not change it", nor a question."""
    said = _SAID_NO.sub("", fold(text))
    asked = said.rstrip().endswith("?") and _MAY.match(said) is None
    return not asked and not CHANGES.isdisjoint(_WORD.findall(said)) and _NEGATED.search(said) is None


def without_cues(text: str, language: str) -> str:
    """The words of a message but for a yes, a no, the cues and what it denies.

    "No, I meant the blue one, not the red" leaves "i the blue one".
    """
    words = _WORD.findall(_NOT_THIS.sub(" ", _HALT.sub(" ", fold(text))))
    tables = [words_for(name) for name in dict.fromkeys((language_of(language), "en"))]
    cues = {word for table in tables for cue in CUES.get(table.language, ()) for word in cue.split()}
    answers = {word for table in tables for word in (*table.yes, *table.no, *table.filler) if " " not in word}
    return " ".join(word for word in words if word not in cues and word not in answers)


def says_only(value: str, text: str, language: str) -> bool:
    """Whether a message is a value and nothing else of weight: "actually make it 5 please"."""
    left = [word for word in without_cues(text, language).split() if word not in _ABOUT]
    return bool(left) and set(left) <= set(_WORD.findall(fold(value)))


def new_words(text: str) -> str:
    """What stands behind "to" or "is": the new value of a text that was named ("change my name to Ana")."""
    found = _BEHIND.match(text.strip())
    new = (found[1] or found[2] or "").strip() if found else ""
    return "" if JUDGED.issuperset(_WORD.findall(fold(new))) else new
