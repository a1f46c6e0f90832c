"""`chatbot deploy`: the project's files, checked and tried out, become the active version under the running server."""

from __future__ import annotations

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.desk import open_desk
from chatbot.cli.project import load_clean, project_root
from chatbot.cli.versions import told
from chatbot.errors import AuthorError


@click.command(cls=Command, examples=("chatbot deploy", "chatbot deploy --no-tests"))
@click.option("--no-tests", is_flag=True, help="Do not play the conversation tests first.")
@common("text", "json")
def command(terminal: Terminal, *, no_tests: bool) -> int:
    """Make the project's files the active version.

    They are checked and their conversation tests are played; with an error or a failing case nothing is changed. The
    running server goes on without a break: conversations in the middle of a flow finish it on the version they began
    with, for a day at the most. Without a server, the next `chatbot serve` runs this version. Exit code 1 when the
    project is not fit.
    """
    program, _ = load_clean(terminal)
    if not no_tests and not _tests_pass(terminal):
        terminal.say("nothing was changed: mend the tests, or deploy with --no-tests")
        return 1
    with open_desk(terminal) as desk:
        done = desk.post("/versions/deploy", {"version": program.hash})
        terminal.data(told(done, terminal.format, offline=desk.offline))
    return 0


def _tests_pass(terminal: Terminal) -> bool:
    from chatbot.testing import report  # noqa: PLC0415 - not with --no-tests
    from chatbot.testing.bench import Bench  # noqa: PLC0415 - see above
    from chatbot.testing.cases import load_cases  # noqa: PLC0415 - see above
    from chatbot.testing.playing import play  # noqa: PLC0415 - see above

    program, _ = load_clean(terminal)
    cases = load_cases(project_root(terminal), program, ())
    if wrong := [problem for problem in cases.diagnostics if problem.is_error]:
        raise AuthorError(wrong, cases.sources)
    bench = Bench(program)
    failed = [played for script in cases.scripts if not (played := play(script, bench)).passed]
    for played in failed:
        terminal.say(report.failure(played, width=100, color=terminal.colored))
    if not failed:
        terminal.say(f"{len(cases.scripts)} conversation tests pass" if cases.scripts else "there are no tests to play")
    return not failed
