"""The `chatbot` command itself: which commands there are, and what an error becomes.

Names and one-line helps stand in a table, so that `chatbot --help` and completion import no command.
"""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

from chatbot.cli.command import Group, plain_colors
from chatbot.errors import AuthorError, ChatbotError

if TYPE_CHECKING:
    from click import Context

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "check": "Look for mistakes in the project's files.",
        "test": "Run the conversation tests.",
        "chat": "Talk to the bot in the terminal.",
        "why": "Explain how a text is understood and what would happen next.",
        "evaluate": "Measure how well intents are told apart.",
        "learn": "Propose intents and phrases for what was not understood.",
        "parse": "Show the events in a webhook body of a platform.",
        "rule": "Explain a code that `check` printed.",
        "serve": "Run the bot: webhooks, web chat, delivery.",
        "record": "Turn a stored conversation into a conversation test.",
        "replay": "Show where stored conversations would go another way now.",
        "graph": "Draw the flows: Mermaid, or an HTML page.",
        "new": "Make a new project in DIR.",
        "schema": "Print or write JSON Schemas for editors.",
        "deploy": "Make the project's files the active version of the running bot.",
        "rollback": "Go back to an earlier version of the bot.",
        "channels": "Look at the accounts at their platforms, and set them up.",
        "handoffs": "Answer the customers who wait for a person.",
        "db": "Look after the database: upgrade, status, check, backup.",
        "completion": "Print the script that completes commands in your shell.",
        "doctor": "Check that this machine has what the bot needs.",
    }
)
"""Command -> short help. `chatbot.cli.commands.<name>` holds it as `command`."""

INTERNAL: Final = 70
INTERRUPTED: Final = 130


class Commands(Group):
    """A group whose commands are stand-ins (name and short help) until one is to run."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None:
            command = import_module(f"chatbot.cli.commands.{command.name}").command
        return name, command, rest


@click.command(
    "chatbot",
    cls=Commands,
    examples=("chatbot check", "chatbot chat", "chatbot serve"),
    commands={name: click.Command(name, short_help=line) for name, line in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(package_name="chatbot", message="%(prog)s %(version)s")
@click.pass_context
def app(ctx: Context) -> None:
    """A rule-based customer-service chatbot: intents and flows in YAML, people when it matters."""
    if ctx.invoked_subcommand is None:
        _alone(ctx)


def _alone(ctx: Context) -> None:
    """`chatbot` and nothing else: how the project stands; outside of one, the help page."""
    here = Path.cwd()
    if not any((folder / "bot.yaml").is_file() for folder in (here, *here.parents)):
        click.echo(ctx.get_help())
        return
    from chatbot.cli import overview  # noqa: PLC0415 - loads the project, which --help must not

    overview.show()


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0, 1 findings, 2 usage, 3 operator, 70 internal, 130 interrupted."""
    try:
        code = app.main(args, prog_name="chatbot", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ChatbotError as error:
        _report(error)
        return error.exit_code
    except Exception:  # noqa: BLE001 - the edge: whatever it is, the user gets a sentence and we get a traceback
        return _crashed(traceback.format_exc())
    return code if isinstance(code, int) else 0


def _report(error: ChatbotError) -> None:
    if isinstance(error, AuthorError):
        # Only when there is something to say: --help must not load what content needs.
        from chatbot.content.diagnostics import render_text  # noqa: PLC0415

        click.echo(render_text(error.diagnostics, error.sources), err=True, color=plain_colors())
    click.echo(f"{click.style('error:', fg='red', bold=True)} {error}", err=True, color=plain_colors())


def _crashed(report: str) -> int:
    """Keep the traceback in a file only the user can read; it may hold a customer's words."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="chatbot-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as kept:
        kept.write(report)
    last = report.strip().rsplit("\n", 1)[-1]
    click.echo(f"internal error: {last}\nThis is a bug in chatbot. Please report it with {kept.name}", err=True)
    return INTERNAL
