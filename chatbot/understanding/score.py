"""Evidence -> probability: one sum an intent, one curve for all bots.

The weights of words, coverage, phrase, recall, unknown words and size were fitted by logistic regression on the dev
messages of BANKING77, CLINC150 and HWU64, read by small bots drawn from their training rows (4 to 150 intents, 3 to
100 phrases each; a third of the messages out of scope), LOUD, COVERAGE and PHRASE then raised as far as messages of no
intent need it and the fit hardly suffers. HOLLOW is harder than fitted, and the rules, negation and
STRANGE are by hand: a shop's bot that starts a flow on a stranger's words annoys more than one that asks.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log

from chatbot.understanding.classifier import Cover, Measured
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


PARTS = (
    "start", "words", "coverage", "phrase", "unknown words", "no telling word", "the very phrase", "strange words",
    "running flow", "match", "keyword", "not", "negation", "weak for a command",
)  # fmt: skip
ALWAYS = 4
"""What a score is the sum of; the first ones are always told, the others where they are something."""


@dataclass(slots=True)
class Scored:
    """One intent's evidence (`terms`, one for each of PARTS, sum up to `logit`) and what it comes to."""

    intent: str
    logit: float
    probability: float
    terms: tuple[float, ...]
    measured: Measured
    cover: Cover
    rules: tuple[Rule, ...] = ()

    @property
    def parts(self) -> dict[str, float]:
        named = enumerate(zip(PARTS, self.terms, strict=True))
        return {name: value for place, (name, value) in named if value or place < ALWAYS}


def size_of(intents: int, phrases: float) -> float:
    """What a bot's size adds to every score; `phrases`: how many an intent has."""
    return MORE_INTENTS * log(max(2, intents)) + MORE_PHRASES * log(min(50.0, max(2.0, phrases)))


def weigh(
    cover: Cover,
    measured: list[Measured],
    rules: Sequence[Rule],
    decisive: frozenset[str],
    running: frozenset[str],
    size: float,
    commands: Container[str] = (),
) -> list[Scored]:
    """All candidates, best first; probabilities sum to one at most. `size` is that of size_of."""
    common = (
        BIAS + size,
        COVERAGE * cover.coverage,
        PHRASE * cover.phrase + RECALL * cover.recall,
        FOREIGN * cover.foreign,
        HOLLOW if cover.hollow else 0.0,
    )
    scored = [
        scored_by(
            one,
            cover,
            common,
            tuple([rule for rule in rules if rule.intent == one.intent]) if rules else (),
            one.intent in running,
            one.intent in commands,
        )
        for one in measured
    ]
    if rules or measured[0].verbatim:
        final = {rule.intent for rule in rules if rule.intent in decisive} or {
            one.intent for one in measured if one.verbatim
        }
        if final:
            scored = [finally_scored(each, final) for each in scored]
    if len(scored) == 1:
        return scored
    total = sum([each.probability for each in scored])
    if total > SURE:
        for each in scored:
            each.probability = each.probability * SURE / total
    return sorted(scored, key=place)


def place(scored: Scored) -> tuple[float, float, str]:
    """What candidates are ordered by."""
    return -scored.probability, -scored.logit, scored.intent


def scored_by(
    measured: Measured,
    cover: Cover,
    common: tuple[float, float, float, float, float],
    rules: tuple[Rule, ...],
    is_running: bool,
    is_command: bool,
) -> Scored:
    """One intent. `common` is the same for all: start, coverage, phrase, unknown words, no telling word."""
    share, near = measured.share, measured.nearest
    start, coverage, phrase, unknown, hollow = common
    exact = measured.verbatim or (near is not None and near.similarity > SURE)
    said = said_by(measured.words, share)
    very = EXACT if exact else 0.0
    strange = STRANGE * strangeness(measured, cover) if cover.strange and not exact else 0.0
    runs = RUNNING if is_running else 0.0
    logit = start + said + coverage + phrase + unknown + hollow + very + strange + runs
    match = keyword = no = denied = weak = 0.0
    if rules:
        match, keyword = by_rules(logit, {rule.kind for rule in rules})
        logit += match + keyword
    if not exact and (measured.against is not None or is_command or (near is not None and near.opposite)):
        no, denied, weak = ceilings(measured, logit, is_command)
        logit += no + denied + weak
    probability = min(SURE, 1 / (1 + exp(-logit))) if logit > -50.0 else 0.0
    terms = (start, said, coverage, phrase, unknown, hollow, very, strange, runs, match, keyword, no, denied, weak)
    return Scored(measured.intent, logit, probability, terms, measured, cover, rules)


def said_by(words: float, share: float) -> float:
    """What words add to a score; as in Measured."""
    return SHARE * log((share + SHORT_OF_SHARE) / (1 - share + SHORT_OF_SHARE)) + LOUD * words


def at_most(words: float, share: float, size: float) -> float:
    """The most that an intent can come to of which words say so much, if no rule and no very phrase speaks for it."""
    logit = BIAS + size + said_by(words, share) + COVERAGE + PHRASE + RECALL + RUNNING
    return 1 / (1 + exp(-logit)) if logit > -50.0 else 0.0


def ceilings(measured: Measured, logit: float, is_command: bool) -> tuple[float, float, float]:
    """What holds a score down: a counter-example, the opposite of a phrase, too little for a command."""
    no = denied = weak = 0.0
    if measured.against is not None:
        no = min(0.0, against(measured) * min(COUNTER, COUNTER_CEILING - logit))
    if measured.nearest is not None and measured.nearest.opposite:
        denied = measured.nearest.opposite * min(0.0, NEGATION_CEILING - logit - no)
    if is_command:
        weak = min(0.0, command_ceiling(measured) - logit - no - denied)
    return no, denied, weak


def by_rules(logit: float, kinds: set[str]) -> tuple[float, float]:
    """What a pattern and a keyword that hold add to a score; a pattern goes before a keyword."""
    if "match" in kinds:
        return max(PATTERN, PATTERN_FLOOR - logit), 0.0
    return 0.0, max(KEYWORD, KEYWORD_FLOOR - logit) if "keyword" in kinds else 0.0


def against(measured: Measured) -> float:
    """How strongly a counter-example speaks, 0..1: only if it is nearer than the intent's own phrases."""
    counter = measured.against
    own = measured.nearest.similarity if measured.nearest is not None else 0.0
    if counter is None or counter.similarity < own:
        return 0.0
    return max(0.0, (counter.recall - COUNTER_FROM) / (1 - COUNTER_FROM))


def strangeness(measured: Measured, cover: Cover) -> float:
    """How far unknown words stand where the phrase has its own: "I lost my dog" beside "I lost my card"."""
    told = measured.nearest.told if measured.nearest is not None else 0.0
    return cover.strange * (1.0 - told)


def command_ceiling(measured: Measured) -> float:
    """A command is meant by much of a phrase that tells something, or by all of it within the message."""
    near = measured.nearest
    if near is None or not near.told or near.opposite == WISH:
        return NO_COMMAND
    return inf if near.within or near.similarity >= COMMAND_LIKE else MAYBE_COMMAND


def finally_scored(scored: Scored, final: Collection[str]) -> Scored:
    """Decisive rules leave nothing to weigh: their intents share what is to be had."""
    probability = FINAL / len(final) if scored.intent in final else (1 - FINAL) / 100
    return replace(scored, probability=probability)
