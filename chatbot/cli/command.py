"""What every command shares: its help page, the options of the same name everywhere, and where output goes.

Data goes to stdout, talk to stderr; colors only where somebody looks.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import click

Format: TypeAlias = Literal["text", "json", "github"]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Terminal:
    """How the user wants to be spoken to. `project` is --project as given; `color` None lets each stream decide."""

    project: Path | None = None
    format: Format = "text"
    quiet: bool = False
    verbose: bool = False
    color: bool | None = None

    def data(self, text: str, *, newline: bool = True) -> None:
        """What was asked for: stdout."""
        click.echo(text, nl=newline, color=self.color)

    def say(self, text: str) -> None:
        """Talk around it: stderr, and nothing under --quiet."""
        if not self.quiet:
            click.echo(text, err=True, color=self.color)

    @property
    def colored(self) -> bool:
        """Whether stdout will show colors, for output that is laid out by someone else."""
        return sys.stdout.isatty() if self.color is None else self.color


def plain_colors() -> bool | None:
    """False when the environment asks for no colors (NO_COLOR, TERM=dumb), None when each stream may decide."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


class _Page(click.Command):
    """A help page in the order people read: what it is, how others use it, how to call it, what else it takes."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = tuple(examples)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        about = inspect.cleandoc(self.help or "").split("\n\n", 1)
        formatter.write_text(about[0])
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"{'':>{formatter.current_indent}}{line}\n" for line in self.examples))
        formatter.write_paragraph()
        self.format_usage(ctx, formatter)
        if about[1:]:
            formatter.write_paragraph()
            formatter.write_text(about[1])
        self.format_options(ctx, formatter)


class Command(_Page):
    """One command."""


class Group(_Page, click.Group):
    """A command that has commands; each of them is a `Command`."""

    command_class = Command


def common(*formats: Format) -> Callable[[F], F]:
    """Give a command --project, --format (one of `formats`, when there is a choice), --quiet, --verbose and --color.

    The command receives them as its first argument, a `Terminal`.
    """

    def decorate(function: F) -> F:
        def run(
            *args: Any,
            project: Path | None,
            quiet: bool,
            verbose: bool,
            color: bool | None,
            form: Format = "text",
            **rest: Any,
        ) -> Any:
            shade = plain_colors() if color is None else color
            return function(Terminal(project, form, quiet, verbose, shade), *args, **rest)

        run.__name__, run.__doc__ = function.__name__, function.__doc__
        run.__dict__.update(function.__dict__)  # the options click has noted so far
        for option in _options(formats or ("text",)):
            run = option(run)
        return run  # type: ignore[return-value]  # same signature but for the Terminal, which click does not see

    return decorate


def _options(formats: tuple[Format, ...]) -> list[Callable[[Any], Any]]:
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    options: list[Callable[[Any], Any]] = [
        click.option("--color/--no-color", default=None, help="Colors; else where a terminal shows them."),
        click.option("--verbose", "-v", is_flag=True, help="Say more."),
        click.option("--quiet", "-q", is_flag=True, help="Say only what was asked for."),
    ]
    if len(formats) > 1:
        options.append(
            click.option(
                "--format",
                "form",
                type=click.Choice(formats),
                default=formats[0],
                show_default=True,
                help="Form of output.",
            )
        )
    options.append(
        click.option(
            "--project", type=folder, metavar="DIR", help="The bot's folder; else the nearest bot.yaml upwards."
        )
    )
    return options
