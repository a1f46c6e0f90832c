"""The words by which customers ask to hear a question again: "repeat", "say that again", "what was the question".

Only a message that says nothing else counts; what is done about it is the engine's to decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chatbot.understanding.fold import fold

REQUESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "repeat", "repeat that", "repeat it", "repeat the question", "repeat yourself", "say again", "say that again",
        "say it again", "ask again", "ask me again", "come again", "once more", "one more time",
        "what was that", "what was the question", "what is the question", "what did you say", "what did you ask",
        "pardon", "pardon me", "excuse me", "i did not get that", "i didnt get that", "i did not catch that",
        "i didnt catch that",
    ),
    "es": (
        "repite", "repitelo", "repitemelo", "repita", "repitalo", "repetir", "repetirlo", "repite la pregunta",
        "repetir la pregunta", "repita la pregunta", "otra vez", "de nuevo", "como dices", "como dice",
        "que dijiste", "que dijo", "perdona", "perdon", "cual era la pregunta", "cual es la pregunta",
    ),
    "de": (
        "wiederholen", "wiederhole", "wiederhole das", "das wiederholen", "die frage wiederholen", "noch mal",
        "nochmal", "noch einmal", "wie bitte", "wie war die frage", "was war die frage", "was hast du gesagt",
    ),
    "fr": (
        "repete", "repetez", "repeter", "repeter la question", "repetez la question", "encore une fois",
        "pardon", "quelle etait la question", "quas tu dit", "quavez vous dit",
    ),
    "it": (
        "ripeti", "ripeta", "ripetere", "ripetere la domanda", "ripeti la domanda", "ancora una volta", "di nuovo",
        "come scusa", "qual era la domanda", "cosa hai detto",
    ),
    "pt": (
        "repete", "repita", "repetir", "repetir a pergunta", "repita a pergunta", "outra vez", "de novo",
        "mais uma vez", "como assim", "qual era a pergunta", "o que disse",
    ),
    "nl": (
        "herhaal", "herhalen", "herhaal dat", "dat herhalen", "de vraag herhalen", "nog een keer", "nog eens",
        "wat zei je", "wat was de vraag",
    ),
    "tr": ("tekrar", "tekrarla", "tekrarlar misin", "tekrar et", "bir daha", "efendim", "soru neydi", "ne dedin"),
}  # fmt: skip
"""Folded, without signs."""

_POLITE: Final = re.compile(
    r"^(?:(?:sorry|please|hey|hm|(?:can|could|would|will) you|puedes|puede|podrias|podria|kannst du|konnen sie|"
    r"peux tu|pouvez vous|puoi|puo|pode|poderia|kun je|kunt u|por favor|bitte|lutfen) )+"
    r"|(?: (?:please|por favor|bitte|sil te plait|sil vous plait|per favore|alsjeblieft|lutfen|sorry))+$"
)
_WORD: Final = re.compile(r"[^\W_]+")


def asks_again(text: str, language: str) -> bool:
    """Whether a message is nothing but the wish to hear the question again; English is always listened for.

    A bare "what" is none: it may as well be a wrong answer.
    """
    words = " ".join(_WORD.findall(fold(text).replace("'", "")))
    known = (*REQUESTS["en"], *REQUESTS.get(language.split("-", maxsplit=1)[0], ()))
    return words in known or _POLITE.sub("", words) in known
