"""Probabilities -> what is done about them: a clear intent, a close race, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.content.bot_file import Matching
from chatbot.types import Ranked
from chatbot.understanding.score import Scored

MOST_CLOSE = 3
MOST_RANKED = 5
LEAST_RANKED = 0.005
OFFERED_COMMANDS = frozenset({"human", "help"})
"""Commands that may stand among "Did you mean ...?"; nobody is asked whether they meant an emergency."""


def clear(scored: list[Scored], matching: Matching) -> str:
    """The intent that is accepted and ahead of the next by the margin, "" if none."""
    if not scored or scored[0].probability < matching.accept:
        return ""
    ahead = scored[0].probability - (scored[1].probability if len(scored) > 1 else 0.0)
    return scored[0].intent if ahead >= matching.margin else ""


def close(scored: list[Scored], matching: Matching, commands: Mapping[str, str]) -> tuple[str, ...]:
    """The candidates of a close race, best first; one alone is no race."""
    offered = [one for one in scored if commands.get(one.intent, "help") in OFFERED_COMMANDS]
    if not offered:
        return ()
    level = max(matching.suggest, offered[0].probability - matching.margin)
    racing = tuple([one.intent for one in offered[:MOST_CLOSE] if one.probability >= level])
    return racing if len(racing) > 1 else ()


def ranked(scored: list[Scored]) -> tuple[Ranked, ...]:
    if len(scored) == 1:
        return (Ranked(scored[0].intent, rounded(scored[0].probability), because(scored[0])),)
    return tuple(
        [
            Ranked(one.intent, rounded(one.probability), because(one))
            for place, one in enumerate(scored[:MOST_RANKED])
            if not place or one.probability >= LEAST_RANKED
        ]
    )


def rounded(probability: float) -> float:
    """To four places, at a fraction of what `round` costs."""
    return int(probability * 1e4 + 0.5) / 1e4


def because(scored: Scored) -> str:
    """The strongest evidence in the author's words."""
    for rule in scored.rules:
        return f"{rule.kind} “{rule.written}”"
    measured = scored.measured
    if measured.against is not None and scored.parts.get("not", 0.0) < 0:
        return f"not “{measured.against.written}”"
    if measured.nearest is not None:
        return f"like “{measured.nearest.written}”"
    return "its words"


def verdict(scored: list[Scored], matching: Matching) -> str:
    """Why the best candidate was accepted or not, in a sentence."""
    if not scored:
        return "No intent shares a word with this message."
    best = scored[0]
    if best.probability < matching.accept:
        return f"{best.intent} reaches {best.probability:.2f}; accept is {matching.accept:.2f}."
    if not clear(scored, matching):
        ahead = best.probability - scored[1].probability
        return f"{best.intent} is only {ahead:.2f} ahead of {scored[1].intent}; margin is {matching.margin:.2f}."
    return f"{best.intent} is accepted: {best.probability:.2f} with accept at {matching.accept:.2f}."
