from __future__ import annotations

import json
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from chatbot.storage.migrate import upgrade
from tests.cli.conftest import Run


def free_port() -> str:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return str(trial.getsockname()[1])


def levels(run: Run, *args: str) -> dict[str, str]:
    checks = json.loads(run("doctor", "--format", "json", *args).out)["checks"]
    return {check["name"]: check["level"] for check in checks}


def test_a_healthy_project_is_all_ok(run: Run, bot: Path) -> None:
    told = run("doctor", "--port", free_port())
    assert told.code == 0
    assert all(line.startswith("ok ") for line in told.out.splitlines())
    for name in ("python", "files", "environment", "database", "server", "port", "channels", "calls"):
        assert f" {name} " in told.out
    assert "all is well" in told.err
    assert not (bot / "chatbot.db").exists()


def test_a_missing_variable_is_named(run: Run, bot: Path) -> None:
    text = (bot / "bot.yaml").read_text(encoding="utf-8").replace("http://127.0.0.1:9", "${ORDERS_URL}")
    (bot / "bot.yaml").write_text(text, encoding="utf-8")
    told = run("doctor", "--port", free_port())
    assert told.code == 1
    assert "ORDERS_URL is not set" in told.out
    assert "1 problem to solve" in told.err


def test_broken_files_fail_and_the_rest_is_still_looked_at(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text("flow: [", encoding="utf-8")
    found = levels(run, "--port", free_port())
    assert (found["files"], found["python"], found["port"]) == ("fail", "ok", "ok")


def test_a_busy_port_fails(run: Run, bot: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert levels(run, "--port", str(taken.getsockname()[1]))["port"] == "fail"


def test_a_channel_without_its_secrets_fails(run: Run, bot: Path) -> None:
    text = (bot / "bot.yaml").read_text(encoding="utf-8") + "  page: { kind: messenger, page_id: '1' }\n"
    (bot / "bot.yaml").write_text(text, encoding="utf-8")
    told = run("doctor", "--port", free_port())
    assert told.code == 1
    assert "app_secret" in told.out


def test_an_old_schema_warns(run: Run, bot: Path) -> None:
    (bot / "chatbot.db").write_bytes(b"")
    found = levels(run, "--port", free_port())
    assert found["database"] == "warn"


def test_doctor_and_check_count_the_same_files(run: Run, bot: Path) -> None:
    (counted,) = re.findall(r"^(\d+ files), ", run("check").err, re.MULTILINE)
    assert f"{counted} in {bot}" in run("doctor", "--port", free_port()).out


def test_what_serve_could_not_call_fails(run: Run, bot: Path) -> None:
    (bot / "actions.py").write_text("def check_stock(sku: str) -> bool: ...\n", encoding="utf-8")
    assert "1 service, 1 action" in run("doctor", "--port", free_port()).out
    (bot / "actions.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    told = run("doctor", "--port", free_port())
    assert told.code == 1
    assert "actions.py cannot be imported: line 1: ModuleNotFoundError" in told.out
    (bot / "actions.py").unlink()
    text = (bot / "bot.yaml").read_text(encoding="utf-8").replace("private: true, ", "")
    (bot / "bot.yaml").write_text(text, encoding="utf-8")
    assert "`private: true`" in run("doctor", "--port", free_port()).out


def test_events_that_nobody_knows_are_shown_by_account_and_type(run: Run, bot: Path) -> None:
    upgrade(bot / "chatbot.db")
    with closing(sqlite3.connect(bot / "chatbot.db")) as database:
        database.execute("INSERT INTO unused_events VALUES ('page', 'hologram\x1b[31m', 12, 1, 1700000000000)")
        database.commit()
    told = run("doctor", "--port", free_port())
    assert told.code == 0
    assert "page: 12 events of the type hologram" in told.out
    assert "chatbot channels unused" in told.out
    assert "\x1b" not in told.out


def test_what_came_of_a_type_that_nobody_knows_can_be_read(run: Run, bot: Path) -> None:
    upgrade(bot / "chatbot.db")
    with closing(sqlite3.connect(bot / "chatbot.db")) as database:
        database.execute("INSERT INTO unused_events VALUES ('page', 'hologram\x1b[31m', 2, 1, 1700000000000)")
        database.execute("INSERT INTO unused_bodies VALUES (1, 'page', 'hologram', ?, 1)", (b'{"a":\n 1}',))
        database.commit()
    assert "page  hologram" in run("channels", "unused").out
    assert run("channels", "unused", "page", "hologram").out == '{"a":  1}\n'
    assert run("channels", "unused", "other").err.startswith("no platform sent anything")
    [event] = json.loads(run("channels", "unused", "--format", "json").out)["events"]
    assert (event["account"], event["count"]) == ("page", 2)
