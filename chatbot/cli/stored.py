"""Stored conversations for the commands that live them again: where they are, and the versions they ran on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from chatbot.cli.command import Terminal
from chatbot.cli.project import load_clean, project_root
from chatbot.content.load import Loaded
from chatbot.content.program import Program
from chatbot.engine.engine import Engine
from chatbot.errors import OperatorError
from chatbot.runtime import restored
from chatbot.storage.location import database_path
from chatbot.storage.sqlite.history import Histories, histories


@contextmanager
def stored(terminal: Terminal) -> Iterator[tuple[Program, Loaded, Histories]]:
    """The project as its files are now, and what its database remembers. Raises AuthorError, OperatorError."""
    program, loaded = load_clean(terminal)
    with histories(database_path(project_root(terminal), program.bot.store)) as found:
        yield program, loaded, found


def engines(found: Histories) -> Callable[[str], Engine]:
    """Version -> its engine, made once. Raises OperatorError for a version that is gone."""

    @cache
    def engine(version: str) -> Engine:
        bundle = found.bundle(version)
        if bundle is None:
            raise OperatorError(f"a conversation ran on version {version[:12]} of the bot, which is stored no more")
        return restored(bundle, os.environ).engine

    return engine
