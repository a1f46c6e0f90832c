"""Who owns a database file, and how it is left behind."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from chatbot.conversation.store import CallEnd, Slots
from chatbot.errors import OperatorError
from chatbot.storage.sqlite.lock import FileLock
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Call
from tests.conversation.path_kit import NOW, said
from tests.storage.store_kit import commit, open_sqlite, pending, put, rows, speaks, take, with_record


async def test_another_name_of_the_file_leads_to_the_same_owner(database: Path, tmp_path: Path) -> None:
    store = open_sqlite(database)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(database)
    with pytest.raises(OperatorError, match="in use by process"):
        SqliteStore.open(link)
    await store.close(clean=True)


async def test_a_lock_file_that_is_tidied_away_lets_nobody_in(database: Path) -> None:
    store = open_sqlite(database)
    database.with_name(database.name + ".lock").unlink()
    with pytest.raises(OperatorError, match="in use by another process"):
        open_sqlite(database)
    await put(store, said("hi", 1))
    await store.close(clean=True)
    again = open_sqlite(database)
    await again.close(clean=True)


def test_a_lock_file_removed_while_it_is_being_locked_is_not_taken_for_the_lock(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = database.with_name(database.name + ".lock")
    works, times = fcntl.flock, []

    def removes(file: int, operation: int) -> None:
        works(file, operation)
        times.append(file)
        if len(times) == 1:
            beside.unlink()  # the owner before went and somebody tidied up

    monkeypatch.setattr(fcntl, "flock", removes)
    held = FileLock.take(database)
    assert beside.exists()
    held.release()


@pytest.mark.parametrize("what", ["nothing", "send", "call"])
async def test_a_stop_is_clean_only_when_nothing_was_under_way(database: Path, what: str) -> None:
    store = open_sqlite(database)
    await store.start(NOW, 10)
    await put(store, said("hi", 1))
    [work] = await pending(store)
    call = Call(1, "GET", "shop", "/", deadline_at=NOW + 1000) if what == "call" else None
    await commit(store, with_record(speaks(work, "hello", call=call), call=1 if call else None))
    if what == "send":
        assert len(await take(store)) == 1
    if what == "call":
        assert len((await store.exchange_calls([], Slots(5), NOW)).calls) == 1
    await store.close(clean=True)
    store = open_sqlite(database)
    assert await store.start(NOW, 10) is (what == "nothing")
    await store.close(clean=True)


async def test_pruning_goes_past_what_must_stay(database: Path) -> None:
    store = open_sqlite(database)
    await put(store, said("stays", 0))

    def fill(conn: object) -> None:
        conn.executemany(  # type: ignore[attr-defined]
            "INSERT INTO inbox(conversation, source, body, status, arrived_at) VALUES (1, 'inbound', '{}', 'done', ?)",
            [(at,) for at in [1] * 12_000 + [NOW] * 50],
        )

    await store._writer.run(fill)
    rounds = 1
    while await store.prune(NOW, keep=1000):
        rounds += 1
    assert rounds == 3
    assert rows(database, "SELECT status, count(*) FROM inbox GROUP BY 1") == [("done", 50), ("pending", 1)]
    await store.close(clean=True)


async def test_a_retry_of_a_call_that_is_not_under_way_changes_nothing(database: Path) -> None:
    """A late report of an attempt that a restart has taken over must not put the next one off."""
    store = open_sqlite(database)
    await put(store, said("hi", 1))
    [work] = await pending(store)
    placed = Call(1, "GET", "shop", "/", deadline_at=NOW + 1000)
    await commit(store, with_record(speaks(work, call=placed), call=1))
    [call] = (await store.exchange_calls([], Slots(5), NOW)).calls
    await store.start(NOW, 10)
    assert len((await store.exchange_calls([CallEnd(call.id, next_try_at=NOW + 500)], Slots(5), NOW)).calls) == 1
    await store.close(clean=False)
