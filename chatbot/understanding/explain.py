"""Why a message was read as it was: every part of every candidate's score, as data and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.types import Json, Reading
from chatbot.understanding.classifier import Classifier
from chatbot.understanding.message import Message
from chatbot.understanding.score import Scored

MOST_EXPLAINED = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the message, what it was taken for ("" as written), how much it says, whether the bot knows it."""

    written: str
    taken_for: str
    says: float
    known: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """One intent: `parts` sum up to the score before the curve.

    `words`: what each word and relation adds to `words_score`, the sum that "words" is made from; the loudest first.
    """

    intent: str
    probability: float
    score: float
    parts: Mapping[str, float]
    words: Mapping[str, float]
    words_score: float
    phrase: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    text: str
    reading: Reading
    words: tuple[Word, ...]
    candidates: tuple[Candidate, ...]
    verdict: str

    def to_json(self) -> Json:
        """Plain dicts and lists; numbers as they are."""
        return {
            "text": self.text,
            "language": self.reading.language,
            "command": self.reading.command,
            "intent": self.reading.intent,
            "then": self.reading.then,
            "close": list(self.reading.close),
            "verdict": self.verdict,
            "words": [
                {"written": word.written, "taken_for": word.taken_for, "says": word.says, "known": word.known}
                for word in self.words
            ],
            "candidates": [
                {
                    "intent": one.intent,
                    "probability": one.probability,
                    "score": one.score,
                    "parts": dict(one.parts),
                    "words": dict(one.words),
                    "words_score": one.words_score,
                    "phrase": one.phrase,
                    "rules": list(one.rules),
                }
                for one in self.candidates
            ],
            "found": [{"type": one.type, "value": one.value, "raw": one.raw} for one in self.reading.found],
        }

    def render(self) -> str:
        """The explanation as lines of text."""
        lines = [f"“{self.text}”"]
        repairs = [f"{word.written} → {word.taken_for}" for word in self.words if word.taken_for]
        foreign = [word.written for word in self.words if not word.known]
        lines += [f"  read as: {', '.join(repairs)}"] if repairs else []
        lines += [f"  not in any phrase: {', '.join(foreign)}"] if foreign else []
        lines += [f"  found: {', '.join(f'{one.type} {one.value}' for one in self.reading.found)}"] * bool(
            self.reading.found
        )
        lines += [f"  command: {self.reading.command}"] if self.reading.command else []
        for one in self.candidates:
            lines.append(f"  {one.probability:5.2f}  {one.intent}" + (f"   like “{one.phrase}”" if one.phrase else ""))
            lines.append("         " + ", ".join(f"{name} {value:+.2f}" for name, value in one.parts.items()))
        lines.append(f"  {self.verdict}")
        if self.reading.then:
            lines.append(f"  Two requests: {self.reading.intent}, then {self.reading.then}.")
        return "\n".join(lines)


def explained(
    text: str, reading: Reading, message: Message, scored: Sequence[Scored], classifier: Classifier, verdict: str
) -> Explanation:
    words = tuple(
        Word(known.word, known.repaired, round(known.mass, 3), known.stem.split()[0] in classifier.lexicon.masses)
        for known in map(classifier.lexicon.know, message.written)
        if known.stem
    )
    candidates = tuple(candidate(one, message, classifier) for one in scored[:MOST_EXPLAINED])
    return Explanation(text, reading, words, candidates, verdict)


def candidate(scored: Scored, message: Message, classifier: Classifier) -> Candidate:
    known = scored.intent in classifier.weights.intents
    adds = classifier.weights.contributions(message.words, message.shown(), scored.intent) if known else {}
    loudest = sorted(adds.items(), key=lambda item: (-abs(item[1]), item[0]))
    return Candidate(
        scored.intent,
        round(scored.probability, 4),
        round(scored.logit, 6),
        {name: round(value, 6) for name, value in scored.parts.items()},
        {name: round(value, 6) for name, value in loudest},
        round(sum(adds.values()), 6),
        scored.measured.nearest.written if scored.measured.nearest is not None else "",
        tuple(f"{rule.kind}: {rule.written}" for rule in scored.rules),
    )
