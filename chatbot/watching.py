"""Watching a project's files: what changed, once the editor has finished writing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from watchfiles import Change, awatch

from chatbot.content.actions import ACTIONS_FILE
from chatbot.content.load import BOT_FILE

logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every burst, wanted or not

SETTLE: Final = 120
"""Milliseconds of quiet behind a change before it is told: editors write a file in several goes."""

_FOLDERS: Final = ("intents", "flows", "texts", "tests")
_ENDINGS: Final = (".yaml", ".yml")


async def changes(root: Path, stop: asyncio.Event | None = None) -> AsyncIterator[frozenset[str]]:
    """The project's own files that changed, by their path in it, a set for each burst; until `stop` is set.

    Hidden files, virtual environments and projects inside this one are not looked at.
    """
    root = root.resolve()  # noqa: ASYNC240 - once, before anything waits

    def wanted(_change: Change, path: str) -> bool:
        return is_own(root, Path(path))

    async for burst in awatch(root, watch_filter=wanted, stop_event=stop, step=SETTLE // 2, debounce=SETTLE * 4):
        yield frozenset(Path(path).relative_to(root).as_posix() for _, path in burst)


def is_own(root: Path, path: Path) -> bool:
    """Whether a file belongs to the project at `root`: bot.yaml, actions.py, or YAML in one of its folders."""
    try:
        inside = path.relative_to(root)
    except ValueError:
        return False
    if inside.as_posix() in (BOT_FILE, ACTIONS_FILE):
        return True
    if inside.suffix not in _ENDINGS or not inside.parts or inside.parts[0] not in _FOLDERS:
        return False
    hidden = any(part.startswith(".") for part in inside.parts)
    return not hidden and not any((folder / BOT_FILE).exists() for folder in _folders_between(root, path))


def _folders_between(root: Path, path: Path) -> Iterator[Path]:
    for folder in path.parents:
        if folder == root:
            return
        yield folder
