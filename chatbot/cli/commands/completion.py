"""`chatbot completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from chatbot.cli.command import Command

SHELLS: Final = ("bash", "fish", "zsh")


@click.command(cls=Command, examples=('eval "$(chatbot completion bash)"', "chatbot completion fish | source"))
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands in your shell.

    Put the example's line into your shell's start file: ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.
    """
    from chatbot.cli.app import app  # noqa: PLC0415 - it names this module

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(app, {}, "chatbot", "_CHATBOT_COMPLETE").source())
