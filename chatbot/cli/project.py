"""Finds and loads the project a command is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.command import Terminal
from chatbot.errors import AuthorError, OperatorError

if TYPE_CHECKING:
    from chatbot.content.load import Loaded
    from chatbot.content.program import Program


def project_root(terminal: Terminal) -> Path:
    """The folder of --project, else of the nearest bot.yaml upwards. Raises OperatorError.

    Loads nothing: an operator's command should be there at once.
    """
    if terminal.project is not None:
        if not (terminal.project / "bot.yaml").is_file():
            raise OperatorError(f"{terminal.project} has no bot.yaml: --project names the folder it is in")
        return terminal.project.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "bot.yaml").is_file():
            return folder
    raise OperatorError(f"there is no bot.yaml in {here} or above it: go to a project, or name it with --project DIR")


def load(terminal: Terminal) -> Loaded:
    """The project with everything `check` has to say about it; `program` is None when it cannot run."""
    from chatbot.caching import load_project  # noqa: PLC0415 - what a command imports, it imports when it runs

    return load_project(project_root(terminal), os.environ)


def load_clean(terminal: Terminal) -> tuple[Program, Loaded]:
    """The program, for commands that need one that runs, and all that was loaded. Raises AuthorError."""
    loaded = load(terminal)
    errors = [problem for problem in loaded.diagnostics if problem.is_error]
    if errors or loaded.program is None:
        raise AuthorError(errors, loaded.sources)
    return loaded.program, loaded
