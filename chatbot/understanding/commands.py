"""Commands: intents that work in every state. A whole message, or for an emergency a part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chatbot.content.models import Intent
from chatbot.understanding.near import allowed, distance, single
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.words import WORDS

RANK = ("emergency", "delete_data", "opt_out", "opt_in", "human", "restart", "cancel", "help")
"""Which command a phrase means that several commands list."""

LONGEST_COMMAND = 12
DENIALS = frozenset({"not", "no", "never"}) | {word for words in WORDS.values() for word in words.deny}
ARTICLES = frozenset({"a", "an", "the", "un", "una", "ein", "eine", "une", "um", "uma", "een", "bir", "any"})
COMMON = frozenset(word for words in WORDS.values() for word in words.common | words.stop | words.apart)
FILLERS = frozenset(word for words in WORDS.values() for word in words.filler)
DENIED_BEHIND = frozenset({"degil"})
"""What denies the words before it: Turkish does."""
NO_DIGIT = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Commands:
    """`exact` by the words of a whole message; `urgent` phrases count inside a sentence.

    For typos: `joined` are the phrases as texts, sorted, `by_length` lists them, and `singles` finds them by their
    letters without repeats.
    """

    kinds: Mapping[str, str]
    exact: Mapping[tuple[str, ...], tuple[str, ...]]
    joined: Mapping[str, tuple[str, ...]]
    by_length: Mapping[int, tuple[str, ...]]
    singles: Mapping[str, tuple[str, ...]]
    urgent: Mapping[tuple[str, ...], str]

    @classmethod
    def build(cls, intents: Mapping[str, Intent], phrases: Iterable[Phrase]) -> Commands:
        kinds = {name: intent.command for name, intent in intents.items() if intent.command is not None}
        exact: dict[tuple[str, ...], list[str]] = {}
        urgent: dict[tuple[str, ...], str] = {}
        for phrase in phrases:
            if phrase.intent not in kinds or phrase.kind not in ("say", "keyword"):
                continue
            names = exact.setdefault(phrase.words, [])
            if phrase.intent not in names:
                names.append(phrase.intent)
            if kinds[phrase.intent] == "emergency":
                urgent.setdefault(phrase.words, phrase.intent)
        joined = dict(sorted((" ".join(words), words) for words in exact))
        return cls(
            kinds,
            {words: tuple(names) for words, names in exact.items()},
            joined,
            {size: tuple(text for text in joined if len(text) == size) for size in {len(text) for text in joined}},
            {single(text): words for text, words in reversed(joined.items())},
            urgent,
        )

    def find(
        self, words: Sequence[str], *, stop_is_opt_out: bool, clauses: Callable[[], Iterable[Sequence[str]]] = tuple
    ) -> str:
        """The command intent a message is, "" if none. `words` are as written, digits too, contractions opened.

        `clauses` gives the words between its signs, for an emergency that is denied only across one.
        """
        for some in forms(words):
            names = self.exact.get(some)
            if names is not None:
                return self.chosen(some, names, stop_is_opt_out=stop_is_opt_out)
        return self.emergency(words, clauses)

    def find_misspelt(self, words: Sequence[str], *, stop_is_opt_out: bool) -> str:
        """The command intent a message is but for typos, "" if none."""
        for some in forms(words):
            meant = self.misspelt(some)
            if meant is not None:
                return self.chosen(meant, self.exact[meant], stop_is_opt_out=stop_is_opt_out)
        return ""

    def chosen(self, words: tuple[str, ...], names: Sequence[str], *, stop_is_opt_out: bool) -> str:
        kinds = {self.kinds[name]: name for name in reversed(names)}
        if words == ("stop",):
            # The platform's own word: leaving for good where the platform says so, else leaving this flow.
            wanted = ("opt_out", "cancel") if stop_is_opt_out else ("cancel", "opt_out")
            everyone = {kind: name for name, kind in reversed(list(self.kinds.items()))}
            return next((everyone[kind] for kind in wanted if kind in everyone), names[0])
        return next(kinds[kind] for kind in RANK if kind in kinds)

    def emergency(self, words: Sequence[str], clauses: Callable[[], Iterable[Sequence[str]]] = tuple) -> str:
        """An emergency phrase anywhere, unless it is denied right beside it.

        "Not an emergency" is none; "he does not breathe, call an ambulance" is one, also where "not" comes last.
        """
        is_denied = False
        for length in sorted({len(phrase) for phrase in self.urgent}, reverse=True):
            for start in range(len(words) - length + 1):
                name = self.urgent.get(tuple(words[start : start + length]))
                if name is not None and not denied(words[:start], words[start + length :]):
                    return name
                is_denied = is_denied or name is not None
        return next((name for clause in clauses() if (name := self.emergency(clause))), "") if is_denied else ""

    def misspelt(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """The command phrase these words are a typo of; real words are no typos."""
        if len(words) > LONGEST_COMMAND:
            return None
        joined = " ".join(words)
        if len(joined) < 3:
            return None
        same = self.singles.get(single(joined))
        if same is not None and not others(words, same):
            return same
        # Only phrases of about this length are looked at, and that in C; what comes out is a handful.
        spread = allowed(len(joined))
        sizes = range(len(joined) - spread, len(joined) + spread + 1)
        choices = [text for size in sizes for text in self.by_length.get(size, ())]
        near = process.extract(joined, choices, scorer=OSA.distance, score_cutoff=spread, limit=None)
        for phrase, _, _ in sorted(near, key=lambda one: (one[1], one[0])):
            meant = self.joined[phrase]
            if typo(words, joined, meant, phrase):
                return meant
        return None


def typo(words: Sequence[str], joined: str, meant: Sequence[str], phrase: str) -> bool:
    """Whether a message is a command phrase with slips in it; not where it differs by a word or number of its own."""
    if distance(joined, phrase) is None or others(words, meant):
        return False
    if NO_DIGIT.sub("", joined) != NO_DIGIT.sub("", phrase):
        return False
    if len(words) != len(meant):
        return True
    return all(one == other or slip(one, other) for one, other in zip(words, meant, strict=True))


def others(words: Sequence[str], meant: Sequence[str]) -> bool:
    """Whether a message has words of their own that a command has not: "stoop" is no "stop"."""
    return any(word in COMMON for word in words if word not in meant)


def slip(written: str, meant: str) -> bool:
    """Whether one word of a command may be the other; a short word with another letter in it is another word."""
    longest = max(len(written), len(meant))
    if longest <= 4 and len(written) == len(meant) and sorted(written) != sorted(meant):
        return False
    limit = allowed(longest)
    return bool(limit) and OSA.distance(written, meant, score_cutoff=limit) <= limit


def forms(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The message, then without the politeness around it."""
    whole = tuple(words[: LONGEST_COMMAND * 2])
    start, end = 0, len(whole)
    while start < end and is_filler(whole[start]):
        start += 1
    while end > start and is_filler(whole[end - 1]):
        end -= 1
    made = [whole, whole[start:], whole[:end], whole[start:end]]
    return [form for form in dict.fromkeys(made) if form]


def is_filler(word: str) -> bool:
    return word in FILLERS or single(word) in FILLERS


def denied(before: Sequence[str], behind: Sequence[str]) -> bool:
    """Whether the words beside it deny what is said, an article between them allowed."""
    if behind and behind[0] in DENIED_BEHIND:
        return True
    tail = list(before[-2:])
    if tail and tail[-1] in ARTICLES:
        tail.pop()
    return bool(tail) and tail[-1] in DENIALS
