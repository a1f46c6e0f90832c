"""The lock beside the database file: one process owns a database at a time.

The kernel frees it when the process dies, however it dies; the pid inside is for the message only.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from chatbot.errors import OperatorError


class FileLock:
    """Held from `take` to `release`."""

    __slots__ = ("_file",)

    def __init__(self, file: int) -> None:
        self._file = file

    @classmethod
    def take(cls, database: Path) -> FileLock:
        """Lock `<database>.lock` or say who has it."""
        path = database.with_name(database.name + ".lock")
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise OperatorError(
                f"{path} cannot be opened: {error.strerror}. Is the folder there and writable?"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise OperatorError(
                f"{database} is in use by process {owner}. Stop that one first, or give this one another database."
            ) from error
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        return cls(file)

    def release(self) -> None:
        os.ftruncate(self._file, 0)
        os.close(self._file)
