"""The lock beside the database file: one process owns a database at a time.

The kernel frees it when the process dies, however it dies; the pid inside is for the message only. Both names a file
can be reached by and a lock file that somebody tidied away lead to the same owner: paths are resolved, and on Linux
the database itself is locked too. (There SQLite's own locks are of another kind and do not meet ours.)
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path
from typing import Final

from chatbot.errors import OperatorError

_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


class FileLock:
    """Held from `take` to `release`."""

    __slots__ = ("_files",)

    def __init__(self, *files: int) -> None:
        self._files = files

    @classmethod
    def take(cls, database: Path) -> FileLock:
        """Lock `<database>.lock` and, where that does no harm, the database, or say who has it."""
        database = database.resolve()
        beside = database.with_name(database.name + ".lock")
        file = _locked(beside, database)
        while not _is_at(file, beside):  # removed between opening and locking it: what we hold locks nothing
            os.close(file)
            file = _locked(beside, database)
        try:
            # Customers' words are nobody else's business; SQLite gives its -wal and -shm the same rights.
            own = _locked(database, database) if sys.platform == "linux" else _opened(database)
        except BaseException:
            os.close(file)
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        return cls(file, own)

    def release(self) -> None:
        """After the database is closed: closing our handle before would take SQLite's locks away."""
        os.ftruncate(self._files[0], 0)
        for file in self._files:
            os.close(file)


def _opened(path: Path) -> int:
    try:
        return os.open(path, _FLAGS, 0o600)
    except OSError as error:
        raise OperatorError(f"{path} cannot be opened: {error.strerror}. Is the folder there and writable?") from error


def _locked(path: Path, database: Path) -> int:
    file = _opened(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = "" if path == database else os.pread(file, 32, 0).decode(errors="replace").strip()
        os.close(file)
        who = f"process {owner}" if owner else "another process"
        raise OperatorError(
            f"{database} is in use by {who}. Stop that one first, or give this one another database."
        ) from error
    return file


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
