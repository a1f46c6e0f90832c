"""Which arrival a turn is being computed for, in a file that outlives the process.

A process that is killed leaves what it wrote, however it dies, so nothing has to be synced before a turn: marking costs
less than two microseconds. A power cut may leave an older mark, which costs some arrival one of its attempts at most.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from chatbot.conversation.store import Work

_MARK: Final = struct.Struct("=?q")  # is it a timer, its row
_NOTHING: Final = bytes(_MARK.size)


@dataclass(frozen=True, slots=True)
class Mark:
    timer: bool
    row: int


class UnderWay:
    """`with under_way(work):` around what may kill the process. A disk that is full marks nothing."""

    __slots__ = ("_file",)

    def __init__(self, file: int) -> None:
        self._file = file

    @classmethod
    def open(cls, database: Path) -> UnderWay:
        """The file `<database>.turn`. Raises OSError."""
        beside = database.with_name(database.name + ".turn")
        return cls(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    def take(self) -> Mark | None:
        """What the process before died over, told once."""
        left = os.pread(self._file, _MARK.size, 0)
        self._write(_NOTHING)
        timer, row = _MARK.unpack(left) if len(left) == _MARK.size else (False, 0)
        return Mark(timer, row) if row else None

    def __call__(self, work: Work) -> UnderWay:
        self._write(_MARK.pack(work.source == "timer", work.row))
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """An interrupt stays marked: somebody may have ended what would not end."""
        if error is None or isinstance(error, Exception):
            self._write(_NOTHING)

    def _write(self, mark: bytes) -> None:
        with suppress(OSError):
            os.pwrite(self._file, mark, 0)

    def close(self) -> None:
        os.close(self._file)
