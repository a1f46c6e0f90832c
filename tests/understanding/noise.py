"""Ways in which people mistype, each a function of a text and dice: made anew, so that no list is learnt by heart."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORT = {"you": "u", "please": "pls", "are": "r", "your": "ur", "because": "cuz", "before": "b4", "account": "acct"}
SOUNDS = (("ph", "f"), ("ck", "k"), ("ight", "ite"), ("tion", "shun"), ("qu", "kw"), ("ea", "ee"), ("wh", "w"))
ACCENTS = str.maketrans("aeiouc", "áéíóúç")

Dice = random.Random


def slip(word: str, dice: Dice) -> str:
    """One letter dropped, added, replaced or swapped with the next; the first one stays."""
    place = dice.randrange(1, len(word))
    match dice.randrange(4):
        case 0:
            return word[:place] + word[place + 1 :]
        case 1:
            return word[:place] + dice.choice(LETTERS) + word[place:]
        case 2:
            return word[:place] + dice.choice(LETTERS) + word[place + 1 :]
        case _:
            return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def each(change: Callable[[str, Dice], str], least: int) -> Callable[[str, Dice], str]:
    """Every other word of so many letters changed."""

    def changed(text: str, dice: Dice) -> str:
        words = text.split(" ")
        return " ".join(
            change(word, dice) if len(word) >= least and word.isalpha() and dice.random() < 0.5 else word
            for word in words
        )

    return changed


def sounded(word: str, dice: Dice) -> str:
    return next((word.replace(one, other, 1) for one, other in SOUNDS if one in word), word)


def without_a_blank(text: str, dice: Dice) -> str:
    words = text.split(" ")
    if len(words) < 2:
        return text
    place = dice.randrange(1, len(words))
    return " ".join([*words[: place - 1], words[place - 1] + words[place], *words[place + 1 :]])


NOISE: Mapping[str, Callable[[str, Dice], str]] = {
    "one slip": each(slip, 5),
    "two slips": each(lambda word, dice: slip(slip(word, dice), dice), 8),
    "a letter held down": each(lambda word, _dice: word[:2] + word[1] * 3 + word[2:], 3),
    "by ear": each(sounded, 4),
    "a blank forgotten": without_a_blank,
    "chat spelling": lambda text, _dice: " ".join(SHORT.get(word, word) for word in text.split(" ")) + " thx",
    "accents": each(lambda word, _dice: word.translate(ACCENTS), 3),
    "emoji": lambda text, _dice: f"{text} 🙏🏽😀",
    "shouting": lambda text, _dice: text.upper() + "!!!",
    "mixed case": lambda text, dice: "".join(one.upper() if dice.random() < 0.4 else one for one in text),
    "full width": lambda text, _dice: "".join(chr(ord(one) + 0xFEE0) if "a" <= one <= "z" else one for one in text),
}
