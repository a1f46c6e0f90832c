"""Which arrival a turn is being computed for, in a page of memory that outlives the process.

A process that is killed leaves what it wrote to a mapped file, however it dies, so nothing has to be stored and synced
before a turn: marking costs well under a microsecond. A power cut may leave an older mark, which costs some arrival
one of its attempts at most.
"""

from __future__ import annotations

import mmap
import os
import struct
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
    """`with under_way(work):` around what may kill the process."""

    __slots__ = ("_page",)

    def __init__(self, page: mmap.mmap) -> None:
        self._page = page

    @classmethod
    def open(cls, database: Path) -> UnderWay:
        """The file `<database>.turn`. Raises OSError."""
        file = os.open(database.with_name(database.name + ".turn"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(file, _MARK.size)
            return cls(mmap.mmap(file, _MARK.size))
        finally:
            os.close(file)

    def take(self) -> Mark | None:
        """What the process before died over, told once."""
        timer, row = _MARK.unpack(self._page[:])
        self._page[:] = _NOTHING
        return Mark(timer, row) if row else None

    def __call__(self, work: Work) -> UnderWay:
        self._page[:] = _MARK.pack(work.source == "timer", work.row)
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """An interrupt stays marked: somebody may have ended what would not end."""
        if error is None or isinstance(error, Exception):
            self._page[:] = _NOTHING

    def close(self) -> None:
        self._page.close()
