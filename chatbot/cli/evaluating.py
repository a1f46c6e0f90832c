"""Builds a bot from labelled messages or a project, reads others with it, and measures what that took."""

from __future__ import annotations

import csv
import gc
import re
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from chatbot.content.bot_file import Bot
from chatbot.content.models import Intent
from chatbot.content.phrase import END, SLOT, PhraseError, sentences
from chatbot.content.program import Program
from chatbot.settling import settle
from chatbot.understanding import Context, Understanding
from chatbot.understanding.collisions import Collision
from chatbot.understanding.evaluation import OUT, Judged
from chatbot.understanding.language import spoken_language
from chatbot.understanding.phrases import escaped

Rows = Sequence[tuple[str, str]]
"""(text, intent) of each message."""

FOLDS: Final = 5
PER_TEMPLATE: Final = 3
"""Sentences of one template that are asked: a template of a hundred is one phrase, not a hundred."""

_SLOT: Final = re.compile(f"{SLOT}([^{END}]*){END}")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was read, and what it took; times in seconds, memory in MB above what was there before."""

    judged: tuple[Judged, ...]
    seconds: tuple[float, ...]
    build_seconds: float
    memory_mb: float
    phrases: Mapping[str, int]
    languages: tuple[str, ...]
    collisions: Sequence[Collision]

    @property
    def speed(self) -> dict[str, float]:
        """Messages a second, and how long half and 99 of 100 of them took at most, in microseconds."""
        ordered = sorted(self.seconds) or [0.0]
        total = sum(ordered)
        return {
            "messages_per_second": round(len(ordered) / total) if total else 0,
            "p50_us": round(1e6 * ordered[len(ordered) // 2], 1),
            "p99_us": round(1e6 * ordered[len(ordered) * 99 // 100], 1),
        }


def rows_of(path: Path) -> Rows:
    """The rows of a CSV file with the columns text and intent. UsageError where it is something else."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"text", "intent"} <= set(reader.fieldnames or ()):
                raise click.UsageError(f"{path}: its first line must name the columns, as in `text,intent`")
            rows = [(row["text"], (row["intent"] or "").strip()) for row in reader if row["text"]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.UsageError(f"{path} is no CSV in UTF-8: {error}") from None
    unnamed = next((number for number, (_, intent) in enumerate(rows, 2) if not intent), None)
    if unnamed is not None:
        raise click.UsageError(f"{path}:{unnamed}: no intent; write `{OUT}` for a message that belongs to none")
    if not rows:
        raise click.UsageError(f"{path} has no rows")
    return rows


def program_of(rows: Rows, language: str | None) -> Program:
    """A bot that knows these messages and nothing else; those out of scope teach nothing."""
    said: dict[str, list[str]] = {}
    for text, intent in rows:
        if intent != OUT:
            said.setdefault(intent, []).append(escaped(text))
    if not said:
        raise click.UsageError(f"nothing to learn from: every row is `{OUT}`")
    spoken = language or spoken_language([text for text, intent in rows if intent != OUT])
    bot = Bot.model_validate({"name": "evaluation", "languages": [spoken]})
    intents = {name: Intent.model_construct(say=tuple(texts)) for name, texts in said.items()}
    return Program("evaluation", bot, intents, {}, {})


def measure(program: Program, rows: Rows) -> Measured:
    """Build a bot and read the messages, one by one and each for the first time."""
    gc.collect()
    before = _memory()
    began = time.perf_counter()
    understanding = Understanding.build(program)
    built = time.perf_counter() - began
    settle()  # as a server does when it has loaded its bot
    context = Context(language=program.bot.languages[0], locale=program.bot.languages[0])
    for text in _warm(program):
        understanding.read(text, context)
    seconds: list[float] = []
    readings: list[str] = []
    for text, _ in rows:
        start = time.perf_counter()
        reading = understanding.read(text, context)
        seconds.append(time.perf_counter() - start)
        readings.append(reading.command or reading.intent)
    memory = max(0.0, _memory() - before)
    gc.unfreeze()
    judged = [
        Judged(text, intent, *understanding.judge(text, context), started)
        for (text, intent), started in zip(rows, readings, strict=True)
    ]
    phrases = {name: len(_templates(one)) for name, one in program.intents.items() if one.command is None}
    near = understanding.collisions()
    return Measured(tuple(judged), tuple(seconds), built, memory, phrases, program.bot.languages, near)


def cross_validate(program: Program, say: Callable[[str], None]) -> Measured:
    """Each phrase read by a bot that was built without it, in five rounds; commands are no intents here."""
    parts: list[Measured] = []
    for fold in range(FOLDS):
        say(f"round {fold + 1} of {FOLDS}")
        known, asked = _split(program, fold)
        if asked:
            parts.append(measure(known, asked))
    if not parts:
        raise click.UsageError("no intent has two phrases: nothing can be held back to ask about")
    return Measured(
        tuple(one for part in parts for one in part.judged),
        tuple(one for part in parts for one in part.seconds),
        sum(part.build_seconds for part in parts) / len(parts),
        max(part.memory_mb for part in parts),
        {name: len(_templates(one)) for name, one in program.intents.items() if one.command is None},
        program.bot.languages,
        Understanding.build(program).collisions(),
    )


def _split(program: Program, fold: int) -> tuple[Program, Rows]:
    intents: dict[str, Intent] = {}
    asked: list[tuple[str, str]] = []
    for name, intent in program.intents.items():
        if intent.command is not None:
            intents[name] = intent
            continue
        spoken = intent.say if isinstance(intent.say, Mapping) else {"": intent.say}
        held = [text for texts in spoken.values() for text in _held_back(texts, fold)]
        kept = {code: tuple(text for text in texts if text not in held) for code, texts in spoken.items()}
        say = kept if isinstance(intent.say, Mapping) else kept[""]
        intents[name] = intent.model_copy(update={"say": say})
        asked += [(text, name) for template in sorted(held) for text in _sentences(template)]
    return replace(program, intents=intents), asked


def _held_back(texts: Sequence[str], fold: int) -> Sequence[str]:
    """The phrases of one language that are asked in this round; an only one is always known."""
    return texts[fold::FOLDS] if len(texts) > 1 else ()


def _sentences(template: str) -> Iterator[str]:
    """A few sentences of a template, slots without their braces."""
    try:
        made = sentences(template)
    except PhraseError:
        made = (template,)
    step = max(1, len(made) // PER_TEMPLATE)
    yield from (_SLOT.sub(r"\1", text).replace("_", " ") for text in made[::step][:PER_TEMPLATE])


def _templates(intent: Intent) -> Sequence[str]:
    if isinstance(intent.say, Mapping):
        return [text for texts in intent.say.values() for text in texts]
    return intent.say


def _warm(program: Program) -> Iterable[str]:
    """A few phrases, so that the first message does not pay for what is done once."""
    return [texts[0] for intent in program.intents.values() if (texts := _templates(intent))][:50]


def _memory() -> float:
    """The memory of this process in MB."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError):  # not Linux: the most it ever had
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20
