"""What customers wrote and no flow started on: from the store or a file, grouped, as a patch to review."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import yaml

from chatbot.content.program import Program
from chatbot.errors import OperatorError
from chatbot.types import Json
from chatbot.understanding import Context, Understanding
from chatbot.understanding.clustering import Group, groups_of
from chatbot.understanding.collisions import Collision
from chatbot.understanding.phrases import escaped

MISSED: Final = ("system.fallback", "system.clarify")
"""System flows that speak where a message was not understood."""

NEAR: Final = 0.2
"""Mean probability from which the messages of a group belong to an intent that is there."""
PHRASES: Final = 10
NEWEST: Final = 50_000
"""Messages of the store that are looked at."""

_MISSES: Final = """
    SELECT said.text FROM messages AS said
    JOIN messages AS next ON next.id = (
        SELECT min(id) FROM messages WHERE conversation = said.conversation AND id > said.id AND author = 'bot')
    WHERE said.author = 'customer' AND said.text <> '' AND (next.origin LIKE ? OR next.origin LIKE ?)
    ORDER BY said.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A group of messages, and the intent they seem to belong to ("" for a new one)."""

    group: Group
    intent: str
    probability: float

    @property
    def name(self) -> str:
        return self.intent or self.group.name

    @property
    def phrases(self) -> tuple[str, ...]:
        return self.group.texts[:PHRASES]


def missed_in(path: Path) -> list[str]:
    """Messages of the store that were answered with a fallback or a question back, oldest first."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute(_MISSES, (*(f"{flow}%" for flow in MISSED), NEWEST)).fetchall()
    except sqlite3.Error as error:
        raise OperatorError(f"{path} cannot be read: {error}; `chatbot db status` says how it is") from error
    return [str(text) for (text,) in reversed(rows)]


def texts_of(path: Path) -> list[str]:
    """The messages of a file: a CSV with a column `text`, else a message a line."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is not UTF-8: {error}") from None
    first = next(csv.reader(io.StringIO(content.split("\n", 1)[0])), [])
    if "text" in first:
        return [row["text"] for row in csv.DictReader(io.StringIO(content)) if row["text"]]
    return [line.strip() for line in content.splitlines() if line.strip()]


def proposals(program: Program, texts: Sequence[str]) -> tuple[list[Proposal], list[Collision]]:
    """What to add for the messages that today's bot does not understand, and phrases of two intents that collide."""
    understanding = Understanding.build(program)
    language = program.bot.languages[0]
    context = Context(language=language, locale=language)
    open_ones = []
    for text in texts:
        reading = understanding.read(text, context)
        if not (reading.command or reading.intent):
            open_ones.append(text)
    groups = groups_of(open_ones, language)
    return [proposed(group, understanding, context, program) for group in groups], understanding.collisions()


def proposed(group: Group, understanding: Understanding, context: Context, program: Program) -> Proposal:
    chances: dict[str, float] = {}
    for text in group.texts:
        for intent, probability in understanding.judge(text, context)[0]:
            if program.intents[intent].command is None:
                chances[intent] = chances.get(intent, 0.0) + probability / len(group.texts)
    best = max(chances, key=lambda intent: (chances[intent], intent), default="")
    if not best or chances[best] < NEAR:
        return Proposal(group, "", 0.0)
    return Proposal(group, best, chances[best])


def patch(found: Sequence[Proposal], collisions: Sequence[Collision], least: int) -> str:
    """A file for `intents/`: groups of at least so many messages; smaller ones are told as comments."""
    kept = [one for one in found if one.group.count >= least]
    small = [one for one in found if one.group.count < least]
    lines = [
        f"# {sum(one.group.count for one in found)} messages that started nothing, in {len(found)} groups.",
        "# Read it, rename, throw out what is no request, move phrases to where their intent is.",
    ]
    if kept:
        lines.append("intents:")
    merged: dict[str, list[Proposal]] = {}
    for one in kept:
        merged.setdefault(one.name, []).append(one)
    for name, parts in merged.items():
        count = sum(one.group.count for one in parts)
        known = max(one.probability for one in parts)
        lines.append(
            f"  {name}:  # {count} messages; " + (f"more phrases for it ({known:.2f})" if parts[0].intent else "new")
        )
        if not parts[0].intent:
            lines.append(f"    title: {scalar(name.replace('_', ' ').capitalize())}")
        lines.append("    say:")
        lines += [f"      - {scalar(escaped(text))}" for one in parts for text in one.phrases]
    if small:
        lines += ["", "# Said by few:", *(f"#   {scalar(one.group.texts[0])}" for one in small[:50])]
    if collisions:
        lines += ["", "# Intents that may be one, or share a phrase too many:"]
        lines += [
            f"#   {one.intent} {scalar(one.phrase)}  and  {one.other_intent} {scalar(one.other_phrase)}"
            for one in collisions[:20]
        ]
    return "\n".join(lines)


def scalar(text: str) -> str:
    """A text as one line of YAML."""
    line = " ".join(text.split())
    return str(yaml.safe_dump(line, allow_unicode=True, width=10_000, default_style='"')).strip()


def to_json(found: Sequence[Proposal], collisions: Sequence[Collision]) -> Json:
    return {
        "version": 1,
        "groups": [
            {
                "name": one.name,
                "new": not one.intent,
                "probability": round(one.probability, 4),
                "count": one.group.count,
                "phrases": list(one.group.texts),
            }
            for one in found
        ],
        "collisions": [
            {
                "intent": one.intent,
                "phrase": one.phrase,
                "other_intent": one.other_intent,
                "other_phrase": one.other_phrase,
                "likeness": one.likeness,
            }
            for one in collisions
        ],
    }
