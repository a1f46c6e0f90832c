"""`chatbot replay`: stored conversations against the files as they are now - what would differ?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.showing import count
from chatbot.cli.stored import engines, stored
from chatbot.content.program import Program
from chatbot.errors import Refused
from chatbot.storage.sqlite.history import Histories, History
from chatbot.testing import report
from chatbot.testing.bench import Bench
from chatbot.testing.cases import Cases, read_cases
from chatbot.testing.playing import Played, play
from chatbot.testing.recording import NotRecordable, recorded


@dataclass(frozen=True, slots=True)
class _Replayed:
    """One conversation: how it went now, or why it could not be played."""

    id: int
    played: Played | None = None
    skipped: str = ""

    @property
    def differs(self) -> bool:
        return self.played is not None and not self.played.passed


@click.command(cls=Command, examples=("chatbot replay", "chatbot replay 12 15", "chatbot replay --last 1000"))
@click.argument("conversations", type=int, nargs=-1, metavar="[CONVERSATIONS]...")
@click.option("--last", type=click.IntRange(min=1), default=100, show_default=True, help="How many of the latest.")
@common("text", "json")
def command(terminal: Terminal, conversations: tuple[int, ...], last: int) -> int:
    """Show where stored conversations would go another way with the files as they are now.

    What customers wrote and services answered is taken from the database, what the bot says from the files. Nothing is
    sent, called or changed, and it works beside a running server. Exit code 1 when something differs.
    """
    with stored(terminal) as (program, _, found):
        wanted = conversations or tuple(each.id for each in found.latest(last))
        replayed = list(_replayed(program, found, wanted))
    if terminal.format == "json":
        terminal.data(_json(replayed))
    else:
        _show(terminal, replayed)
    return int(any(each.differs for each in replayed))


def _replayed(program: Program, found: Histories, wanted: tuple[int, ...]) -> Iterator[_Replayed]:
    bench, engine_of = Bench(program), engines(found)
    for number in wanted:
        history = found.history(number)
        if history is None:
            raise Refused(f"there is no conversation {number}; `chatbot record` lists the latest")
        try:
            text = recorded(history, engine_of, exact=True)
        except NotRecordable as error:
            yield _Replayed(number, skipped=str(error))
            continue
        yield _once_more(history, text, bench)


def _once_more(history: History, text: str, bench: Bench) -> _Replayed:
    cases = Cases()
    read_cases(text, f"conversation {history.id}", None, cases)
    if not cases.scripts:
        return _Replayed(history.id, skipped=cases.diagnostics[0].message)
    return _Replayed(history.id, play(cases.scripts[0], bench, to_the_end=True, conversation=history.id))


def _show(terminal: Terminal, replayed: list[_Replayed]) -> None:
    width = min(shutil.get_terminal_size().columns, 140)
    for each in replayed:
        if each.played is not None and each.differs:
            terminal.data(report.failure(each.played, width=width, color=terminal.colored))
            more = len(each.played.differences) - 1
            terminal.data(f"and {count(more, 'difference')} more in this conversation\n" if more else "")
        elif each.skipped:
            terminal.say(f"conversation {each.id} is left out: {each.skipped}")
    played = [each for each in replayed if each.played is not None]
    differ = sum(each.differs for each in played)
    terminal.say(f"{count(len(played), 'conversation')}: {len(played) - differ} as before, {differ} would differ")
    if differ:
        terminal.say("`chatbot record ID` prints one as a test, with the lines named here")


def _json(replayed: list[_Replayed]) -> str:
    conversations = []
    for each in replayed:
        outcome = "skipped" if each.played is None else "differs" if each.differs else "same"
        differences = each.played.differences if each.played else ()
        reason = {"reason": each.skipped} if each.skipped else {}
        told = [report.difference_as_json(found) for found in differences]
        conversations.append({"id": each.id, "outcome": outcome, **reason, "differences": told})
    return json.dumps({"version": 1, "conversations": conversations}, ensure_ascii=False, indent=2)
