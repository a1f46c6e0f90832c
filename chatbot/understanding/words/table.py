"""The shape of one language's word list, and the folding every entry goes through.

Entries are stored as the normaliser leaves customer text: casefolded, without marks and apostrophes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chatbot.understanding.fold import fold


def entries(text: str) -> frozenset[str]:
    """Words of a table: separated by blanks, `_` stands for a blank inside an entry."""
    return frozenset(fold(word).replace("_", " ") for word in text.split())


def pairs(text: str) -> dict[str, str]:
    """`key=value` entries; `_` stands for a blank."""
    found = (entry.partition("=") for entry in text.split())
    return {fold(key).replace("_", " "): fold(value).replace("_", " ") for key, _, value in found}


def groups(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of words that customers use for one another -> each word with the first words of its lines."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        words = [fold(word) for word in line.split()]
        for word in words:
            found[word] = (*found.get(word, ()), words[0])
    return found


def numbers(text: str) -> dict[str, int]:
    return {word: int(value) for word, value in pairs(text).items()}


@dataclass(frozen=True, slots=True)
class Words:
    """What understanding knows about a language before it has seen a bot.

    `stop`: words that carry little meaning. `filler`: what may stand around a command. `short`: chat spelling and
    contractions -> what they stand for. `joins`: words between two requests. `common`: words that are no typo of
    a bot's word; `apart`: words a slip away from a shipped command. `yes`, `no`: whole answers, phrases allowed;
    `firm_yes`, `firm_no`: those that decide whatever follows. `unsure`: neither. `deny`: words that turn a yes into a
    no. `question`: words that open a question. `alike`: words that customers use for one another, each with the names
    of its groups. `negates`: words that turn a request into its opposite; in the pairs `affirms` they do not, in
    `states` they deny a fact and no wish.
    """

    language: str
    stemmer: str = ""
    stop: frozenset[str] = frozenset()
    filler: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    firm_yes: frozenset[str] = frozenset()
    firm_no: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    question: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()
    negates: frozenset[str] = frozenset()
    affirms: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)


def extended(words: Words, synonyms: Mapping[str, Sequence[str]], short: Mapping[str, str]) -> Words:
    """A language with the words of a business added."""
    if not synonyms and not short:
        return words
    alike = dict(words.alike)
    for name, others in synonyms.items():
        for word in map(fold, (name, *others)):
            alike[word] = (*alike.get(word, ()), fold(name))
    opened = {fold(word): " ".join(map(fold, meant.split())) for word, meant in short.items()}
    return replace(words, alike=alike, short={**words.short, **opened})
