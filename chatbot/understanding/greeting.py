"""The words by which customers greet: "hi", "good morning", "hello there".

Only a message that says nothing else counts; what is done about it is the engine's to decide.
"""

from __future__ import annotations

import re
from typing import Final

from chatbot.understanding.fold import fold

GREETINGS: Final = frozenset({
    "hi", "hii", "hiya", "hello", "helo", "hey", "heya", "yo", "howdy", "greetings", "good morning", "good afternoon",
    "good evening", "good day", "morning", "hola", "holaa", "buenas", "buenos dias", "buenas tardes", "buenas noches",
    "hallo", "guten tag", "guten morgen", "guten abend", "moin", "servus", "gruss gott", "bonjour", "bonsoir", "salut",
    "coucou", "ciao", "buongiorno", "buonasera", "salve", "ola", "oi", "bom dia", "boa tarde", "boa noite",
    "goedemorgen", "goedemiddag", "goedenavond", "goedendag", "hoi", "dag", "merhaba", "selam", "gunaydin",
    "iyi gunler", "iyi aksamlar",
})  # fmt: skip
"""Folded, without signs; in any language, for nobody greets by mistake."""

_BESIDE: Final = frozenset("there again all everyone team bot you de nuevo otra vez".split())
_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 6


def greets(text: str) -> bool:
    """Whether a message greets and says nothing else."""
    words = _WORD.findall(fold(text))
    if not 0 < len(words) <= _LONGEST:
        return False
    left = list(words)
    while left:
        pair, word = " ".join(left[:2]), left[0]
        if pair in GREETINGS:
            left = left[2:]
        elif word in GREETINGS or (word in _BESIDE and len(left) < len(words)):
            left = left[1:]
        else:
            return False
    return True
