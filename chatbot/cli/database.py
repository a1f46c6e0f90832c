"""Looks after a SQLite file from outside: reads it beside a running server and never writes to it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from chatbot.errors import OperatorError


def damage(path: Path) -> tuple[str, ...]:
    """What SQLite's own checks find wrong with the file; beside a running server too. Raises OperatorError."""
    with _reading(path) as connection:
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            return (f"cannot be read: {error}",)
    problems = [line for line in found if line != "ok"]
    problems += [f"a row of {table} names a row of {parent} that is not there" for table, _, parent, _ in orphans]
    return tuple(problems)


def backup(path: Path, copy: Path) -> None:
    """Copy the database as it is at one moment; `copy` appears only when it is whole. Raises OperatorError."""
    if copy.exists():
        raise OperatorError(f"{copy} exists: a backup never overwrites; name another file")
    try:
        with tempfile.NamedTemporaryFile(dir=copy.parent, prefix=".backup-", suffix=".db", delete=False) as part:
            partial = Path(part.name)
    except OSError as error:
        raise OperatorError(f"{copy.parent} cannot be written: {error.strerror}") from error
    try:
        with _reading(path) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file to carry away
        partial.replace(copy)
    except (OSError, sqlite3.Error) as error:
        raise OperatorError(f"{copy} was not written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can change nothing; the server's writes do not disturb it, nor it them."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise OperatorError(f"{path} cannot be opened: {error}") from error
    with closing(connection):
        yield connection
