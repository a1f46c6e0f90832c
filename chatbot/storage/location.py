"""Where a project's database is: what `store:` in bot.yaml means."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chatbot.errors import OperatorError

_SQLITE: Final = "sqlite:///"


def database_path(root: Path, store: str) -> Path:
    """The SQLite file that `store:` names; a relative one lies in the project. Raises OperatorError."""
    if not store.startswith(_SQLITE):
        kind = store.split(":", 1)[0]
        raise OperatorError(f"store: {kind} is not supported yet; write sqlite:///chatbot.db")
    name = store.removeprefix(_SQLITE)
    if not name:
        raise OperatorError("store: names no file; write sqlite:///chatbot.db")
    return root / name


def files_beside(database: Path) -> Path:
    """The directory of the files that belong to a database."""
    return database.with_name(database.name + ".files")
