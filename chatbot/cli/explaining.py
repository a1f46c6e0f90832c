"""How a message was understood and what the bot did about it, in words first and in numbers after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chatbot.content.program import Program
from chatbot.content.steps import ConfirmStep, SayStep
from chatbot.types import Trace
from chatbot.understanding import Explanation
from chatbot.understanding.explain import Candidate

_MEANS: Final = {
    "words": "its words",
    "coverage": "how much of the message its phrases know",
    "unknown words": "words that stand in no phrase",
    "no telling word": "no word that tells one intent from another",
    "running flow": "its flow is running",
    "not": "a counter-example (`not:`)",
}
_INTENTS_SHOWN: Final = 3
_WORDS_SHOWN: Final = 4
_LEAST: Final = 0.5
"""What adds less than this to a score is left to the numbers."""


def understood(explanation: Explanation) -> str:
    """The message, what was seen in it, and for each intent what speaks for it and against it."""
    lines = [f"“{explanation.text}”", *(f"  {line}" for line in _seen(explanation))]
    for one in explanation.candidates[:_INTENTS_SHOWN]:
        lines.append(f"  {one.probability:5.2f}  {one.intent}")
        for side, reasons in (("for", _reasons(one, 1)), ("against", _reasons(one, -1))):
            if reasons:
                lines.append(f"         {side}: {'; '.join(reasons)}")
        lines.append("         " + ", ".join(f"{name} {value:+.2f}" for name, value in one.parts.items()))
    return "\n".join(lines)


def _seen(explanation: Explanation) -> Iterator[str]:
    reading = explanation.reading
    yield f"command: {reading.command}" if reading.command else explanation.verdict
    if reading.then:
        yield f"two requests: {reading.intent}, then {reading.then}"
    if repairs := [f"{word.written} → {word.taken_for}" for word in explanation.words if word.taken_for]:
        yield f"read as: {', '.join(repairs)}"
    if foreign := [word.written for word in explanation.words if not word.known and not word.written.startswith("{")]:
        yield f"in no phrase: {', '.join(foreign)}"
    if reading.found:
        yield f"found: {', '.join(f'{one.type} {one.value}' for one in reading.found)}"


def _reasons(one: Candidate, sign: int) -> list[str]:
    """What pulled a score one way, the strongest first."""
    pulls = sorted(((name, value) for name, value in one.parts.items() if value * sign > 0), key=lambda p: -abs(p[1]))
    if any(name == "the very phrase" for name, _ in pulls):
        pulls = [pull for pull in pulls if pull[0] != "phrase"]
    return [said for name, value in pulls if abs(value) >= _LEAST and (said := _reason(one, name, sign))]


def _reason(one: Candidate, name: str, sign: int) -> str:
    match name:
        case "start":  # the same for every intent
            return ""
        case "the very phrase":
            return f"the very phrase “{one.phrase}”"
        case "phrase":
            return f"it is like “{one.phrase}”" if one.phrase else "it is like a phrase"
        case "match" | "keyword":
            return ", ".join(rule for rule in one.rules if rule.startswith(name)) or name
        case "words":
            # Pairs of words weigh too, and the place of a word; to people only plain words say something.
            telling = [word for word, value in one.words.items() if value * sign > 0 and word.isalpha()][:_WORDS_SHOWN]
            return f"{_MEANS[name]} ({', '.join(telling)})" if telling else _MEANS[name]
        case _:
            return _MEANS.get(name, name)


def done(program: Program, trace: Sequence[Trace]) -> list[str]:
    """What the bot did, a line a step; the texts of steps in full where their address has only a part of them."""
    return [f"  {_place(program, entry.at)}{f': {entry.note}' if entry.note else ''}" for entry in trace]


def _place(program: Program, at: str) -> str:
    flow, _, address = at.partition("/")
    node = program.flows[flow].nodes.get(address) if flow in program.flows else None
    match node.step if node else None:
        case SayStep(say=texts) if texts:
            return f"{flow}/say “{texts[0].source}”"
        case ConfirmStep(confirm=texts):
            return f"{flow}/confirm “{texts[0].source}”"
        case _:
            return at
