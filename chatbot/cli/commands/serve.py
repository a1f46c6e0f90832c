"""`chatbot serve`: runs the bot until it is told to stop."""

from __future__ import annotations

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import project_root


@click.command(cls=Command, examples=("chatbot serve", "chatbot serve --port 9000", "chatbot serve --dev"))
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="CHATBOT_HOST", show_envvar=True, help="Address."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    envvar="CHATBOT_PORT",
    show_envvar=True,
    help="Port; 0 takes a free one.",
)
@click.option("--dev", is_flag=True, help="Take up changes of the files as they are saved, if they check clean.")
@common()
def command(terminal: Terminal, host: str, port: int, *, dev: bool) -> None:
    """Run the bot: webhooks, web chat, delivery.

    Ctrl-C or SIGTERM stops it after what it has begun. Exit code 3 when settings, database or port are not as needed.
    """
    root = project_root(terminal)
    from chatbot.server.process import serve  # noqa: PLC0415 - after the cheap refusals: it imports aiohttp and sqlalchemy

    serve(root, host=host, port=port, dev=dev)
