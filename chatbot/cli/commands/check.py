"""`chatbot check`: every problem in the project's files, in one run."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import load, project_root
from chatbot.cli.showing import count, show_diagnostics
from chatbot.content.diagnostics import in_order
from chatbot.testing.cases import load_cases

if TYPE_CHECKING:
    from chatbot.content.load import Loaded


@click.command(cls=Command, examples=("chatbot check", "chatbot check --strict", "chatbot check --format github"))
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@common("text", "json", "github")
def command(terminal: Terminal, *, strict: bool) -> int:
    """Look for mistakes in the project's files.

    Everything wrong is reported at once, with its place and what to do. Exit code 1 when there is an error.
    """
    began = perf_counter()
    loaded = load(terminal)
    cases = load_cases(project_root(terminal), loaded.program)
    sources = {**loaded.sources, **cases.sources}
    problems = in_order((*loaded.diagnostics, *cases.diagnostics), sources)
    show_diagnostics(terminal, problems, sources)
    errors = sum(problem.is_error for problem in problems)
    terminal.say(_summary(loaded, len(cases.sources), errors, len(problems) - errors, perf_counter() - began))
    return 1 if errors or (strict and problems) else 0


def _summary(loaded: Loaded, tests: int, errors: int, warnings: int, seconds: float) -> str:
    """`12 files, 84 intents, 3 errors, 1 warning in 0.2 s`."""
    parts = [count(len(loaded.sources) + tests, "file")]
    if loaded.program is not None:
        own = [intent for intent in loaded.program.intents.values() if intent.command is None]
        parts.append(count(len(own), "intent"))
    parts += [count(errors, "error"), count(warnings, "warning")]
    return f"{', '.join(parts)} in {seconds:.1f} s"
