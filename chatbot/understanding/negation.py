"""Whether words deny what they name: "do not cancel my order" is no request to cancel it.

A fact that is denied is another matter: "my order has not arrived" asks what "has my order arrived" asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from chatbot.understanding.words import Words

Denial = Literal["none", "fact", "wish"]

FACT, WISH = 0.25, 1.0


def denial(spoken: Sequence[str], words: Words) -> Denial:
    """What the words deny: a wish, or only a fact. Pairs like "can not" and "do not you" deny nothing."""
    if words.negates.isdisjoint(spoken):
        return "none"
    found: Denial = "none"
    for place, word in enumerate(spoken):
        if word not in words.negates:
            continue
        around = [f"{one} {other}" for one, other in pairwise(spoken[max(0, place - 1) : place + 2])]
        if words.affirms.isdisjoint(around):
            if words.states.isdisjoint(around):
                return "wish"
            found = "fact"
    return found


def opposition(message: Denial, phrase: Denial) -> float:
    """How far a message says the opposite of a phrase, 0..1."""
    if (message == "none") == (phrase == "none"):
        return 0.0
    return FACT if message == "fact" else WISH
