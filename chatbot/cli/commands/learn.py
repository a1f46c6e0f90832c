"""`chatbot learn`: what customers wrote and the bot did not understand, as a patch to review."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chatbot.cli import learning
from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import load_clean, project_root
from chatbot.cli.showing import count
from chatbot.errors import OperatorError
from chatbot.storage.location import database_path


@click.command(
    cls=Command,
    examples=("chatbot learn", "chatbot learn messages.txt", "chatbot learn --output intents/learnt.yaml"),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--least", type=click.IntRange(1), default=2, show_default=True, help="Messages that make a group worth an intent."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the patch here.")
@common("text", "json")
def command(terminal: Terminal, *, file: Path | None, least: int, output: Path | None) -> None:
    """Propose intents and phrases for what was not understood.

    The messages are those of the database that a fallback answered, or those of FILE (one a line, or a CSV with a
    column `text`). Those that today's bot understands are left out, the others are grouped. Nothing is changed: the
    patch is YAML for an author to review.
    """
    program, _ = load_clean(terminal)
    if file is not None:
        texts = learning.texts_of(file)
    else:
        path = database_path(project_root(terminal), program.bot.store)
        if not path.exists():
            raise OperatorError(f"{path} does not exist yet: there is nothing to learn from; name a FILE of messages")
        texts = learning.missed_in(path)
    found, collisions = learning.proposals(program, texts)
    if terminal.format == "json":
        told = json.dumps(learning.to_json(found, collisions), ensure_ascii=False, indent=2)
    else:
        told = learning.patch(found, collisions, least)
    if output is not None:
        output.write_text(told + "\n", encoding="utf-8")
    else:
        terminal.data(told)
    missed = sum(one.group.count for one in found)
    terminal.say(f"{count(missed, 'message')} of {len(texts)} not understood, in {count(len(found), 'group')}")
