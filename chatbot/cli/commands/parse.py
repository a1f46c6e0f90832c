"""`chatbot parse`: what a webhook body of a platform comes to, in the words all channels share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import BinaryIO

import click

from chatbot.channels.payload import load
from chatbot.channels.protocol import ParseError
from chatbot.channels.registry import KINDS, PARSERS, known_kinds, parser
from chatbot.cli.command import Command, Terminal, common
from chatbot.types import Inbound, Json


class _Kind(click.Choice[str]):
    """Our kinds, and those that other packages bring, which are not listed."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return value if value in known_kinds() and value not in KINDS else super().convert(value, param, ctx)


@click.command(
    cls=Command,
    examples=(
        "chatbot parse telegram update.json",
        "pbpaste | chatbot parse whatsapp",
        "chatbot parse messenger body.json --format json",
    ),
)
@click.argument("kind", type=_Kind(PARSERS))
@click.argument("file", type=click.File("rb"), default="-", metavar="[FILE|-]")
@common("text", "json")
def command(terminal: Terminal, kind: str, file: BinaryIO) -> None:
    """Show the events in a webhook body of a platform.

    Needs no project. Signatures are not looked at, and events of all accounts are shown. Events that have no use come
    as `ignored` with the reason, a body without events as an empty list; exit code 1 when the body is no JSON.
    """
    raw = file.read()
    try:
        load(raw)
    except ParseError as error:
        raise click.ClickException(f"this is no webhook body: {error}") from None
    try:
        found = parser(kind)(raw, kind)
    except ParseError as error:
        found = ()
        terminal.say(f"no events: {error}")
    if terminal.format == "json":
        terminal.data(json.dumps([_event(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        terminal.data(_line(each))
    terminal.say(f"{len(found)} event{'' if len(found) == 1 else 's'}")


def _event(inbound: Inbound) -> Mapping[str, Json]:
    """What a page of the reference lists, in its order; `sender` and `conversation` are the contact where no other."""
    return {
        "kind": inbound.kind,
        "text": inbound.text,
        "payload": inbound.payload,
        "sender": inbound.sender or inbound.key.contact,
        "conversation": inbound.conversation or inbound.key.contact,
        "message_id": inbound.message_id,
        "timestamp": inbound.timestamp,
        "attachments": [asdict(attachment) for attachment in inbound.attachments],
        "referral": asdict(inbound.referral) if inbound.referral else None,
        "refers_to": inbound.refers_to,
        "metadata": inbound.metadata,
        "raw_type": inbound.raw_type,
        "reason": inbound.reason,
        "data": dict(inbound.data),
    }


def _line(inbound: Inbound) -> str:
    parts = [
        f"{inbound.kind:<14}",
        inbound.sender or inbound.key.contact or "-",
        json.dumps(inbound.text, ensure_ascii=False),
    ]
    parts += [f"payload={inbound.payload}"] if inbound.payload else []
    parts += [f"{each.kind}={each.url or each.id or each.title or 'here'}" for each in inbound.attachments]
    parts += [f"about={inbound.refers_to}"] if inbound.refers_to else []
    parts += [f"({inbound.reason})"] if inbound.reason else []
    return "  ".join([*parts, f"[{inbound.raw_type}]"])
