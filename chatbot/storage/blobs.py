"""Files that customers send: the port, and a directory behind it (s3.py is a bucket behind it).

A blob is written once and never changed: who puts a key again keeps what is there. It appears whole or not at all.
Keys are made by us - `folder/name.ext` - and are checked all the same: none leads out of the directory.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

PIECE: Final = 1 << 16
_PART: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}")


class Blob(Protocol):
    """One file that is there."""

    @property
    def size(self) -> int: ...

    def read(self, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes from `start` up to `stop`, in pieces; closed by whoever does not read to the end."""
        ...


class Blobs(Protocol):
    """Where files are kept. Raises OSError when it cannot, and ValueError for what is no key."""

    async def put(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        """Keep what comes, durable on return. Whatever `pieces` raises is raised, and nothing is kept then."""
        ...

    async def open(self, key: str) -> Blob | None: ...

    async def delete(self, key: str) -> None:
        """Forget one file, or with `folder` as the key all files in it; what is not there is no error."""
        ...


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int

    async def read(self, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes]:
        left = (self.size if stop is None else min(stop, self.size)) - start
        # Opening is quick; a reader that is cancelled while it waited for it would leave the file open.
        with self.path.open("rb") as file:
            file.seek(start)
            while left > 0 and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
                left -= len(piece)
                yield piece


class Directory:
    """Blobs as files only their owner can read; `root` is made when the first one comes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        path = self._path(key)
        draft = await asyncio.to_thread(_draft, path)
        try:
            with contextlib.closing(os.fdopen(draft[0], "wb")) as file:
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)
                await asyncio.to_thread(_flush, file)
            await asyncio.to_thread(_publish, draft[1], path)
        finally:
            draft[1].unlink(missing_ok=True)

    async def open(self, key: str) -> Blob | None:
        path = self._path(key)
        try:
            return _File(path, (await asyncio.to_thread(path.stat)).st_size)
        except FileNotFoundError:
            return None

    async def delete(self, key: str) -> None:
        path = self._path(key)
        await asyncio.to_thread(_forget if path.is_dir() else _unlink, path)

    def _path(self, key: str) -> Path:
        check_key(key)
        return self._root.joinpath(*key.split("/"))


def check_key(key: str) -> None:
    """Raise ValueError for what is no key."""
    if not all(_PART.fullmatch(part) for part in key.split("/")):
        raise ValueError("not a key: parts of letters, digits, - and _, with a slash between them")


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)


def _forget(folder: Path) -> None:
    """Remove a folder with its files, whoever removes some of them meanwhile. Raises OSError for what stays."""
    while folder.exists():
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)


def _draft(path: Path) -> tuple[int, Path]:
    """A file of its own beside where it will stand; its name is no key, so nobody can ask for it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    return os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), draft


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _publish(draft: Path, path: Path) -> None:
    """Give the draft its name, unless there is one of that name already."""
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
