"""`chatbot new`: a project that checks and tests clean, to be changed from there."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Final

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.errors import OperatorError

STARTERS: Final = Path(__file__).parents[2] / "starters"
NEXT: Final = {
    "chatbot chat": "talk to it",
    "chatbot test": "play its conversation tests",
    "chatbot serve": "run it, with its web chat",
}
IGNORED: Final = ".chatbot/\n*.db\n*.db-*\n*.db.*\n.env\n"
"""What `serve` makes beside the files and what holds secrets: neither belongs into version control."""


@click.command(cls=Command, examples=("chatbot new my-bot", "chatbot new my-bot --starter plain"))
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--starter",
    type=click.Choice(sorted(path.name for path in STARTERS.iterdir() if (path / "bot.yaml").exists())),
    default="plain",
    show_default=True,
    help="What it begins as.",
)
@common()
def command(terminal: Terminal, folder: Path, starter: str) -> None:
    """Make a new project in DIR.

    It asks nothing and never writes over a file: DIR must not exist yet, or be empty. Exit code 3 otherwise.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OperatorError(f"{folder} is there already and not empty: name another folder")
    try:
        shutil.copytree(STARTERS / starter, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"cannot write {error.filename or folder}: {error.strerror}") from None
    terminal.data(f"made {folder}: bot.yaml, intents/, flows/, tests/\nnext, after `cd {shlex.quote(str(folder))}`:")
    for line, what in NEXT.items():
        terminal.data(f"  {line:<14} {what}")
