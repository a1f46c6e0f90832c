"""Phrases that a customer wrote as their author did, politeness around them aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.understanding.phrases import Phrase
from chatbot.understanding.words import Words

MOST_FILLERS = 6
"""Polite words at each end of a message that are looked through."""

RANK = ("say", "title")
NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Which intents have a phrase of exactly these words, blanks between them; authors' phrases go before titles."""

    intents: dict[str, frozenset[str]]
    filler: frozenset[str]

    @classmethod
    def build(cls, phrases: Iterable[Phrase], words: Words) -> Verbatim:
        found: dict[str, tuple[int, set[str]]] = {}
        empty = words.stop | words.filler
        for phrase in phrases:
            if phrase.kind not in RANK:
                continue
            rank = RANK.index(phrase.kind)
            add(found, phrase.words, rank, phrase.intent)
            # Only small words: "talk to your team" is not "talk to your bot", polite as both are.
            bare = min(forms(phrase.words, words.filler & words.stop), key=len)
            if not empty.issuperset(bare):
                add(found, bare, rank + len(RANK), phrase.intent)
        return cls({spoken: frozenset(names) for spoken, (_, names) in found.items()}, words.filler)

    def find(self, spellings: tuple[Sequence[str], ...]) -> frozenset[str]:
        """The intents of the phrase that a message is, in the first of its spellings that is one."""
        known, filler = self.intents, self.filler
        seen, before = "", None
        for spoken in spellings:
            # Most messages are spelled in one way only, and that is one list.
            if spoken is before:
                continue
            joined, before = " ".join(spoken), spoken
            if joined == seen:
                continue
            names = known.get(joined)
            if names is not None:
                return names
            if spoken and (spoken[0] in filler or spoken[-1] in filler):
                for part in forms(spoken, filler):
                    names = known.get(" ".join(part))
                    if names is not None:
                        return names
            seen = joined
        return NONE


def add(found: dict[str, tuple[int, set[str]]], words: Sequence[str], rank: int, intent: str) -> None:
    spoken = " ".join(words)
    known = found.get(spoken)
    if known is None or rank < known[0]:
        found[spoken] = (rank, {intent})
    elif rank == known[0]:
        known[1].add(intent)


def forms(spoken: Sequence[str], filler: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """A message, and what is left of it without polite words at its ends, the longest first."""
    lead, tail = fillers_before(spoken, filler), fillers_before(spoken[::-1], filler)
    for gone in range(lead + tail + 1):
        for left in range(max(0, gone - tail), min(lead, gone) + 1):
            part = tuple(spoken[left : len(spoken) - (gone - left)])
            if part:
                yield part


def fillers_before(spoken: Sequence[str], filler: frozenset[str]) -> int:
    """The polite words that a message begins with."""
    return next(
        (place for place, word in enumerate(spoken[:MOST_FILLERS]) if word not in filler),
        min(len(spoken), MOST_FILLERS),
    )
