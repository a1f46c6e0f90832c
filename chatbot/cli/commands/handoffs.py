"""`chatbot handoffs`: the customers who wait for a person, and answering them from a terminal."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from time import time
from typing import Any, Final, TypeVar

import click

from chatbot.cli.command import Command, Group, Terminal, common
from chatbot.cli.desk import OpenDesk, open_desk
from chatbot.cli.showing import safe
from chatbot.errors import Refused
from chatbot.types import Json

F = TypeVar("F", bound=Callable[..., Any])

REASONS: Final[Mapping[str, str]] = {
    "user": "asked for a person",
    "flow": "a flow handed over",
    "fallback": "was not understood",
    "failed": "could not answer a question",
    "error": "something went wrong",
    "emergency": "used emergency words",
    "echo": "answered in the platform's own inbox",
    "thread": "another app answers it",
    "unanswered": "wrote, and nobody answered",
}
"""Why a conversation came to people, where no note of a flow says more."""

DELIVERY: Final[Mapping[str, str]] = {
    "waiting": "not sent yet",
    "sending": "being sent",
    "failed": "NOT SENT: the platform refused it",
    "refused": "NOT SENT",
    "uncertain": "perhaps sent: no answer came",
    "held": "PERHAPS NOT SENT: no answer came",
    "expired": "NOT SENT: it was too old",
    "dropped": "not sent: a person had taken over",
}
_LOST: Final = frozenset({"failed", "refused", "held", "expired"})


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
        "--agent",
        metavar="NAME",
        default=_login,
        show_default="your login name",
        help="Who acts: your name in lists and transcripts.",
        envvar="CHATBOT_AGENT",
        show_envvar=True,
    )(function)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        return f"user-{os.getuid()}"


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
    """List who waits for a person or is with one.

    UNSENT counts messages that did not reach the customer, or not yet; `chatbot handoffs show` tells which.
    """
    with _at_desk(terminal) as desk:
        handoffs = desk.get("/handoffs")["handoffs"]
        troubles = {} if terminal.format == "json" else {each["id"]: _unsent(desk, each["id"]) for each in handoffs}
    if terminal.format == "json":
        terminal.data(json.dumps({"version": 1, "handoffs": handoffs}, ensure_ascii=False, indent=2))
    elif handoffs:
        terminal.data(_table(handoffs, troubles))
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
    by = "" if agent == (os.environ.get("CHATBOT_AGENT") or _login()) else f" --agent {agent}"
    terminal.say(f"handoff {number} is yours, {agent}: answer with `chatbot handoffs reply {number}{by} TEXT`")


@command.command(
    "reply",
    cls=Command,
    examples=(
        'chatbot handoffs reply 7 "I have sent it again."',
        "chatbot handoffs reply 7 --template order_shipped --value 1=Ana --value 2=B-77",
    ),
)
@click.argument("number", type=int, metavar="ID")
@click.argument("text", required=False, default="")
@click.option(
    "--template", metavar="NAME", default="", help="Send this template of bot.yaml: WhatsApp takes it any time."
)
@click.option("--value", "values", metavar="HOLE=TEXT", multiple=True, help="What fills one of its holes.")
@click.option("--language", metavar="CODE", default="", help="Its language; without this its first.")
@click.option("--media", metavar="URL", default="", help="The picture, video or file it stands under.")
@_agent
@common("text", "json")
def reply(
    terminal: Terminal,
    number: int,
    text: str,
    template: str,
    values: tuple[str, ...],
    language: str,
    media: str,
    agent: str,
) -> None:
    """Write to the customer."""
    if bool(text.strip()) is bool(template):
        raise click.BadParameter("say what to send: a text, or a template by its name", param_hint="TEXT")
    body: dict[str, Json] = {"text": text}
    if template:
        holes = dict(_hole(value) for value in values)
        body = {"template": template, "values": holes, "language": language, "media": media}
    if _act(terminal, number, "reply", agent, **body):
        terminal.say(f"queued: it goes out as soon as the platform takes it; `chatbot handoffs show {number}` tells")
    else:
        terminal.say("queued: no server runs now; it goes out when `chatbot serve` does")


@command.command("react", cls=Command, examples=("chatbot handoffs react 7 👍", "chatbot handoffs react 7"))
@click.argument("number", type=int, metavar="ID")
@click.argument("emoji", required=False, default="")
@_agent
@common("text", "json")
def react(terminal: Terminal, number: int, emoji: str, agent: str) -> None:
    """Put an emoji on what the customer wrote last.

    Without an emoji yours is taken back. It is no answer: the customer still waits for one.
    """
    if _act(terminal, number, "react", agent, emoji=emoji):
        terminal.say(f"queued: `chatbot handoffs show {number}` tells what became of it")
    else:
        terminal.say("queued: no server runs now; it goes out when `chatbot serve` does")


def _hole(written: str) -> tuple[str, str]:
    hole, equals, value = written.partition("=")
    if not (hole and equals):
        raise click.BadParameter(f"{written!r} is not of the form HOLE=TEXT, such as 1=Ana", param_hint="--value")
    return hole, value


@command.command("release", cls=Command, examples=("chatbot handoffs release 7",))
@click.argument("number", type=int, metavar="ID")
@_agent
@common("text", "json")
def release(terminal: Terminal, number: int, agent: str) -> None:
    """Give a conversation back to the bot.

    Also one that somebody answers in the platform's own inbox (AGENT is `native`).
    """
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


def _unsent(desk: OpenDesk, number: int) -> int:
    """How many lines have not reached the customer; a handoff that ends meanwhile has none."""
    try:
        lines = desk.get(f"/handoffs/{number}")["lines"]
    except Refused:
        return 0
    return sum(each["delivery"] in _LOST or each["delivery"] in ("waiting", "uncertain") for each in lines)


def _table(handoffs: list[Mapping[str, Json]], unsent: Mapping[int, int]) -> str:
    """One line each, columns as wide as they need to be; UNSENT only where there is something to tell."""
    rows = [_row(each, unsent.get(each["id"], 0)) for each in handoffs]
    shown = [name for name in rows[0] if name != "UNSENT" or any(unsent.values())]
    cells = [tuple(shown), *(tuple(row[name] for name in shown) for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(shown))]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _row(handoff: Mapping[str, Json], unsent: int) -> dict[str, str]:
    reason = str(handoff["reason"])
    return {
        "ID": str(handoff["id"]),
        "SINCE": _clock(handoff["requested_at"]),
        "WAITING": "-" if handoff["agent"] else _waited(handoff["requested_at"]),
        "PRIORITY": str(handoff["priority"]),
        "QUEUE": str(handoff["queue"]),
        "AGENT": safe(handoff["agent"] or "-"),
        "CUSTOMER": f"{_one_line(handoff['account'])}/{_short(str(handoff['contact']))}",
        "UNSENT": str(unsent or "-"),
        "NOTE": _one_line(handoff["note"] or REASONS.get(reason, reason)),
    }


def _page(shown: Mapping[str, Json]) -> str:
    """A handoff's facts, then what was said; what was written and not yet delivered says so."""
    handoff = {**shown["handoff"], "control": shown["control"], "status": shown["status"]}
    handoff["reason"] = REASONS.get(str(handoff["reason"]), handoff["reason"])
    handoff["since"] = _clock(handoff["requested_at"])
    facts = (
        "id",
        "queue",
        "priority",
        "control",
        "status",
        "agent",
        "since",
        "account",
        "contact",
        "reason",
        "note",
        "end_reason",
    )
    lines = [f"{name + ':':11} {_one_line(handoff[name])}" for name in facts if handoff.get(name)]
    lines += [f"{'answering:':11} {_answering(shown['answering'])}"] if not handoff["ended_at"] else []
    lines.append("")
    lines += [_spoken(each) for each in shown["lines"]]
    return "\n".join(lines)


def _answering(answering: Mapping[str, Json]) -> str:
    """Whether a person may still answer, and for how long."""
    if not answering["may"]:
        return f"NOT POSSIBLE: {safe(answering['why_not'])}"
    until = answering["until"]
    if until is None:
        return "at any time"
    how = ", marked as a person's" if answering["tagged"] else ""
    return f"until {_clock(until)} (for {_span(until / 1000 - time())}){how}"


def _spoken(line: Mapping[str, Json]) -> str:
    """One line of a transcript, with what became of it."""
    notes = []
    if line["delivery"] not in ("", "sent"):
        notes.append(DELIVERY.get(line["delivery"], line["delivery"]))
        if line["delivery"] == "refused":
            notes[-1] += f": {safe(line['why'])}"
    notes += ["taken back by the customer"] if line["deleted_at"] else ["edited"] if line["edited_at"] else []
    notes += [safe(line["reaction"])] if line["reaction"] else []
    who = safe(line["agent"] or line["author"])
    shown = f"{_clock(line['at'])}  {who:8}  {safe(line['text'])}"
    return shown + "".join(f"  [{note}]" for note in notes)


def _clock(at: Json) -> str:
    """A moment in the reader's own time zone, which it names."""
    if not isinstance(at, int | float):
        return ""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def _waited(since: Json) -> str:
    """How long, to two units: 45s, 12m, 3h05m, 2d4h."""
    return _span(time() - since / 1000) if isinstance(since, int | float) else ""


def _span(seconds: float) -> str:
    seconds = max(0, int(seconds))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return f"{days}d{hours % 24}h"
    if hours:
        return f"{hours}h{minutes % 60:02}m"
    return f"{minutes}m" if minutes else f"{seconds}s"


def _short(contact: str) -> str:
    """Enough of a contact's id to tell it from others; `show` has it in full."""
    contact = _one_line(contact)
    return contact if len(contact) <= 16 else contact[:12] + "…"


def _one_line(value: Json) -> str:
    text = safe(" ".join(str(value or "").split()))
    return text if len(text) <= 60 else text[:59] + "…"
