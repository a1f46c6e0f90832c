"""`chatbot handoffs`: the customers who wait for a person, and answering them from a terminal."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from chatbot.cli.command import Command, Group, Terminal, common
from chatbot.cli.desk import OpenDesk, open_desk
from chatbot.cli.showing import safe
from chatbot.errors import Refused
from chatbot.types import Json

F = TypeVar("F", bound=Callable[..., Any])


@click.command(
    cls=Group,
    examples=("chatbot handoffs list", "chatbot handoffs claim 7", 'chatbot handoffs reply 7 "Hello, this is Ana."'),
)
def command() -> None:
    """Answer the customers who wait for a person.

    Works with the running server; when none runs, on its database. A reply typed here reaches the customer.
    """


def _agent(function: F) -> F:
    return click.option(
        "--agent", metavar="NAME", default=getpass.getuser, show_default="you", help="Who acts.", envvar="CHATBOT_AGENT"
    )(function)


@contextmanager
def _at_desk(terminal: Terminal) -> Iterator[OpenDesk]:
    """The desk; who owns a conversation is said beside a refusal."""
    try:
        with open_desk(terminal) as desk:
            yield desk
    except Refused as refused:
        if refused.owner and refused.owner not in str(refused):
            raise Refused(f"{refused} (it is {refused.owner}'s)", owner=refused.owner) from None
        raise


@command.command("list", cls=Command, examples=("chatbot handoffs list", "chatbot handoffs list --format json"))
@common("text", "json")
def show_list(terminal: Terminal) -> None:
    """List who waits for a person or is with one."""
    with _at_desk(terminal) as desk:
        answer = desk.get("/handoffs")
    handoffs = answer["handoffs"]
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, "handoffs": handoffs}, ensure_ascii=False, indent=2))
    elif handoffs:
        terminal.data(_table(handoffs))
    else:
        terminal.say("nobody is waiting")


@command.command("show", cls=Command, examples=("chatbot handoffs show 7",))
@click.argument("number", type=int, metavar="ID")
@common("text", "json")
def show(terminal: Terminal, number: int) -> None:
    """Print one conversation and what was said in it."""
    with _at_desk(terminal) as desk:
        handoff = desk.get(f"/handoffs/{number}")
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, **handoff}, ensure_ascii=False, indent=2))
    else:
        terminal.data(_page(handoff))


def _act(terminal: Terminal, number: int, verb: str, agent: str, **body: Json) -> bool:
    """Do it; whether a server runs that carries it out at once."""
    with _at_desk(terminal) as desk:
        answer = desk.post(f"/handoffs/{number}/{verb}", {"agent": agent, **body})
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, **answer}, ensure_ascii=False, indent=2))
    return not desk.offline


@command.command("claim", cls=Command, examples=("chatbot handoffs claim 7", "chatbot handoffs claim 7 --agent ana"))
@click.argument("number", type=int, metavar="ID")
@_agent
@common("text", "json")
def claim(terminal: Terminal, number: int, agent: str) -> None:
    """Take a waiting conversation.

    From now on you speak in it, and the bot is silent.
    """
    _act(terminal, number, "claim", agent)
    terminal.say(f"handoff {number} is yours, {agent}: answer with `chatbot handoffs reply {number} TEXT`")


@command.command("reply", cls=Command, examples=('chatbot handoffs reply 7 "I have sent it again."',))
@click.argument("number", type=int, metavar="ID")
@click.argument("text")
@_agent
@common("text", "json")
def reply(terminal: Terminal, number: int, text: str, agent: str) -> None:
    """Write to the customer."""
    if not text.strip():
        raise click.BadParameter("there is nothing to send", param_hint="TEXT")
    if _act(terminal, number, "reply", agent, text=text):
        terminal.say("sent: it goes out as soon as the platform takes it")
    else:
        terminal.say("kept: no server runs now; it goes out when `chatbot serve` does")


@command.command("release", cls=Command, examples=("chatbot handoffs release 7",))
@click.argument("number", type=int, metavar="ID")
@_agent
@common("text", "json")
def release(terminal: Terminal, number: int, agent: str) -> None:
    """Give a conversation back to the bot."""
    _act(terminal, number, "release", agent)
    terminal.say(f"handoff {number} is with the bot again")


@command.command("resolve", cls=Command, examples=("chatbot handoffs resolve 7",))
@click.argument("number", type=int, metavar="ID")
@_agent
@common("text", "json")
def resolve(terminal: Terminal, number: int, agent: str) -> None:
    """Close a conversation.

    The customer's next message opens it again, with the bot.
    """
    _act(terminal, number, "resolve", agent)
    terminal.say(f"handoff {number} is resolved")


def _table(handoffs: list[Mapping[str, Json]]) -> str:
    """One line each, columns as wide as they need to be."""
    head = ("ID", "SINCE", "PRIORITY", "QUEUE", "AGENT", "CUSTOMER", "NOTE")
    rows = [
        (
            str(each["id"]),
            _clock(each["requested_at"]),
            each["priority"],
            each["queue"],
            safe(each["agent"] or "-"),
            _one_line(f"{each['account']}/{each['contact']}"),
            _one_line(each["note"] or each["reason"]),
        )
        for each in handoffs
    ]
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    )


def _page(shown: Mapping[str, Json]) -> str:
    """A handoff's facts, then what was said; what was written and not yet delivered says so."""
    handoff = {**shown["handoff"], "control": shown["control"], "status": shown["status"]}
    facts = (
        "id",
        "queue",
        "priority",
        "control",
        "status",
        "agent",
        "account",
        "contact",
        "reason",
        "note",
        "end_reason",
    )
    lines = [f"{name + ':':11} {_one_line(handoff[name])}" for name in facts if handoff.get(name)]
    lines.append("")
    for each in shown["lines"]:
        delivery = "" if each["delivery"] in ("", "sent") else f"  [{each['delivery']}]"
        who = safe(each["agent"] or each["author"])
        lines.append(f"{_clock(each['at'])}  {who:8}  {safe(each['text'])}{delivery}")
    return "\n".join(lines)


def _clock(at: Json) -> str:
    """A moment in the reader's own time zone."""
    if not isinstance(at, int | float):
        return ""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _one_line(value: Json) -> str:
    text = safe(" ".join(str(value or "").split()))
    return text if len(text) <= 60 else text[:59] + "…"
