"""Versions over real processes: deploy under a running server, old beside new through a crash, and back again."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.testing.fake_messenger import FakeMessenger
from tests.journeys.served import Served, chatbot, project, running, until

FLOW = """
flow: size
start: [{ button: SIZE }]
slots: { mail: email, guests: integer }
steps:
  - ask: guests
    say: How many?
  - ask: mail
    say: Your mail?
  - say: "ONE: {guests} {mail}"
"""
TWO = FLOW.replace("ONE", "TWO").replace("How many?", "How many, please?")


@pytest.fixture
async def bot(tmp_path: Path, meta: FakeMessenger) -> AsyncIterator[Served]:
    folder = project(tmp_path / "bot", meta)
    write(folder, FLOW)
    async with running(folder, {"SHOP_API_URL": "http://127.0.0.1:9"}) as served:
        yield served


def write(folder: Path, flow: str) -> None:
    (folder / "flows" / "size.yaml").write_text(flow, "utf-8")


def command(served: Served, *words: str, code: int = 0) -> str:
    done = chatbot(served.folder, *words, SHOP_API_URL="http://127.0.0.1:9")
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def a_day_passes(served: Served) -> None:
    """Since the last deployment; the server must not run."""
    with closing(sqlite3.connect(served.folder / "chatbot.db")) as conn, conn:
        conn.execute("UPDATE activations SET at = at - ?", (25 * 3_600_000,))


async def begin(meta: FakeMessenger, served: Served, who: str) -> None:
    await meta.deliver(f"{served.url}/webhooks/main_page", [meta.postback(who, "Size", "SIZE")])
    await until(lambda: any(text.startswith("How many") for text in meta.texts(who)))


async def finish(meta: FakeMessenger, served: Served, who: str) -> str:
    before = len(meta.texts(who))
    await meta.deliver(f"{served.url}/webhooks/main_page", [meta.message(who, "4")])
    await until(lambda: len(meta.texts(who)) > before)
    await meta.deliver(f"{served.url}/webhooks/main_page", [meta.message(who, "a@b.example")])
    await until(lambda: "a@b.example" in meta.texts(who)[-1])  # what a kill left in doubt may come once more before
    return meta.texts(who)[-1]


async def test_old_and_new_run_side_by_side_through_a_crash_and_back(meta: FakeMessenger, bot: Served) -> None:
    await begin(meta, bot, "7701")
    write(bot.folder, TWO)
    said = command(bot, "deploy", "--no-tests")
    assert "changed: flow size" in said
    assert "1 conversation in the middle of a flow" in said
    await begin(meta, bot, "7702")
    assert meta.texts("7702")[-1] == "How many, please?"

    bot.kill()
    await bot.start()
    assert await finish(meta, bot, "7701") == "ONE: 4 a@b.example"

    said = command(bot, "rollback")
    assert "is active" in said
    assert "the files are still those of another version" in said
    await begin(meta, bot, "7703")
    assert meta.texts("7703")[-1] == "How many?"
    assert await finish(meta, bot, "7702") == "TWO: 4 a@b.example"
    listed = command(bot, "rollback", "--list").splitlines()
    assert [line[0] for line in listed[1:3]] == ["*", " "]
    assert "another version" not in command(bot, "rollback")  # to the version that the files are


async def test_what_is_not_fit_changes_nothing(meta: FakeMessenger, bot: Served) -> None:
    write(bot.folder, FLOW.replace("say: How many?", "sya: How many?"))
    assert "did you mean `say`" in command(bot, "deploy", code=1)
    (bot.folder / "tests").mkdir()
    write(bot.folder, TWO)
    case = "test: t\ncases:\n  - name: c\n    chat:\n      - button: SIZE\n      - bot: Nothing like that\n"
    (bot.folder / "tests" / "t.test.yaml").write_text(case, "utf-8")
    assert "nothing was changed" in command(bot, "deploy", code=1)
    await begin(meta, bot, "7704")
    assert meta.texts("7704")[-1] == "How many?"
    assert "no earlier version" in command(bot, "rollback", code=1)


async def test_a_question_that_is_gone_is_owned_up_to(meta: FakeMessenger, bot: Served) -> None:
    await begin(meta, bot, "7705")
    gone = FLOW.replace("  - ask: guests\n    say: How many?\n", "  - set: { guests: 1 }\n")
    write(bot.folder, gone)
    command(bot, "deploy", "--no-tests")
    await bot.stop()
    a_day_passes(bot)
    await bot.start()
    await meta.deliver(f"{bot.url}/webhooks/main_page", [meta.message("7705", "4")])
    await until(lambda: any("I was changed in the middle" in text for text in meta.texts("7705")))


async def test_a_question_of_the_same_name_goes_on_in_a_new_version(meta: FakeMessenger, bot: Served) -> None:
    await begin(meta, bot, "7706")
    write(bot.folder, TWO)
    command(bot, "deploy", "--no-tests")
    await bot.stop()
    a_day_passes(bot)
    await bot.start()
    assert await finish(meta, bot, "7706") == "TWO: 4 a@b.example"


async def test_in_development_what_is_saved_is_taken_up_and_mistakes_are_shown(
    tmp_path: Path, meta: FakeMessenger
) -> None:
    folder = project(tmp_path / "bot", meta)
    write(folder, FLOW)
    async with running(folder, {"SHOP_API_URL": "http://127.0.0.1:9"}, "--dev") as served:
        write(folder, FLOW.replace("say: How many?", "sya: How many?"))
        await until(lambda: "did you mean `say`" in served.logged)
        await begin(meta, served, "7707")
        assert meta.texts("7707")[-1] == "How many?"
        write(folder, TWO)
        await until(lambda: "Took up flows/size.yaml" in served.logged)
        await begin(meta, served, "7708")
        assert meta.texts("7708")[-1] == "How many, please?"
        assert await served.stop() == 0
