"""`chatbot evaluate`: how well intents are told apart, what that costs, and what would make it better."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chatbot.cli import evaluating
from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.evaluation_page import page
from chatbot.cli.evaluation_report import Report
from chatbot.cli.project import load_clean
from chatbot.content.program import Program
from chatbot.understanding.evaluation import accuracy, outcome

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    cls=Command,
    examples=(
        "chatbot evaluate",
        "chatbot evaluate --test real_messages.csv --html report.html",
        "chatbot evaluate --train train.csv --test test.csv --format json",
        "chatbot evaluate --min-accuracy 0.9",
    ),
)
@click.option("--train", type=_FILE, metavar="FILE", help="Learn from this CSV (text,intent), not from the project.")
@click.option("--test", type=_FILE, metavar="FILE", help="Ask the messages of this CSV; `oos` is out of scope.")
@click.option("--language", metavar="CODE", help="The language of --train; else it is told by its words.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a page, too.")
@click.option(
    "--min-accuracy",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with 1 below this share of right messages, such as 0.9.",
)
@common("text", "json")
def command(
    terminal: Terminal,
    *,
    train: Path | None,
    test: Path | None,
    language: str | None,
    html: Path | None,
    min_accuracy: float | None,
) -> int:
    """Measure how well intents are told apart.

    Without --test by cross-validation: each phrase is read by a bot that was built without it. Accuracy counts the best
    candidate of each message in scope; what the thresholds let start is told beside it.
    """
    program = _program(terminal, train, language)
    if test is None:
        measured = evaluating.cross_validate(program, terminal.say)
    else:
        measured = evaluating.measure(program, evaluating.rows_of(test))
    matching = program.bot.matching
    report = Report(measured, outcome(measured.judged, matching.accept, matching.margin), matching.suggest)
    if terminal.format == "json":
        terminal.data(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        terminal.data(report.render())
    if html is not None:
        html.write_text(page(report), encoding="utf-8")
        terminal.say(f"written to {html}")
    reached = accuracy(measured.judged)
    if min_accuracy is not None and reached < min_accuracy:
        terminal.say(f"accuracy {reached:.3f} is below {min_accuracy:.3f}")
        return 1
    return 0


def _program(terminal: Terminal, train: Path | None, language: str | None) -> Program:
    if train is not None:
        return evaluating.program_of(evaluating.rows_of(train), language)
    if language is not None:
        raise click.UsageError("--language is about the file of --train; a project names its languages in bot.yaml")
    return load_clean(terminal)[0]
