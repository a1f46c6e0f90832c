from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run

MESSAGES = """do you gift wrap
can you wrap it as a gift
is gift wrapping available
do you ship to canada
do you deliver to canada?
where is my order
"""


def test_messages_that_start_nothing_are_grouped_into_a_patch(run: Run, bot: Path) -> None:
    (bot / "messages.txt").write_text(MESSAGES, encoding="utf-8")
    told = run("learn", "messages.txt")
    assert told.code == 0
    assert "5 messages of 6 not understood" in told.err
    intents = yaml.safe_load(told.out)["intents"]
    said = [set(intent["say"]) for intent in intents.values()]
    assert {"do you gift wrap", "can you wrap it as a gift", "is gift wrapping available"} in said
    assert "where is my order" not in told.out


def test_the_patch_is_a_file_that_check_takes(run: Run, bot: Path) -> None:
    (bot / "messages.txt").write_text("is (it) a gift [box]\nis it a {gift} box\na gift box\n", encoding="utf-8")
    assert run("learn", "messages.txt", "--output", "intents/learnt.yaml").code == 0
    told = json.loads(run("check", "--format", "json").out)
    assert [one for one in told["problems"] if one["severity"] == "error"] == []


def test_a_csv_is_read_by_its_column(run: Run, bot: Path) -> None:
    (bot / "messages.csv").write_text('id,text\n1,"do you gift wrap"\n2,"gift wrapping, please"\n', encoding="utf-8")
    (group,) = json.loads(run("learn", "messages.csv", "--format", "json").out)["groups"]
    assert (group["count"], group["new"]) == (2, True)


def test_the_store_gives_the_messages_that_a_fallback_answered(run: Run, bot: Path) -> None:
    assert run("db", "upgrade").code == 0
    (path,) = bot.glob("*.db")
    lines = [
        ("customer", "do you gift wrap", ""),
        ("bot", "Sorry?", "system.fallback/say"),
        ("customer", "can you gift wrap it", ""),
        ("bot", "Sorry?", "system.fallback/say"),
        ("customer", "my name is bob", ""),
        ("bot", "Thanks.", "order_status/say"),
    ]
    with closing(sqlite3.connect(path)) as store, store:
        for author, text, origin in lines:
            store.execute(
                "INSERT INTO messages (conversation, author, text, origin, at) VALUES (1, ?, ?, ?, 0)",
                (author, text, origin),
            )
    (group,) = json.loads(run("learn", "--format", "json").out)["groups"]
    assert sorted(group["phrases"]) == ["can you gift wrap it", "do you gift wrap"]


@pytest.mark.usefixtures("bot")
def test_without_a_database_and_a_file_it_says_what_to_do(run: Run) -> None:
    told = run("learn")
    assert told.code == 3
    assert "FILE" in told.err
