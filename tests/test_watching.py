"""Watching a project: its own files and no others, once they have been written."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from chatbot.watching import changes, is_own


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("bot.yaml", True), ("actions.py", True), ("flows/a.yaml", True), ("flows/deep/a.yml", True),
        ("tests/a.test.yaml", True), ("flows/.a.yaml", False), ("flows/a.yaml~", False), ("other/a.yaml", False),
        ("a.yaml", False), (".venv/bot.yaml", False), ("tests/inner/flows/a.yaml", False), ("../bot.yaml", False),
    ],
)  # fmt: skip
def test_a_projects_own_files_are_told_from_all_others(tmp_path: Path, name: str, *, own: bool) -> None:
    inner = tmp_path / "tests" / "inner"
    inner.mkdir(parents=True)
    (inner / "bot.yaml").touch()
    assert is_own(tmp_path, tmp_path / name) is own


async def test_what_is_saved_is_told_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    stop = asyncio.Event()
    seen: list[frozenset[str]] = []

    async def watch() -> None:
        async for burst in changes(tmp_path, stop):
            seen.append(burst)
            stop.set()

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(watch())
        while not seen:  # the watcher needs a moment to begin; what is written before is not told
            (tmp_path / "flows" / "a.yaml").write_text("flow: a")
            (tmp_path / "flows" / "a.yaml.swp").write_text("x")
            await asyncio.sleep(0.2)
    assert set(seen) == {frozenset({"flows/a.yaml"})}
