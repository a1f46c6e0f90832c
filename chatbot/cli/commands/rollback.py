"""`chatbot rollback`: an earlier version becomes the active one again."""

from __future__ import annotations

import json

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.desk import open_desk
from chatbot.cli.project import load
from chatbot.cli.versions import listed, told


@click.command(cls=Command, examples=("chatbot rollback --list", "chatbot rollback", "chatbot rollback 3f9a1c"))
@click.argument("version", required=False, default="", metavar="[VERSION]")
@click.option("--list", "only_list", is_flag=True, help="Show the versions instead, and how many stand on each.")
@common("text", "json")
def command(terminal: Terminal, version: str, *, only_list: bool) -> None:
    """Go back to an earlier version of the bot.

    To VERSION, the beginning of its hash; without one, to the version before: twice in a row goes back and forth again.
    Takes effect at once under the running server. The files stay as they are: `chatbot serve` and `chatbot deploy`
    would make them active again, so put them back too.
    """
    with open_desk(terminal) as desk:
        if only_list:
            versions = desk.get("/versions")
            terminal.data(json.dumps(versions, indent=1) if terminal.format == "json" else listed(versions["versions"]))
            return
        done = desk.post("/versions/rollback", {"version": version})
        terminal.data(told(done, terminal.format, offline=desk.offline))
    files = load(terminal).program
    if files is None or files.hash != done["program"]:
        terminal.say("the files are still those of another version: put them back before the next serve or deploy")
