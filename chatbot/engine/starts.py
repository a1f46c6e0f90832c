"""Which flow starts on what: the triggers of every flow, indexed once for a program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.content.program import Program


@dataclass(frozen=True, slots=True)
class Starts:
    """Flow names in the order of the project's files. `keywords` pairs a compiled whole-word pattern with its flow."""

    intents: Mapping[str, list[str]] = field(default_factory=dict)
    buttons: Mapping[str, list[str]] = field(default_factory=dict)
    referrals: Mapping[str, list[str]] = field(default_factory=dict)
    keywords: tuple[tuple[re.Pattern[str], str], ...] = ()
    first_message: tuple[str, ...] = ()


def index(program: Program) -> Starts:
    intents: dict[str, list[str]] = {}
    buttons: dict[str, list[str]] = {}
    referrals: dict[str, list[str]] = {}
    keywords: list[tuple[re.Pattern[str], str]] = []
    first: list[str] = []
    for name, graph in program.flows.items():
        for trigger in graph.start:
            if trigger.intent:
                intents.setdefault(trigger.intent, []).append(name)
            if trigger.button:
                buttons.setdefault(trigger.button, []).append(name)
            if trigger.referral:
                referrals.setdefault(trigger.referral, []).append(name)
            if trigger.keyword:
                # The keyword is a literal: escaped, it cannot make the pattern slow.
                keywords.append((re.compile(rf"(?<!\w){re.escape(trigger.keyword)}(?!\w)", re.IGNORECASE), name))
            if trigger.first_message:
                first.append(name)
    return Starts(intents, buttons, referrals, tuple(keywords), tuple(first))
