"""`chatbot test`: plays the conversation tests and shows where the bot went another way."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import load_clean, project_root
from chatbot.errors import AuthorError
from chatbot.testing import report
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import Played, play
from chatbot.testing.script import Script


@click.command(
    cls=Command, examples=("chatbot test", "chatbot test tests/order_status.test.yaml", "chatbot test -k silence")
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATHS]...")
@click.option("-k", "words", metavar="WORDS", default="", help="Only cases with these words in test or case name.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Also write JUnit XML.")
@common("text", "json", "github")
def command(terminal: Terminal, paths: tuple[Path, ...], words: str, junit: Path | None) -> int:
    """Run the conversation tests.

    PATHS are test files or folders of the project; without any, all tests/**/*.test.yaml. Offline: services are the
    mocks of each test, time is virtual. Exit code 1 when a case fails, or the project has errors.
    """
    began = perf_counter()
    program, _ = load_clean(terminal)
    cases = load_cases(project_root(terminal), program, paths)
    if wrong := [problem for problem in cases.diagnostics if problem.is_error]:
        raise AuthorError(wrong, cases.sources)
    scripts = [script for script in cases.scripts if _wanted(script, words)]
    if not scripts:
        terminal.say(_none(len(cases.scripts), words))
        return 1 if paths or words else 0
    bench = Bench(program)
    played = list(_shown(terminal, (play(script, bench) for script in scripts)))
    seconds = perf_counter() - began
    _report(terminal, played, seconds)
    if junit is not None:
        junit.write_text(report.as_junit(played, seconds), encoding="utf-8")
    return 0 if all(each.passed for each in played) else 1


def _none(there: int, words: str) -> str:
    if there:
        return f"nothing matched -k {words!r}: all words must stand in a test's or case's name; there are {there} cases"
    return "no cases found: conversation tests are tests/**/*.test.yaml"


def _wanted(script: Script, words: str) -> bool:
    name = f"{script.test} {script.name}".casefold()
    return all(word in name for word in words.casefold().split())


def _shown(terminal: Terminal, played: Iterator[Played]) -> Iterator[Played]:
    """A dot a case where somebody watches; with --verbose its name."""
    watched = sys.stderr.isatty() and not terminal.quiet and terminal.format == "text"
    for each in played:
        if terminal.verbose:
            terminal.say(f"{'ok    ' if each.passed else 'FAILED'} {each.script.test}: {each.script.name}")
        elif watched:
            click.echo("." if each.passed else click.style("F", fg="red"), nl=False, err=True, color=terminal.color)
        yield each
    if watched and not terminal.verbose:
        click.echo(err=True)


def _report(terminal: Terminal, played: Sequence[Played], seconds: float) -> None:
    if terminal.format == "json":
        terminal.data(report.as_json(played, seconds))
    elif terminal.format == "github":
        if annotations := report.as_github(played):
            terminal.data(annotations)
    else:
        width = min(shutil.get_terminal_size().columns, 140)
        for each in played:
            if not each.passed:
                terminal.data(report.failure(each, width=width, color=terminal.colored) + "\n")
    terminal.say(report.summary(played, seconds))
