from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from chatbot.storage.sqlite.lock import FileLock
from tests.cli.conftest import Run


def test_status_and_upgrade(run: Run, bot: Path) -> None:
    told = run("db", "status")
    assert told.code == 1
    assert "does not exist yet" in told.out
    told = run("db", "upgrade")
    assert told.code == 0
    assert "is at schema" in told.err
    assert run("db", "status").code == 0
    assert "is up to date" in run("db", "upgrade").err
    found = json.loads(run("db", "status", "--format", "json").out)
    assert (found["version"], found["up_to_date"], found["schema"]) == (1, True, found["head"])


def test_upgrade_waits_for_nobody(run: Run, bot: Path) -> None:
    lock = FileLock.take(bot / "chatbot.db")
    try:
        told = run("db", "upgrade")
    finally:
        lock.release()
    assert told.code == 3
    assert "is in use by process" in told.err


def test_check_finds_damage(run: Run, bot: Path) -> None:
    assert run("db", "check").code == 3
    run("db", "upgrade")
    told = run("db", "check")
    assert told.code == 0
    assert "no damage found" in told.err
    path = bot / "chatbot.db"
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 4] = b"\xff" * (4096 * 3)
    path.write_bytes(bytes(content))
    assert run("db", "check").code == 1


def test_a_file_that_is_no_database_is_said_to_be_none(run: Run, bot: Path) -> None:
    (bot / "chatbot.db").write_text("not a database at all, " * 100, encoding="utf-8")
    for command in ("status", "upgrade"):
        told = run("db", command)
        assert told.code == 3, told
        assert "chatbot.db" in told.err
    assert run("db", "check").code == 1


def test_a_backup_is_whole_private_and_never_overwrites(run: Run, bot: Path) -> None:
    run("db", "upgrade")
    writing = sqlite3.connect(bot / "chatbot.db")
    writing.execute("PRAGMA journal_mode=WAL")
    writing.execute("CREATE TABLE note (text)")
    writing.execute("INSERT INTO note VALUES ('still in the log')")
    writing.commit()
    told = run("db", "backup", "copy.db")
    assert told.code == 0, told
    copy = bot / "copy.db"
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as read:
        assert read.execute("SELECT text FROM note").fetchall() == [("still in the log",)]
    writing.close()
    told = run("db", "backup", "copy.db")
    assert told.code == 3
    assert "never overwrites" in told.err
    assert run("db", "backup", "nowhere/copy.db").code == 3
    assert sorted(path.name for path in bot.glob(".backup*")) == []


def test_a_store_we_do_not_know_is_refused(run: Run, bot: Path) -> None:
    with (bot / "bot.yaml").open("a", encoding="utf-8") as file:
        file.write("store: mysql://localhost/bot\n")
    told = run("db", "status")
    assert told.code == 3
    assert "mysql is not supported" in told.err
