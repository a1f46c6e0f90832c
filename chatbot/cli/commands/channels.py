"""`chatbot channels`: how the accounts stand at their platforms, and setting them up there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final
from urllib.parse import quote

import click

from chatbot.cli.command import Command, Group, Terminal, common
from chatbot.cli.desk import open_desk
from chatbot.cli.showing import day, safe
from chatbot.cli.stored import stored
from chatbot.types import Json

_COLORS: Final = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(cls=Group, examples=("chatbot channels status", "chatbot channels setup main_page --yes"))
def command() -> None:
    """Look at the accounts at their platforms, and set them up.

    Works with the running server; when none runs, on its database, where tokens that change are kept.
    """


@command.command("status", cls=Command, examples=("chatbot channels status", "chatbot channels status main_page"))
@click.argument("account", required=False, default="")
@common("text", "json")
def status(terminal: Terminal, account: str) -> int:
    """Ask the platforms how the accounts stand: tokens, webhooks, subscriptions.

    Changes nothing. Exit code 1 when an account does not work.
    """
    with open_desk(terminal) as desk:
        told = desk.get(f"/channels/{quote(account, safe='')}" if account else "/channels")
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, **told}, ensure_ascii=False, indent=2))
    else:
        for each in told["accounts"]:
            terminal.data(_account(each))
    return _code(told)


@command.command("setup", cls=Command, examples=("chatbot channels setup main_page", "chatbot channels setup tg --yes"))
@click.argument("account")
@click.option("--yes", is_flag=True, help="Do it; without this, only say what would be done.")
@common("text", "json")
def setup(terminal: Terminal, account: str, *, yes: bool) -> int:
    """Make the platform call this server, and show there what bot.yaml says: menus, commands, subscriptions.

    Says what it would do, and does it with --yes. The server should run: platforms ask it at once. Exit code 1 when a
    step fails or the account does not work.
    """
    path = f"/channels/{quote(account, safe='')}"
    with open_desk(terminal) as desk:
        told = desk.post(f"{path}/setup", {}) if yes else desk.get(path)
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, **told}, ensure_ascii=False, indent=2))
        return _code(told)
    [shown] = told["accounts"]
    for step in told.get("done", ()):
        mark = click.style("failed", fg="red", bold=True) if step["error"] else click.style("done", fg="green")
        terminal.data(f"{mark} {safe(step['says'])}{': ' + safe(step['error']) if step['error'] else ''}")
    terminal.data(_account(shown))
    if shown["steps"] and not yes:
        terminal.data("".join(f"would {safe(step)}\n" for step in shown["steps"]), newline=False)
        terminal.say(f"`chatbot channels setup {account} --yes` does it")
    elif not shown["steps"] and not told.get("done"):
        terminal.say("nothing is left to do")
    return _code(told)


@command.command(
    "unused", cls=Command, examples=("chatbot channels unused", "chatbot channels unused main_page 'messages.poll'")
)
@click.argument("account", required=False, default="")
@click.argument("raw_type", metavar="TYPE", required=False, default="")
@common("text", "json")
def unused(terminal: Terminal, account: str, raw_type: str) -> int:
    """List what the platforms send and this version has no use for.

    With an account and a TYPE: the last webhook bodies that brought it, one a line, as `chatbot parse` reads them.
    They hold what customers wrote; they are deleted after 30 days, and with the contact they name.
    """
    with stored(terminal) as (_, _, found):
        events = [event for event in found.unused() if account in ("", event.account)]
        if raw_type:
            for body in found.unused_bodies(account, raw_type):
                terminal.data(body.decode("utf-8", "replace").replace("\n", " "))
            return 0
    if terminal.format == "json":
        told = [asdict(event) for event in events]
        terminal.data(json.dumps({"version": 1, "events": told}, ensure_ascii=False, indent=2))
        return 0
    for event in events:
        terminal.data(f"{safe(event.account)}  {safe(event.raw_type)}  {event.count}  last {day(event.last_at)}")
    if not events:
        terminal.say("no platform sent anything that this version does not know")
    return 0


def _account(shown: Mapping[str, Json]) -> str:
    head = click.style(f"{shown['account']} ({shown['kind']})", bold=True)
    return "\n".join([head, *(_fact(each, shown["account"]) for each in shown["facts"])])


def _fact(fact: Mapping[str, Json], account: str) -> str:
    mark = click.style(f"{fact['level']:4}", fg=_COLORS[fact["level"]], bold=fact["level"] != "ok")
    advice = f"\n{'':7}-> {safe(fact['advice'].replace('ACCOUNT', account))}" if fact["advice"] else ""
    return f"  {mark} {safe(fact['says'])}{advice}"


def _code(told: Mapping[str, Json]) -> int:
    failed = any(step["error"] for step in told.get("done", ()))
    return int(failed or any(fact["level"] == "fail" for each in told["accounts"] for fact in each["facts"]))
