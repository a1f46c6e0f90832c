"""`chatbot check`: every problem in the project's files, in one run."""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING

import click

from chatbot.cli.checking import Checked, check_project
from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import project_root
from chatbot.cli.showing import count, show_diagnostics

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=("chatbot check", "chatbot check --strict", "chatbot check --fix", "chatbot check --format github"),
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--fix", is_flag=True, help="Put right what can safely be: words mistyped, quotes missing, verbs first.")
@common("text", "json", "github")
def command(terminal: Terminal, *, strict: bool, fix: bool) -> int:
    """Look for mistakes in the project's files.

    Everything wrong is reported at once, with its place, what to do, and a conversation that leads there. Exit code 1
    when there is an error. `chatbot rule CODE` explains a code; `# chatbot: ignore CODE` on the line, or alone on the
    line above, silences it there.
    """
    began = perf_counter()
    root = project_root(terminal)
    checked = check_project(root, os.environ)
    if fix:
        checked = _fix(terminal, root, checked)
    show_diagnostics(terminal, checked.problems, checked.sources)
    errors = sum(problem.is_error for problem in checked.problems)
    terminal.say(_summary(checked, errors, len(checked.problems) - errors, perf_counter() - began))
    return 1 if errors or (strict and checked.problems) else 0


def _fix(terminal: Terminal, root: Path, checked: Checked) -> Checked:
    """Mend the files, show the diff, and look again."""
    from chatbot.cli.fixing import fixed, write  # noqa: PLC0415 - only --fix needs it

    before = checked.loaded.sources
    done = fixed(before, os.environ)
    if not done.texts:
        terminal.say("nothing that can be fixed here")
        return checked
    write(root, before, done.texts)
    if terminal.format == "text":
        terminal.data(done.diff)
    terminal.say(f"fixed {count(done.count, 'place')} in {count(len(done.texts), 'file')}")
    return check_project(root, os.environ)


def _summary(checked: Checked, errors: int, warnings: int, seconds: float) -> str:
    """`12 files, 84 intents, 3 errors, 1 warning in 0.2 s`."""
    parts = [count(len(checked.sources), "file")]
    if checked.loaded.program is not None:
        own = [intent for intent in checked.loaded.program.intents.values() if intent.command is None]
        parts.append(count(len(own), "intent"))
    parts += [count(errors, "error"), count(warnings, "warning")]
    return f"{', '.join(parts)} in {seconds:.1f} s"
