"""`chatbot graph`: the flows as diagrams."""

from __future__ import annotations

from pathlib import Path

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import load_clean
from chatbot.cli.showing import count
from chatbot.content.drawing import mermaid
from chatbot.content.nearest import nearest
from chatbot.errors import OperatorError


@click.command(
    cls=Command, examples=("chatbot graph order_status", "chatbot graph --html flows.html", "chatbot graph > flows.mmd")
)
@click.argument("flows", nargs=-1, metavar="[FLOWS]...")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a page instead.")
@common()
def command(terminal: Terminal, flows: tuple[str, ...], html: Path | None) -> None:
    """Draw the flows: Mermaid, or an HTML page.

    FLOWS are names of flows; without any, all of the project's. Mermaid goes to standard output, as GitHub and many
    editors show it. The page needs nothing beside it, no network either.
    """
    program, _ = load_clean(terminal)
    own = [name for name in program.flows if not name.startswith("system.")]
    for name in flows:
        if name not in program.flows:
            advice = nearest(name, own) or f"there are {', '.join(own)}"
            raise click.BadParameter(f"there is no flow {name!r}; {advice}", param_hint="FLOWS")
    graphs = [program.flows[name] for name in flows or own]
    if html is None:
        terminal.data(mermaid(graphs), newline=False)
        return
    from chatbot.cli.flow_page import page  # noqa: PLC0415 - only a page needs a template

    try:
        html.write_text(page(program.bot.name, graphs), encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"cannot write {html}: {error.strerror}") from None
    terminal.say(f"wrote {html}: {count(len(graphs), 'flow')}")
