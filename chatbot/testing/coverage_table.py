"""The coverage of conversation tests as a table for a terminal: a row a file, and where to look."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chatbot.testing.coverage import WHAT, Coverage, Share, lines

GOOD, FAIR = 90, 60
"""Percent from which a share is shown as good, or as fair."""


def table(coverage: Coverage, *, width: int = 100, color: bool = False) -> str:
    """What was reached, file by file; only what exists in a file has a figure."""
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=color, no_color=not color, highlight=False)
    shown = Table(box=None, padding=(0, 1), show_edge=False)
    shown.add_column("file", no_wrap=True)
    for what in WHAT:
        shown.add_column(what, justify="right", no_wrap=True)
    shown.add_column("missed lines", overflow="fold")
    for file in coverage.sources:
        shares = [_share(coverage.share(what, file)) for what in WHAT]
        shown.add_row(Text(file), *shares, Text(lines(coverage.missing(file)), "red"))
    shown.add_section()
    shown.add_row(Text("all", "bold"), *(_share(coverage.share(what)) for what in WHAT), "")
    console.print(shown)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _share(share: Share) -> Text:
    if not share.all:
        return Text("-", "dim")
    style = "green" if share.percent >= GOOD else "yellow" if share.percent >= FAIR else "red"
    return Text(f"{share.reached}/{share.all}", style)
