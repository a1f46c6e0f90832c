"""`chatbot doctor`: looks at everything `serve` will need, and says what to do about what is missing."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import socket
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import aiohttp
import click

from chatbot.channels.registry import open_channel
from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.desk import open_desk
from chatbot.cli.operator_client import NoServer, ServerDesk
from chatbot.cli.project import load, project_root
from chatbot.cli.showing import count, day, safe
from chatbot.content.load import Loaded
from chatbot.content.program import Program
from chatbot.conversation.ledgers import Unused
from chatbot.errors import ChatbotError, OperatorError
from chatbot.integrations.caller import ProjectCaller
from chatbot.storage import migrate
from chatbot.storage.location import database_path
from chatbot.storage.s3 import S3
from chatbot.storage.sqlite.history import histories
from chatbot.testing.cases import load_cases
from chatbot.types import Json

Level = Literal["ok", "warn", "fail"]
_COLORS: Final = {"ok": "green", "warn": "yellow", "fail": "red"}
MOST_TYPES: Final = 10
"""Types of unused events that are shown, the most frequent."""

_OLDEST: Final = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `advice` says what to do when it is not ok."""

    level: Level
    name: str
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class _Patient:
    root: Path
    loaded: Loaded
    port: int
    running: bool


@click.command(cls=Command, examples=("chatbot doctor", "chatbot doctor --online", "chatbot doctor --format json"))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    envvar="CHATBOT_PORT",
    help="Port `serve` will take.",
)
@click.option("--online", is_flag=True, help="Ask the platforms, and a bucket of `files:`, too.")
@common("text", "json")
def command(terminal: Terminal, port: int, *, online: bool) -> int:
    """Check that this machine has what the bot needs.

    Changes nothing; actions.py is imported, and --online writes a small file to a bucket and deletes it. Exit code 1
    when something would keep `serve` from working.
    """
    root = project_root(terminal)
    running, server = _server(root)
    patient = _Patient(root, load(terminal), port, running)
    findings = [finding for look in (_python, _files, _variables, _database) for finding in look(patient)]
    findings += [*server, *_port(patient), *_channels(patient), *_calls(patient)]
    if online and not any(finding.level == "fail" for finding in findings):
        findings += [*_platforms(terminal), *asyncio.run(_bucket(patient))]
    failed = sum(finding.level == "fail" for finding in findings)
    if terminal.format == "json":
        checks = [asdict(finding) for finding in findings]
        terminal.data(json.dumps({"version": 1, "checks": checks}, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            terminal.data(_line(finding))
    terminal.say(f"{count(failed, 'problem')} to solve before `chatbot serve`" if failed else "all is well")
    return 1 if failed else 0


def _line(finding: Finding) -> str:
    mark = click.style(f"{finding.level:4}", fg=_COLORS[finding.level], bold=finding.level != "ok")
    advice = f"\n{'':17}-> {finding.advice}" if finding.advice else ""
    return f"{mark} {finding.name:11} {finding.message}{advice}"


def _python(_: _Patient) -> Iterator[Finding]:
    said = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if sys.version_info[:2] < _OLDEST:
        yield Finding("fail", "python", said, "install Python 3.11 or newer")
    else:
        yield Finding("ok", "python", said)


def _files(patient: _Patient) -> Iterator[Finding]:
    cases = load_cases(patient.root, patient.loaded.program)
    problems = (*patient.loaded.diagnostics, *cases.diagnostics)
    errors = sum(problem.is_error for problem in problems)
    said = f"{count(len({**patient.loaded.sources, **cases.sources}), 'file')} in {patient.root}"
    if errors:
        yield Finding("fail", "files", f"{said}: {count(errors, 'error')}", "`chatbot check` lists them")
    elif problems:
        yield Finding("warn", "files", f"{said}: {count(len(problems), 'warning')}", "`chatbot check` lists them")
    else:
        yield Finding("ok", "files", said)


def _variables(patient: _Patient) -> Iterator[Finding]:
    for name in patient.loaded.unset_variables:
        yield Finding(
            "fail", "environment", f"{name} is not set", f"export {name}=..., or write ${{{name}:-default}} in bot.yaml"
        )
    if not patient.loaded.unset_variables:
        yield Finding("ok", "environment", "every variable bot.yaml names is set")


def _database(patient: _Patient) -> Iterator[Finding]:
    program = patient.loaded.program
    if program is None:
        return
    try:
        path = database_path(patient.root, program.bot.store)
        status = migrate.status(path)
    except OperatorError as error:
        yield Finding("fail", "database", str(error))
        return
    if not path.exists():
        folder = path.parent
        if os.access(folder, os.W_OK):
            yield Finding("ok", "database", f"{path} does not exist yet; `serve` makes it")
        else:
            yield Finding(
                "fail", "database", f"{folder} cannot be written", "make the folder, or change store: in bot.yaml"
            )
    elif not os.access(path, os.W_OK):
        yield Finding("fail", "database", f"{path} cannot be written", "run as its owner")
    elif not status.up_to_date:
        said = f"{path} has schema {status.current or 'none'}, this version wants {status.head}"
        yield Finding("warn", "database", said, "back it up, then run `chatbot db upgrade` (`serve` does it too)")
    else:
        yield Finding("ok", "database", f"{path}, schema {status.current}")
        with histories(path) as stored:
            yield from map(_unused, stored.unused()[:MOST_TYPES])


def _unused(event: Unused) -> Finding:
    """What a platform sends and this version has no use for: perhaps messages that customers get no answer to."""
    times = count(event.count, "event")
    said = f"{event.account}: {times} of the type {safe(event.raw_type)}, last {day(event.last_at)}"
    advice = "look at it with `chatbot channels unused`; unsubscribe, or see whether a newer version knows it"
    return Finding("warn", "events", said, advice)


async def _bucket(patient: _Patient) -> list[Finding]:
    """Where files of customers are kept, tried with one of ours."""
    settings = patient.loaded.program.bot.files if patient.loaded.program else None
    if settings is None:
        return []
    async with aiohttp.ClientSession() as session:
        try:
            store = S3(settings, session)
            await store.probe()
            versioned = await store.is_versioned()
        except (OperatorError, OSError) as error:
            return [Finding("fail", "bucket", str(error))]
    if versioned:
        said = f"{settings.bucket} keeps versions: what is deleted with a contact stays in it"
        return [Finding("warn", "bucket", said, "turn versioning off, or let older versions expire after a day")]
    return [Finding("ok", "bucket", f"{settings.bucket}: a file was written, read and deleted")]


def _server(root: Path) -> tuple[bool, list[Finding]]:
    try:
        status = ServerDesk(root).get("/status")
    except NoServer:
        return False, [Finding("ok", "server", "none is running")]
    except ChatbotError as error:
        return False, [Finding("warn", "server", str(error), "stop it and start it again if this lasts")]
    answers = Finding("ok", "server", "running, and answers its operators")
    return True, [answers, *(_alert(each) for each in status.get("alerts", []))]


def _alert(alert: Mapping[str, Json]) -> Finding:
    """Something the bot could not settle by itself and told the desk."""
    where = f"conversation {alert['conversation']}: " if alert.get("conversation") else ""
    return Finding("warn", "alert", f"{where}{alert['text']}", "see `chatbot handoffs list` and the log")


def _port(patient: _Patient) -> Iterator[Finding]:
    if patient.running:
        return
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", patient.port))
        except OSError as error:
            yield Finding(
                "fail", "port", f"{patient.port}: {error.strerror}", "stop what uses it, or `chatbot serve --port`"
            )
        else:
            yield Finding("ok", "port", f"{patient.port} is free")


def _channels(patient: _Patient) -> Iterator[Finding]:
    program = patient.loaded.program
    if program is None:
        return
    if not program.bot.channels:
        yield Finding("warn", "channels", "bot.yaml lists none", "add one: `channels: { site: { kind: webchat } }`")
    for account in program.bot.channels:
        yield _channel(program, account)


def _channel(program: Program, account: str) -> Finding:
    settings = program.bot.channels[account].model_dump()
    try:
        channel = open_channel(account, settings)
    except OperatorError as error:
        return Finding("fail", "channels", str(error).replace("\n", "; "), "mend it in bot.yaml")
    return Finding("ok", "channels", f"{account} ({channel.kind})")


def _platforms(terminal: Terminal) -> Iterator[Finding]:
    """What the accounts' platforms say; the running server asks them, as it holds the tokens."""
    try:
        with open_desk(terminal) as desk:
            accounts = desk.get("/channels")["accounts"]
    except ChatbotError as error:
        yield Finding("fail", "accounts", str(error))
        return
    for account in accounts:
        for fact in account["facts"]:
            advice = fact["advice"].replace("ACCOUNT", account["account"])
            yield Finding(fact["level"], "account", f"{account['account']}: {safe(fact['says'])}", safe(advice))


def _calls(patient: _Patient) -> Iterator[Finding]:
    """Services at addresses they may have, and an actions.py that can be imported; nobody is asked anything."""
    program = patient.loaded.program
    if program is None:
        return
    try:
        ProjectCaller.open(patient.root, program.bot, os.environ)
    except OperatorError as error:
        yield Finding("fail", "calls", str(error))
    else:
        services = count(len(program.bot.services), "service")
        yield Finding("ok", "calls", f"{services}, {count(len(patient.loaded.actions), 'action')}")
