"""What an author states outright: regular expressions and keywords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from chatbot.content.models import Intent
from chatbot.understanding.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that holds for a message: whose, and what the author wrote."""

    intent: str
    kind: str
    written: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """All patterns in one automaton, all keywords by their words: a message is read once, however many there are."""

    patterns: tuple[Rule, ...]
    automaton: Any
    keywords: Mapping[tuple[str, ...], tuple[Rule, ...]]
    lengths: tuple[int, ...]

    @classmethod
    def build(cls, intents: Mapping[str, Intent], phrases: Iterable[Phrase]) -> Rules:
        """`phrases` of the kind keyword become keywords; patterns were compiled once by check and are good."""
        patterns = tuple(Rule(name, "match", pattern) for name, intent in intents.items() for pattern in intent.match)
        keywords: dict[tuple[str, ...], list[Rule]] = {}
        for phrase in phrases:
            if phrase.kind == "keyword":
                rules = keywords.setdefault(phrase.words, [])
                rule = Rule(phrase.intent, "keyword", phrase.written, phrase.language)
                if rule not in rules:
                    rules.append(rule)
        return cls(
            patterns,
            automaton_of([rule.written for rule in patterns]),
            {words: tuple(rules) for words, rules in keywords.items()},
            tuple(sorted({len(words) for words in keywords})),
        )

    def patterns_in(self, text: str) -> tuple[Rule, ...]:
        """Patterns found anywhere in a text (as written, NFKC), any case."""
        if self.automaton is None:
            return ()
        return tuple(self.patterns[number] for number in sorted(self.automaton.Match(text) or ()))

    def keywords_in(self, words: Sequence[str], language: str) -> tuple[Rule, ...]:
        """Keywords of a language among the (repaired) words of a message."""
        if not self.keywords:
            return ()
        found: dict[Rule, None] = {}
        for length in self.lengths:
            for start in range(len(words) - length + 1):
                for rule in self.keywords.get(tuple(words[start : start + length]), ()):
                    if rule.language == language:
                        found[rule] = None
        return tuple(found)


def automaton_of(patterns: Sequence[str]) -> Any:
    if not patterns:
        return None
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    automaton = re2.Set.SearchSet(options)
    for pattern in patterns:
        automaton.Add(pattern)
    automaton.Compile()
    return automaton
