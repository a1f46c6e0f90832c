"""Evidence -> probability: one sum an intent, one curve for all bots.

The weights of words, coverage, phrase, recall, unknown words and size were fitted by logistic regression on the dev
messages of BANKING77, CLINC150 and HWU64, read by small bots drawn from their training rows (4 to 150 intents, 3 to
100 phrases each; a third of the messages out of scope), LOUD, COVERAGE and PHRASE then raised as far as messages of no
intent need it and the fit hardly suffers. HOLLOW is harder than fitted, and the rules, negation and
STRANGE are by hand: a shop's bot that starts a flow on a stranger's words annoys more than one that asks.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from math import exp, inf, log
from typing import NamedTuple

from chatbot.understanding.classifier import Measured
from chatbot.understanding.negation import WISH
from chatbot.understanding.rules import Rule

BIAS = 1.76
SHARE = 1.2
LOUD = 4.0
COVERAGE = 1.5
PHRASE = 1.2
RECALL = 0.1
FOREIGN = -0.8
HOLLOW = -2.5
MORE_INTENTS, MORE_PHRASES = -0.37, -1.14
"""Among many intents and phrases the same evidence is worth less: there something is always somewhat like it."""

EXACT = 5.0
PATTERN, KEYWORD = 2.5, 2.0
PATTERN_FLOOR, KEYWORD_FLOOR = 1.4, 1.0
"""Rules add to the sum and lift it to a floor at least: a keyword that holds is strong evidence by itself."""

COUNTER, COUNTER_CEILING = -6.0, -2.0
RUNNING = 0.3
FINAL = 0.99
SURE = 0.995
SHORT_OF_SHARE = 0.02
NEGATION_CEILING = -1.0
STRANGE = -1.5
COMMAND_LIKE = 0.8
NO_COMMAND, MAYBE_COMMAND = -4.0, -0.4
"""What a command can reach without a phrase that tells of it, and with one that is only somewhat like the message."""

COUNTER_FROM = 0.75
"""Share of a counter-example that must stand in a message before it speaks against the intent."""


class Scored(NamedTuple):
    """One intent's evidence (`parts` sum up to `logit`) and what it comes to."""

    intent: str
    logit: float
    probability: float
    parts: Mapping[str, float]
    measured: Measured
    rules: tuple[Rule, ...] = ()


def size_of(intents: int, phrases: float) -> float:
    """What a bot's size adds to every score; `phrases`: how many an intent has."""
    return MORE_INTENTS * log(max(2, intents)) + MORE_PHRASES * log(min(50.0, max(2.0, phrases)))


def weigh(
    measured: Sequence[Measured],
    rules: Sequence[Rule],
    decisive: frozenset[str],
    running: frozenset[str],
    size: float,
    commands: Container[str] = (),
) -> list[Scored]:
    """All candidates, best first; probabilities sum to one at most. `size` is that of size_of."""
    scored = [
        scored_by(one, tuple([rule for rule in rules if rule.intent == one.intent]), running, size, commands)
        for one in measured
    ]
    final = {rule.intent for rule in rules if rule.intent in decisive} or {
        one.intent for one in measured if one.verbatim
    }
    if final:
        scored = [finally_scored(one, final) for one in scored]
    total = sum([one.probability for one in scored])
    if total > SURE:
        scored = [one._replace(probability=one.probability * SURE / total) for one in scored]
    if len(scored) > 1:
        scored.sort(key=lambda one: (-one.probability, -one.logit, one.intent))
    return scored


def scored_by(
    measured: Measured, rules: tuple[Rule, ...], running: frozenset[str], size: float, commands: Container[str] = ()
) -> Scored:
    near = measured.nearest
    exact = measured.verbatim or (near is not None and near.similarity > SURE)
    parts = {
        "start": BIAS + size,
        "words": SHARE * log((measured.share + SHORT_OF_SHARE) / (1 - measured.share + SHORT_OF_SHARE))
        + LOUD * measured.words,
        "coverage": COVERAGE * measured.coverage,
        "phrase": PHRASE * measured.phrase + RECALL * measured.recall,
    }
    if measured.foreign:
        parts["unknown words"] = FOREIGN * measured.foreign
    if measured.hollow:
        parts["no telling word"] = HOLLOW
    if exact:
        parts["the very phrase"] = EXACT
    elif measured.strange:
        parts["strange words"] = STRANGE * strangeness(measured)
    if measured.intent in running:
        parts["running flow"] = RUNNING
    if rules:
        parts |= by_rules(sum(parts.values()), {rule.kind for rule in rules})
    logit = sum(parts.values())
    if not exact:
        for name, ceiling in ceilings(measured, logit, measured.intent in commands):
            if ceiling < 0:
                parts[name] = ceiling
                logit += ceiling
    return Scored(measured.intent, logit, min(SURE, 1 / (1 + exp(-max(-50.0, logit)))), parts, measured, rules)


def ceilings(measured: Measured, logit: float, is_command: bool) -> Iterator[tuple[str, float]]:
    """What holds a score down: a counter-example, the opposite of a phrase, too little for a command."""
    if measured.against is not None and (denied := against(measured)):
        down = denied * min(COUNTER, COUNTER_CEILING - logit)
        logit += down
        yield "not", down
    if measured.nearest is not None and (opposite := measured.nearest.opposite):
        down = opposite * min(0.0, NEGATION_CEILING - logit)
        logit += down
        yield "negation", down
    if is_command:
        yield "weak for a command", min(0.0, command_ceiling(measured) - logit)


def by_rules(logit: float, kinds: set[str]) -> dict[str, float]:
    """What the rules that hold add to a score."""
    if "match" in kinds:
        return {"match": max(PATTERN, PATTERN_FLOOR - logit)}
    if "keyword" in kinds:
        return {"keyword": max(KEYWORD, KEYWORD_FLOOR - logit)}
    return {}


def against(measured: Measured) -> float:
    """How strongly a counter-example speaks, 0..1: only if it is nearer than the intent's own phrases."""
    counter = measured.against
    own = measured.nearest.similarity if measured.nearest is not None else 0.0
    if counter is None or counter.similarity < own:
        return 0.0
    return max(0.0, (counter.recall - COUNTER_FROM) / (1 - COUNTER_FROM))


def strangeness(measured: Measured) -> float:
    """How far unknown words stand where the phrase has its own: "I lost my dog" beside "I lost my card"."""
    told = measured.nearest.told if measured.nearest is not None else 0.0
    return measured.strange * (1.0 - told)


def command_ceiling(measured: Measured) -> float:
    """A command is meant by much of a phrase that tells something, or by all of it within the message."""
    near = measured.nearest
    if near is None or not near.told or near.opposite == WISH:
        return NO_COMMAND
    return inf if near.within or near.similarity >= COMMAND_LIKE else MAYBE_COMMAND


def finally_scored(scored: Scored, final: Collection[str]) -> Scored:
    """Decisive rules leave nothing to weigh: their intents share what is to be had."""
    probability = FINAL / len(final) if scored.intent in final else (1 - FINAL) / 100
    return scored._replace(probability=probability)
