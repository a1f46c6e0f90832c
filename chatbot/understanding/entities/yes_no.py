"""Yes or no. Negation is looked for first, and what is unclear is nothing: never a silent no, never a silent yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from chatbot.types import Found
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.near import distance, single
from chatbot.understanding.normalise import read_text
from chatbot.understanding.words import WORDS, Words, language_of, words_for

Sense = Literal["yes", "no", "deny", "soft", "other"]
Verdict = Literal["yes", "no", "unsure", "silent"]

YES_SIGNS = frozenset("👍👌✅✔☑🙆🆗💯")
NO_SIGNS = frozenset("👎❌✖🙅🚫⛔")
LONGEST_ENTRY = 6
SHORT_ANSWER = 6
"""Words of an answer in which a yes or no may stand behind other words."""
LONGEST_ANSWER = 24
"""Words of an answer that are read; what comes behind them no longer answers."""

SPELLINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    # Single letters are answers of their own here: "n" is a no, not an "and".
    {
        name: MappingProxyType({key: value for key, value in words.short.items() if len(key) > 1})
        for name, words in WORDS.items()
    }
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of the lists in an answer, or a word between them."""

    sense: Sense
    firm: bool = False


class YesNoFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        verdict = decide(text, setting.locale)
        if verdict not in ("yes", "no"):
            return ()
        return (Found("yes_no", verdict == "yes", text.strip(), 0, len(text)),)


def decide(text: str, locale: str) -> Verdict:
    """What an answer says: in the contact's language, else in English, else as a whole answer in any other."""
    own = language_of(locale)
    for name in dict.fromkeys((own, "en")):
        verdict = in_language(text, words_for(name))
        if verdict != "silent":
            return verdict
    for name, words in WORDS.items():
        if name not in (own, "en"):
            pieces = pieces_of(spelled(text, words), words)
            if pieces and all(piece.firm or piece.sense == "soft" for piece in pieces):
                verdict = weigh(pieces)
                if verdict != "silent":
                    return verdict
    return by_signs(text)


def by_signs(text: str) -> Verdict:
    yes, no = (not signs.isdisjoint(text) for signs in (YES_SIGNS, NO_SIGNS))
    if yes == no or any(character.isalpha() for character in text):
        return "silent"
    return "yes" if yes else "no"


def in_language(text: str, words: Words) -> Verdict:
    tokens = spelled(text, words)
    spaced = f" {' '.join(tokens)} "
    if any(f" {phrase} " in spaced for phrase in words.unsure):
        return "unsure"
    pieces = pieces_of(tokens, words)
    asks = not words.question.isdisjoint(tokens)
    whole = " ".join(tokens) in words.yes | words.no
    return weigh(pieces, asks=not whole and (asks or "?" in text))


def spelled(text: str, words: Words) -> list[str]:
    """The words of an answer, slips of the pen in the words of the lists repaired."""
    tokens = [token.text for token in read_text(text, SPELLINGS.get(words.language, {})).tokens][:LONGEST_ANSWER]
    known = words.yes | words.no | words.firm_yes | words.firm_no | words.unsure
    return [token if token in known else repaired(token, known, words) for token in tokens]


def repaired(token: str, known: frozenset[str], words: Words) -> str:
    if token in words.stop or token in words.filler or token in words.common or not token.isalpha():
        return token
    slips = [
        (steps, entry)
        for entry in known
        if " " not in entry
        and (steps := 0 if len(entry) > 1 and single(token) == single(entry) else distance(token, entry)) is not None
    ]
    return min(slips)[1] if slips else token


def pieces_of(tokens: Sequence[str], words: Words) -> list[Piece]:
    """The answer cut into entries, the longest first; leading fillers are left out."""
    pieces: list[Piece] = []
    index = 0
    while index < len(tokens):
        for length in range(min(LONGEST_ENTRY, len(tokens) - index), 0, -1):
            piece = piece_of(" ".join(tokens[index : index + length]), words)
            if piece is not None:
                break
        else:
            length, piece = 1, Piece("other")
        if pieces or piece.sense != "soft":
            pieces.append(piece)
        index += length
    return pieces


def piece_of(phrase: str, words: Words) -> Piece | None:
    if phrase in words.firm_no:
        return Piece("no", firm=True)
    if phrase in words.firm_yes:
        return Piece("yes", firm=True)
    if phrase in words.deny:
        return Piece("deny")
    if phrase in words.no:
        return Piece("no")
    if phrase in words.yes:
        return Piece("yes")
    return Piece("soft") if phrase in words.stop or phrase in words.filler else None


def weigh(pieces: Sequence[Piece], *, asks: bool = False) -> Verdict:
    """`asks`: the answer holds a question word, so only a firm word at its front counts."""
    if not pieces:
        return "silent"
    firm = {piece.sense for piece in pieces if piece.firm}
    if len(firm) > 1:
        return "unsure"
    lead = pieces[0]
    if lead.firm:
        return "no" if lead.sense == "no" else "yes"
    if asks:
        return "silent"
    senses = {piece.sense for piece in pieces}
    soft = "other" not in senses
    if len(pieces) <= SHORT_ANSWER and (firm or soft):
        if "no" in senses or ("deny" in senses and ("yes" in senses or len(pieces) == 1)):
            return "no"
        if "yes" in senses:
            return "yes"
    return "silent"
