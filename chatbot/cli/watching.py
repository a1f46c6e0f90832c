"""A command that runs again whenever a file of the project changes, each time in a process of its own.

So it sees what the project is now, Python actions included, whatever was read before.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from watchfiles import Change, watch

from chatbot.cli.command import Terminal
from chatbot.watching import is_own

LOOK: Final = 200
"""Milliseconds the watcher listens at a time."""


def again_and_again(terminal: Terminal, root: Path, arguments: Sequence[str]) -> int:
    """Run `chatbot ARGUMENTS` now and at every change of a project's file, until Ctrl-C; gives the last exit code."""
    command = [sys.executable, "-c", "import sys; from chatbot.cli import main; sys.exit(main())", *arguments]

    def wanted(_change: Change, path: str) -> bool:
        return is_own(root, Path(path))

    code: int | None = None
    # It yields at once when it has begun to listen: no change between here and the end of a run is missed.
    for changes in watch(root, watch_filter=wanted, rust_timeout=LOOK, yield_on_timeout=True, raise_interrupt=True):
        if changes or code is None:
            code = _run(terminal, command)
    return code or 0


def _run(terminal: Terminal, command: Sequence[str]) -> int:
    if sys.stdout.isatty():
        click.clear()
    code = subprocess.run(command, check=False).returncode  # noqa: S603 - ourselves
    clock = datetime.now().astimezone().strftime("%H:%M:%S")
    terminal.say(f"{clock}: waiting for changes; Ctrl-C ends it")
    return code
