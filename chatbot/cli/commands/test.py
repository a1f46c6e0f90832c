"""`chatbot test`: plays the conversation tests and shows where the bot went another way."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import load_clean, project_root
from chatbot.errors import AuthorError
from chatbot.testing import report
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import Played
from chatbot.testing.running import play_all
from chatbot.testing.script import Script

if TYPE_CHECKING:
    from chatbot.content.load import Loaded
    from chatbot.testing.coverage import Coverage

_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to play, and what to tell of it."""

    paths: tuple[Path, ...]
    words: str
    jobs: int
    update: bool
    coverage: bool
    html: Path | None
    junit: Path | None

    def has(self, script: Script) -> bool:
        name = f"{script.test} {script.name}".casefold()
        return all(word in name for word in self.words.casefold().split())


@click.command(
    cls=Command,
    examples=(
        "chatbot test",
        "chatbot test tests/order_status.test.yaml",
        "chatbot test -k silence",
        "chatbot test --coverage --html coverage.html",
        "chatbot test --watch",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATHS]...")
@click.option("-k", "words", metavar="WORDS", default="", help="Only cases with these words in test or case name.")
@click.option("--update", is_flag=True, help="Show the differences, then write what the bot did into the test files.")
@click.option("--watch", is_flag=True, help="Play again whenever a file of the project changes; Ctrl-C ends it.")
@click.option("--coverage", is_flag=True, help="Also tell which steps, branches, outcomes and intents were reached.")
@click.option("--html", type=_FILE, metavar="FILE", help="Also write the coverage as an HTML page.")
@click.option("--junit", type=_FILE, metavar="FILE", help="Also write JUnit XML.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes; else one a CPU.")
@common("text", "json", "github")
def command(  # noqa: PLR0913 - an option a parameter
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    words: str,
    update: bool,
    watch: bool,
    coverage: bool,
    html: Path | None,
    junit: Path | None,
    jobs: int | None,
) -> int:
    """Run the conversation tests.

    PATHS are test files or folders of the project; without any, all tests/**/*.test.yaml. Offline: services are the
    mocks of each test, time is virtual. Exit code 1 when a case fails, or the project has errors.
    """
    wanted = _Wanted(paths, words, jobs or 0, update, coverage or html is not None, html, junit)
    if watch:
        from chatbot.cli.watching import again_and_again  # noqa: PLC0415 - only who watches waits for it

        if update:
            raise click.UsageError("--watch and --update do not go together: look first, then update")
        return again_and_again(terminal, project_root(terminal), arguments(terminal, wanted))
    return _once(terminal, wanted)


def arguments(terminal: Terminal, wanted: _Wanted) -> list[str]:
    """The same command for another process."""
    files = {"--html": wanted.html, "--junit": wanted.junit}
    named = {"-k": wanted.words, "--jobs": wanted.jobs, "--project": project_root(terminal), **files}
    flags = {"--coverage": wanted.coverage, "--verbose": terminal.verbose, "--quiet": terminal.quiet}
    given = [part for name, value in named.items() if value for part in (name, str(value))]
    return ["test", *given, *(name for name, on in flags.items() if on), *map(str, wanted.paths)]


def _once(terminal: Terminal, wanted: _Wanted) -> int:
    began = perf_counter()
    program, loaded = load_clean(terminal)
    cases = load_cases(project_root(terminal), program, wanted.paths)
    if wrong := [problem for problem in cases.diagnostics if problem.is_error]:
        raise AuthorError(wrong, cases.sources)
    scripts = [script for script in cases.scripts if wanted.has(script)]
    if not scripts:
        terminal.say(_none(len(cases.scripts), wanted.words))
        return 1 if wanted.paths or wanted.words else 0
    bench = Bench(program)
    played = list(_shown(terminal, play_all(scripts, bench, jobs=wanted.jobs, to_the_end=wanted.update)))
    _report(terminal, wanted, loaded, played, perf_counter() - began)
    if wanted.update and not all(each.passed for each in played):
        from chatbot.cli.updating import update  # noqa: PLC0415 - see above

        return update(terminal, project_root(terminal), bench, played)
    return 0 if all(each.passed for each in played) else 1


def _none(there: int, words: str) -> str:
    if there:
        return f"nothing matched -k {words!r}: all words must stand in a test's or case's name; there are {there} cases"
    return "no cases found: conversation tests are tests/**/*.test.yaml"


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


def _report(terminal: Terminal, wanted: _Wanted, loaded: Loaded, played: Sequence[Played], seconds: float) -> None:
    coverage = _measured(loaded, played) if wanted.coverage else None
    width = min(shutil.get_terminal_size().columns, 140)
    if terminal.format == "json":
        terminal.data(report.as_json(played, seconds, coverage))
    elif terminal.format == "github":
        if annotations := report.as_github(played):
            terminal.data(annotations)
    else:
        for each in played:
            if not each.passed:
                terminal.data(report.failure(each, width=width, color=terminal.colored) + "\n")
        if coverage is not None:
            from chatbot.testing.coverage_table import table  # noqa: PLC0415 - see above

            terminal.data(table(coverage, width=width, color=terminal.colored))
    if coverage is not None and wanted.html is not None:
        from chatbot.testing.coverage_page import page  # noqa: PLC0415 - see above

        assert loaded.program is not None
        wanted.html.write_text(page(loaded.program.bot.name, coverage, played), encoding="utf-8")
    if wanted.junit is not None:
        wanted.junit.write_text(report.as_junit(played, seconds, coverage), encoding="utf-8")
    terminal.say(report.summary(played, seconds))


def _measured(loaded: Loaded, played: Sequence[Played]) -> Coverage:
    from chatbot.testing.coverage import measured  # noqa: PLC0415 - only who asks for it waits for it

    return measured(loaded.sources, played)
