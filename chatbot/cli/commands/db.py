"""`chatbot db`: the database's schema, health and backups. Reading and backing up work beside a running server."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chatbot.cli import database
from chatbot.cli.command import Command, Group, Terminal, common
from chatbot.cli.project import load_clean, project_root
from chatbot.errors import OperatorError
from chatbot.storage import migrate
from chatbot.storage.location import database_path
from chatbot.storage.sqlite.lock import FileLock


@click.command(cls=Group, examples=("chatbot db status", "chatbot db upgrade", "chatbot db backup /backups/monday.db"))
def command() -> None:
    """Look after the database: upgrade, status, check, backup."""


def _path(terminal: Terminal) -> Path:
    program, _ = load_clean(terminal)
    return database_path(project_root(terminal), program.bot.store)


def _existing(terminal: Terminal) -> Path:
    path = _path(terminal)
    if not path.exists():
        raise OperatorError(f"{path} does not exist yet: `chatbot serve` or `chatbot db upgrade` makes it")
    return path


@command.command("upgrade", cls=Command, examples=("chatbot db upgrade",))
@common("text", "json")
def upgrade(terminal: Terminal) -> None:
    """Bring the database to this version's schema.

    All or nothing. Not while a server runs: `serve` upgrades at its start.
    """
    path = _path(terminal)
    before = migrate.status(path)
    lock = FileLock.take(path)
    try:
        after = migrate.upgrade(path)
    finally:
        lock.release()
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, "file": str(path), "before": before.current, "now": after.current}))
    elif before.up_to_date:
        terminal.say(f"{path} is up to date (schema {after.current})")
    else:
        terminal.say(f"{path} is at schema {after.current} now" + (f", was {before.current}" if before.current else ""))


@command.command("status", cls=Command, examples=("chatbot db status", "chatbot db status --format json"))
@common("text", "json")
def status(terminal: Terminal) -> int:
    """Say where the database is and how new it is.

    Exit code 1 when its schema is not this version's.
    """
    path = _path(terminal)
    found = migrate.status(path)
    size = path.stat().st_size if path.exists() else 0
    if terminal.format == "json":
        whole = {"version": 1, "file": str(path), "exists": path.exists(), "bytes": size}
        terminal.data(
            json.dumps({**whole, "schema": found.current, "head": found.head, "up_to_date": found.up_to_date})
        )
    elif not path.exists():
        terminal.data(f"{path} does not exist yet: `chatbot serve` or `chatbot db upgrade` makes it")
    else:
        advice = "up to date" if found.up_to_date else f"this version wants {found.head}: run `chatbot db upgrade`"
        terminal.data(f"{path}: {size:,} bytes, schema {found.current or 'none'}, {advice}")
    return 0 if found.up_to_date else 1


@command.command("check", cls=Command, examples=("chatbot db check",))
@common("text", "json")
def check(terminal: Terminal) -> int:
    """Look for damage in the database.

    Reads all of it. Exit code 1 when something is wrong.
    """
    path = _existing(terminal)
    problems = database.damage(path)
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, "file": str(path), "problems": list(problems)}, ensure_ascii=False))
    else:
        for problem in problems:
            terminal.data(problem)
    terminal.say(f"{path}: " + ("damaged; restore a backup" if problems else "no damage found"))
    return 1 if problems else 0


@command.command("backup", cls=Command, examples=("chatbot db backup /backups/monday.db",))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@common()
def backup(terminal: Terminal, file: Path) -> None:
    """Copy the database to FILE, also while the bot runs.

    The copy is one consistent moment. FILE must not exist; it is readable by you alone, for it holds what customers
    wrote.
    """
    path = _existing(terminal)
    database.backup(path, file)
    terminal.say(f"{file}: {file.stat().st_size:,} bytes")
