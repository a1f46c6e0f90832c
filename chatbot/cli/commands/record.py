"""`chatbot record`: a stored conversation becomes a conversation test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.showing import safe
from chatbot.cli.stored import engines, stored
from chatbot.errors import OperatorError, Refused
from chatbot.storage.sqlite.history import Summary
from chatbot.testing.recording import NotRecordable, recorded

LISTED: Final = 20


@click.command(cls=Command, examples=("chatbot record", "chatbot record 12", "chatbot record 12 tests/late.test.yaml"))
@click.argument("conversation", type=int, required=False, metavar="[CONVERSATION]")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False, metavar="[FILE]")
@common()
def command(terminal: Terminal, conversation: int | None, file: Path | None) -> None:
    """Turn a stored conversation into a conversation test.

    Without CONVERSATION it lists the latest. The test goes to standard output, or to FILE, which must not exist yet.
    What services answered becomes its mocks. It works beside a running server and changes nothing there.
    """
    with stored(terminal) as (_, _, found):
        if conversation is None:
            _list(terminal, found.latest(LISTED))
            return
        history = found.history(conversation)
        if history is None:
            raise Refused(f"there is no conversation {conversation}; `chatbot record` lists the latest")
        try:
            text = recorded(history, engines(found))
        except NotRecordable as error:
            raise Refused(f"conversation {conversation} cannot be a test: {error}") from None
    if file is None:
        terminal.data(text, newline=False)
        return
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError:
        raise OperatorError(f"{file} exists: a recording never overwrites; name another file") from None
    except OSError as error:
        raise OperatorError(f"cannot write {file}: {error.strerror}") from None
    terminal.say(f"made {file}: it holds what a customer wrote, so look through it. `chatbot test {file}` plays it")


def _list(terminal: Terminal, summaries: Sequence[Summary]) -> None:
    if not summaries:
        terminal.say("no conversations are stored yet")
        return
    rows = [("ID", "LAST (UTC)", "EVENTS", "CUSTOMER")]
    for each in summaries:
        last = f"{datetime.fromtimestamp(each.last_at / 1000, UTC):%Y-%m-%d %H:%M}"
        rows.append((str(each.id), last, str(each.events), safe(f"{each.account}/{each.contact}")))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        terminal.data("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
