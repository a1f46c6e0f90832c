"""Files that are to go: none keeps those of others, and none is lost track of while another is being put."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from pathlib import Path as File

import pytest

from chatbot.contacts import shredding
from chatbot.contacts.shredding import Shredder
from chatbot.errors import OperatorError
from chatbot.storage.blobs import Blob, Directory
from chatbot.storage.sqlite.store import SqliteStore
from tests.storage.store_kit import open_sqlite
from tests.storage.test_blobs import pieces


class Far(Directory):
    """A storage that is far away: what is `slow` goes when the gate opens, what is `stuck` does not go."""

    def __init__(self, root: File) -> None:
        super().__init__(root)
        self.slow: set[str] = set()
        self.stuck: set[str] = set()
        self.gate = asyncio.Event()

    async def delete(self, key: str) -> None:
        if key in self.slow:
            await self.gate.wait()
        if key in self.stuck:
            raise Refusal("bucket acme: the key may not do this: allow it DeleteObject")
        await super().delete(key)


class Refusal(OperatorError, OSError):
    """As a bucket refuses."""


@pytest.fixture
async def store(tmp_path: File) -> AsyncIterator[SqliteStore]:
    opened = open_sqlite(tmp_path / "chatbot.db")
    yield opened
    await opened.close(clean=True)


@pytest.fixture
def far(tmp_path: File) -> Far:
    return Far(tmp_path / "files")


@pytest.fixture
def blobs(far: Far, store: SqliteStore) -> Shredder[Blob]:
    return Shredder(far, store)


def to_go(tmp_path: File, names: Iterable[str]) -> None:
    with closing(sqlite3.connect(tmp_path / "chatbot.db")) as database, database:
        database.executemany("INSERT OR IGNORE INTO erased_files VALUES (?)", [(name,) for name in names])


async def slowly(gate: asyncio.Event) -> AsyncIterator[bytes]:
    yield b"x"
    await gate.wait()


async def test_a_deletion_that_takes_long_holds_up_nobody_elses_file(
    blobs: Shredder[Blob], far: Far, tmp_path: File
) -> None:
    to_go(tmp_path, ["page/ana"])
    far.slow.add("page/ana")
    async with asyncio.TaskGroup() as group, asyncio.timeout(5):
        group.create_task(blobs.shred())
        await asyncio.sleep(0.05)
        await blobs.put("page/bo/1.png", pieces(b"x"))
        assert await blobs.open("page/bo/1.png")
        far.gate.set()


async def test_who_puts_a_file_waits_until_their_own_folder_is_gone(
    blobs: Shredder[Blob], far: Far, store: SqliteStore, tmp_path: File
) -> None:
    await far.put("page/ana/old.png", pieces(b"x"))
    to_go(tmp_path, ["page/ana"])
    far.slow.add("page/ana")
    async with asyncio.TaskGroup() as group, asyncio.timeout(5):
        group.create_task(blobs.shred())
        putting = group.create_task(blobs.put("page/ana/new.png", pieces(b"x")))
        await asyncio.sleep(0.05)
        assert not putting.done()
        far.gate.set()
    assert await blobs.open("page/ana/old.png") is None
    assert await blobs.open("page/ana/new.png")
    assert await store.erased_files() == []


async def test_a_folder_that_a_file_is_coming_to_is_deleted_when_it_is_there(
    blobs: Shredder[Blob], store: SqliteStore, tmp_path: File
) -> None:
    gate = asyncio.Event()
    async with asyncio.TaskGroup() as group, asyncio.timeout(5):
        group.create_task(blobs.put("page/ana/1.png", slowly(gate)))
        await asyncio.sleep(0.05)
        to_go(tmp_path, ["page/ana"])
        await blobs.shred()
        assert await store.erased_files() == ["page/ana"]
        gate.set()
    await blobs.shred()
    assert await store.erased_files() == []
    assert await blobs.open("page/ana/1.png") is None


async def test_a_file_that_comes_while_an_earlier_one_is_on_its_way_to_go_waits_and_stays(
    blobs: Shredder[Blob], tmp_path: File
) -> None:
    gate = asyncio.Event()
    async with asyncio.TaskGroup() as group, asyncio.timeout(5):
        group.create_task(blobs.put("page/ana/1.png", slowly(gate)))
        await asyncio.sleep(0.05)
        to_go(tmp_path, ["page/ana"])
        later = [group.create_task(blobs.put(f"page/ana/{number}.png", pieces(b"x"))) for number in (2, 3, 4)]
        await asyncio.sleep(0.05)
        assert not any(each.done() for each in later)
        gate.set()
    assert await blobs.open("page/ana/1.png") is None
    for number in (2, 3, 4):
        assert await blobs.open(f"page/ana/{number}.png")


async def test_it_does_not_wait_for_ever(
    blobs: Shredder[Blob], tmp_path: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shredding, "PATIENCE", 0.1)
    gate = asyncio.Event()
    async with asyncio.TaskGroup() as group, asyncio.timeout(5):
        group.create_task(blobs.put("page/ana/1.png", slowly(gate)))
        await asyncio.sleep(0.05)
        to_go(tmp_path, ["page/ana"])
        with pytest.raises(OSError, match="still coming"):
            await blobs.put("page/ana/2.png", pieces(b"x"))
        gate.set()


async def test_nothing_is_put_where_what_is_to_go_first_is_stuck(
    blobs: Shredder[Blob], far: Far, tmp_path: File
) -> None:
    to_go(tmp_path, ["page/ana"])
    far.stuck.add("page/ana")
    with pytest.raises(OSError, match="still there"):
        await blobs.put("page/ana/1.png", pieces(b"x"))


async def test_a_whole_page_of_stuck_ones_keeps_none_of_the_rest(
    blobs: Shredder[Blob], far: Far, store: SqliteStore, tmp_path: File
) -> None:
    far.stuck.update(f"page/{number:04}" for number in range(501))
    to_go(tmp_path, [*far.stuck, "page/last"])
    await blobs.shred()
    assert await store.erased_among(["page/last", "page/0000"]) == ["page/0000"]


async def test_why_files_are_still_there_is_in_the_log(
    blobs: Shredder[Blob], far: Far, tmp_path: File, caplog: pytest.LogCaptureFixture
) -> None:
    to_go(tmp_path, ["page/ana"])
    far.stuck.add("page/ana")
    await blobs.shred()
    assert "allow it DeleteObject" in caplog.text


async def test_a_fault_that_nobody_expected_does_not_end_all_erasing(
    blobs: Shredder[Blob], far: Far, store: SqliteStore, tmp_path: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_go(tmp_path, ["page/ana"])

    async def breaks(self: Far, key: str) -> None:
        monkeypatch.undo()
        raise RuntimeError

    monkeypatch.setattr(Far, "delete", breaks)
    running = asyncio.create_task(blobs.run())
    async with asyncio.timeout(5):
        while await store.erased_files():
            await blobs.put("page/bo/1.png", pieces(b"x"))
            await asyncio.sleep(0.02)
    running.cancel()
