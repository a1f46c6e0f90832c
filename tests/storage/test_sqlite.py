"""What only the SQLite store promises: one writer, one owner, and no wedge when the disk is full."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from chatbot.conversation.store import Overloaded, Unavailable
from chatbot.errors import OperatorError
from chatbot.storage.migrate import HEAD, configuration, status, upgrade
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.storage.sqlite.writer import Writer
from chatbot.storage.tables import metadata
from tests.conversation.path_kit import NOW, said
from tests.storage.store_kit import commit, letter, open_sqlite, pending, put, rows, speaks


async def _writer(path: Path, **options: int) -> Writer:
    def connect() -> sqlite3.Connection:
        conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY)")
        return conn

    return Writer(connect, **options)


def adds(number: int) -> Callable[[sqlite3.Connection], int]:
    return lambda conn: conn.execute("INSERT INTO t VALUES (?)", (number,)).rowcount


async def test_a_unit_that_raises_is_undone_alone(database: Path) -> None:
    writer = await _writer(database)
    units = [writer.run(adds(number)) for number in (1, 1, 2)]
    writer.start()
    done = await asyncio.gather(*units, return_exceptions=True)
    writer.stop()
    assert isinstance(done[1], sqlite3.IntegrityError)
    assert (done[0], done[2]) == (1, 1)
    assert rows(database, "SELECT n FROM t") == [(1,), (2,)]


async def test_units_that_queued_meanwhile_share_one_commit(database: Path) -> None:
    writer = await _writer(database)
    seen: list[int] = []

    def counts(conn: sqlite3.Connection) -> None:
        seen.append(conn.total_changes)
        conn.execute("INSERT INTO t DEFAULT VALUES")

    before = [writer.run(counts) for _ in range(50)]
    writer.start()
    await asyncio.gather(*before)
    assert rows(database, "SELECT count(*) FROM t") == [(50,)]
    writer.stop()
    assert seen == list(range(50))


async def test_a_unit_that_ends_the_transaction_loses_the_batch_but_not_the_writer(database: Path) -> None:
    writer = await _writer(database)

    def sabotage(conn: sqlite3.Connection) -> int:
        conn.execute("ROLLBACK")
        raise sqlite3.OperationalError("the transaction is gone")

    units: list[asyncio.Future[int]] = [writer.run(adds(1)), writer.run(sabotage), writer.run(adds(2))]
    writer.start()
    done = await asyncio.gather(*units, return_exceptions=True)
    assert all(isinstance(one, sqlite3.OperationalError) for one in done)
    assert await writer.run(adds(3)) == 1
    writer.stop()
    assert rows(database, "SELECT n FROM t") == [(3,)]


async def test_too_many_waiting_writes_are_refused(database: Path) -> None:
    writer = await _writer(database, limit=2)
    units = [writer.run(adds(1)), writer.run(adds(2))]
    with pytest.raises(Overloaded):
        writer.run(adds(3))
    writer.start()
    await asyncio.gather(*units)
    writer.stop()


async def test_a_cancelled_waiter_does_not_disturb_the_batch(database: Path) -> None:
    writer = await _writer(database)
    waiter = asyncio.ensure_future(writer.run(adds(1)))
    other = writer.run(adds(2))
    waiter.cancel()
    writer.start()
    await other
    writer.stop()
    assert rows(database, "SELECT n FROM t") == [(1,), (2,)]


async def test_a_full_disk_refuses_and_recovers_alone(database: Path) -> None:
    """max_page_count stands in for the disk: the same error, the same automatic rollback."""
    store = open_sqlite(database)
    await put(store, said("hi", 0))
    await store.close(clean=True)
    pages = rows(database, "PRAGMA page_count")[0][0]
    assert isinstance(pages, int)
    store = open_sqlite(database, max_pages=pages + 6)
    stored: list[int] = []
    refused: list[int] = []
    for number in range(1, 60):
        try:
            await put(store, said("x" * 2000, number))
        except Unavailable as error:
            refused.append(error.retry_after)
        else:
            stored.append(number)
    assert all(refused)
    assert refused
    assert len(await pending(store)) == 1  # reading still works
    await store._writer.run(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages + 600}").fetchall())
    for number in range(1, 60):  # the platform delivers everything again
        await put(store, said("x" * 2000, number))
    kept = rows(database, "SELECT count(*) FROM inbox")
    await store.close(clean=True)
    assert kept == [(60,)]
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]


async def test_a_full_disk_loses_no_turn(database: Path) -> None:
    store = open_sqlite(database)
    await put(store, said("hi", 0))
    await store.close(clean=True)
    pages = rows(database, "PRAGMA page_count")[0][0]
    assert isinstance(pages, int)
    store = open_sqlite(database, max_pages=pages)
    [work] = await pending(store)
    long = speaks(work, "x" * 100_000)
    [verdict] = await commit(store, long)
    assert isinstance(verdict, Unavailable)
    await store._writer.run(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages + 600}").fetchall())
    assert await commit(store, long) == [True]
    await store.close(clean=True)


async def test_a_second_owner_is_refused_and_told_who_is_first(database: Path) -> None:
    store = open_sqlite(database)
    with pytest.raises(OperatorError, match=f"in use by process {os.getpid()}") as refused:
        open_sqlite(database)
    assert refused.value.exit_code == 3
    await store.close(clean=True)
    again = open_sqlite(database)
    await again.close(clean=True)


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my shopping list " * 100)
    with pytest.raises(OperatorError, match="notes"):
        open_sqlite(path)
    assert path.read_text().startswith("my shopping")


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="folder"):
        SqliteStore.open(tmp_path / "missing" / "x.db")


async def test_fast_durability_syncs_less(database: Path) -> None:
    for durability, level in (("full", 2), ("fast", 1)):
        store = open_sqlite(database, durability=durability)  # type: ignore[arg-type]
        found = await store._writer.run(lambda conn: conn.execute("PRAGMA synchronous").fetchone())
        await store.close(clean=True)
        assert found == (level,)


async def test_known_senders_are_remembered_only_once_they_are_stored(database: Path) -> None:
    store = open_sqlite(database)
    await put(store, said("hi", 1))
    assert len(store._known) == 1
    nobodys = replace(letter(said("hi", 3, contact="cy")), channel=None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        await store.accept([letter(said("hi", 2, contact="bo")), nobodys], NOW)
    assert len(store._known) == 1
    await store.close(clean=True)


# --- migrations -------------------------------------------------------------------------------------------


def test_migrations_lead_to_the_tables_as_they_are_defined(database: Path) -> None:
    assert upgrade(database).current == HEAD
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_rows_that_wait_get_their_account_and_an_end_when_the_outbox_learns_of_accounts(database: Path) -> None:
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        for statement in (
            "INSERT INTO contacts(id) VALUES (1)",
            "INSERT INTO identities(id, contact, account, external) VALUES (1, 1, 'page', 'ana')",
            "INSERT INTO conversations(id, identity) VALUES (1, 1)",
            "INSERT INTO messages(id, conversation, author) VALUES (1, 1, 'person')",
            "INSERT INTO outbox(conversation, message, author, created_at) VALUES (1, 1, 'person', 1000)",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert upgrade(database).up_to_date
    assert rows(database, "SELECT account, expires_at FROM outbox") == [("page", 1000 + 86_400_000)]


def test_status_says_where_a_database_stands(database: Path) -> None:
    assert (status(database).current, status(database).up_to_date) == ("", False)
    upgrade(database)
    assert status(database).up_to_date
    assert upgrade(database).up_to_date


def test_a_database_of_a_newer_release_is_refused(database: Path) -> None:
    upgrade(database)
    conn = sqlite3.connect(database)
    conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.commit()
    conn.close()
    with pytest.raises(OperatorError, match="newer"):
        upgrade(database)


def test_a_failed_migration_leaves_nothing_behind(database: Path) -> None:
    conn = sqlite3.connect(database)
    conn.execute("CREATE TABLE outbox(mine TEXT)")  # somebody else's table is in the way
    conn.commit()
    conn.close()
    with pytest.raises(OperatorError):
        upgrade(database)
    assert rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'") == [("outbox",)]


def test_what_waited_and_who_had_opted_out_are_kept_when_delivery_learns_to_decide(database: Path) -> None:
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0005")
        for statement in (
            """INSERT INTO contacts(id, profile) VALUES (1, '{"consent":{"opted_out":true}}'), (2, 'odd')""",
            "INSERT INTO identities(id, contact, account, external) VALUES (1, 1, 'page', 'ana')",
            "INSERT INTO conversations(id, identity) VALUES (1, 1)",
            "INSERT INTO consents(contact, conversation, action, at) VALUES (1, 1, 'opt_out', 5), (1, 1, 'opt_out', 7)",
            "INSERT INTO messages(id, conversation, author) VALUES (1, 1, 'person')",
            "INSERT INTO outbox(id, conversation, message, account, author) VALUES (7, 1, 1, 'page', 'person')",
            "INSERT INTO inbox(conversation, source, body, status) VALUES (1, 'inbound', 'a', 'done')",
            "INSERT INTO inbox(conversation, source, body, status) VALUES (1, 'inbound', 'b', 'pending')",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert upgrade(database).up_to_date
    assert rows(database, "SELECT opted_out_at FROM contacts ORDER BY id") == [(7,), (None,)]
    kept = rows(database, "SELECT id, account, author, turn, proactive, status FROM outbox")
    assert kept == [(7, "page", "person", 0, 0, "waiting")]
    assert rows(database, "SELECT body FROM inbox ORDER BY id") == [("",), ("b",)]
