"""Which flow starts on what: the triggers of every flow, indexed once for a program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chatbot.content.program import Program

INTENT: Final = "intent:"
"""How the payload of a button begins that is as if an intent were said."""


@dataclass(frozen=True, slots=True)
class Starts:
    """Flow names in the order of the project's files, those with a guard first.

    `keywords` pairs a compiled whole-word pattern with its flow.
    """

    intents: Mapping[str, list[str]] = field(default_factory=dict)
    buttons: Mapping[str, list[str]] = field(default_factory=dict)
    referrals: Mapping[str, list[str]] = field(default_factory=dict)
    events: Mapping[str, list[str]] = field(default_factory=dict)
    opt_ins: Mapping[str, list[str]] = field(default_factory=dict)
    keywords: tuple[tuple[re.Pattern[str], str], ...] = ()
    first_message: tuple[str, ...] = ()
    comment_reply: tuple[str, ...] = ()
    story_reply: tuple[str, ...] = ()


def index(program: Program) -> Starts:
    named: dict[str, dict[str, list[str]]] = {
        key: {} for key in ("intent", "button", "referral", "event", "opt_in")
    }  # fmt: skip
    flags: dict[str, list[str]] = {key: [] for key in ("first_message", "comment_reply", "story_reply")}
    keywords: list[tuple[re.Pattern[str], str]] = []
    # A flow for some customers goes before one for all of them.
    for name, graph in sorted(program.flows.items(), key=lambda item: item[1].guard is None):
        for trigger in graph.start:
            for key, by_name in named.items():
                if wanted := getattr(trigger, key):
                    by_name.setdefault(wanted, []).append(name)
            for key, flows in flags.items():
                if getattr(trigger, key):
                    flows.append(name)
            if trigger.keyword:
                # The keyword is a literal: escaped, it cannot make the pattern slow.
                keywords.append((re.compile(rf"(?<!\w){re.escape(trigger.keyword)}(?!\w)", re.IGNORECASE), name))
    return Starts(
        intents=named["intent"],
        buttons=named["button"],
        referrals=named["referral"],
        events=named["event"],
        opt_ins=named["opt_in"],
        keywords=tuple(keywords),
        **{key: tuple(flows) for key, flows in flags.items()},
    )
