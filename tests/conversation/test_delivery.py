"""Delivery: retries, pauses, uncertain sends, stopping."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path as File

import pytest

from chatbot.conversation.delivery import MAX_DOUBTS
from chatbot.conversation.path import Pace, Path
from chatbot.errors import PlatformError
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Json
from tests.conversation.path_kit import (
    ACCOUNT,
    NOW,
    FakeChannel,
    Ticking,
    failing,
    make_path,
    said,
    until,
)
from tests.storage.store_kit import open_sqlite, rows


async def test_a_passing_failure_is_tried_again(store: SqliteStore) -> None:
    channel, clock = FakeChannel(script=[PlatformError("busy", reason="outage", retryable=True)]), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await until(lambda: not channel.script)
        await asyncio.sleep(0.05)
        assert channel.sent == []
        clock.now += 1000
        path.delivery.bell.ring()
        await path.quiet()
    assert channel.texts() == ["1:a", "2:b"]


async def test_retry_after_pauses_the_whole_account(store: SqliteStore) -> None:
    busy = PlatformError("slow down", reason="rate", retryable=True, retry_after=5)
    channel, clock = FakeChannel(script=[busy]), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await until(lambda: not channel.script)
        await asyncio.sleep(0.02)
        await path.accept(ACCOUNT, [said("b", 2, contact="bo")])
        await asyncio.sleep(0.05)
        assert channel.sent == []
        clock.now += 5000
        path.delivery.bell.ring()
        await path.quiet()
    assert sorted(channel.sent) == [("ana", "1:a"), ("bo", "1:b")]


async def test_a_permanent_failure_alerts_and_the_next_goes(store: SqliteStore, database: File) -> None:
    channel = FakeChannel(script=[PlatformError("too long", reason="content")])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await path.quiet()
        assert [trouble.kind for trouble in await store.troubles(5)] == ["not_sent"]
    assert channel.texts() == ["2:b"]
    assert rows(database, "SELECT status, reason FROM outbox") == [("failed", "content"), ("sent", "")]


@pytest.mark.parametrize("error", [PlatformError("reset", reason="outage", uncertain=True), KeyError("bug")])
async def test_an_uncertain_send_is_settled_by_its_echo(store: SqliteStore, error: Exception) -> None:
    channel = FakeChannel(script=[error])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await until(lambda: not channel.script)
        await asyncio.sleep(0.05)
        reference = (await outbox_references(store))[0]
        await path.accept(ACCOUNT, [said("1:a", 3, kind="echo", metadata=reference)])
        await path.quiet()
    assert channel.texts()[-1] == "2:b"
    assert len([text for text in channel.texts() if text == "1:a"]) <= 1


async def test_one_hanging_send_does_not_hold_up_others(store: SqliteStore) -> None:
    gate = asyncio.Event()
    channel = FakeChannel(script=[gate])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await until(lambda: not channel.script)
        await path.accept(ACCOUNT, [said("b", 2, contact="bo")])
        await until(lambda: ("bo", "1:b") in channel.sent)
        assert channel.texts() == []
        gate.set()
        await path.quiet()
    assert channel.texts() == ["1:a"]


async def test_stopping_waits_for_sends_under_way_and_gives_up_in_time(database: File) -> None:
    store = open_sqlite(database)
    gate = asyncio.Event()
    channel = FakeChannel(script=[gate])
    path = make_path(store, Ticking(), [channel], pace=Pace(drain=100))
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await until(lambda: not channel.script)
    await store.close(clean=True)
    assert rows(database, "SELECT status FROM outbox") == [("sending",)]
    store, clock = open_sqlite(database), Ticking()
    path = make_path(store, clock, [channel], pace=Pace(grace=100))
    async with path.running():
        clock.now += 100
        path.delivery.bell.ring()
        await path.quiet()
    await store.close(clean=True)
    assert channel.texts() == ["1:a"]


async def outbox_references(store: SqliteStore) -> list[str]:
    def read(conn: sqlite3.Connection) -> list[str]:
        return [row[0] for row in conn.execute("SELECT reference FROM outbox ORDER BY id")]

    return await store._readers.run(read)


async def test_an_account_in_trouble_is_said_once_with_what_to_do(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    refused = PlatformError("Graph answered 401, code 190", reason="token")
    channel, clock = FakeChannel(script=[refused, refused, refused]), Ticking()
    path = make_path(store, clock, [channel])
    with caplog.at_level(logging.INFO, "chatbot.conversation.delivery"):
        async with path.running():
            await path.accept(ACCOUNT, [said(text, number) for number, text in enumerate("abcd")])
            for left in (2, 1, 0):
                await until(lambda left=left: len(channel.script) == left)  # type: ignore[misc]
                await asyncio.sleep(0.02)
                clock.now += 60_000
                path.delivery.bell.ring()
            await path.quiet()
        alerts = await store.troubles(5)
    lines = [record.getMessage() for record in caplog.records if record.name == "chatbot.conversation.delivery"]
    assert len(lines) == 2, lines
    assert f"sends of account {ACCOUNT} fail: the token is refused: check it in bot.yaml" in lines[0]
    assert lines[1] == f"sends go through again: account={ACCOUNT}"
    assert channel.texts() == ["1:a", "2:b", "3:c", "4:d"]
    assert [(alert.kind, alert.conversation) for alert in alerts] == [("account", None)]
    assert "the token is refused" in alerts[0].text


async def test_a_platform_out_of_reach_is_said_at_the_first_attempt(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    away = PlatformError("Graph could not be reached (ClientConnectorError)", reason="outage", retryable=True)
    channel, clock = FakeChannel(script=[away, away]), Ticking()
    path = make_path(store, clock, [channel])
    with caplog.at_level(logging.WARNING, "chatbot.conversation.delivery"):
        async with path.running():
            await path.accept(ACCOUNT, [said("a", 1), said("b", 2, contact="bo")])
            await until(lambda: not channel.script)
            await asyncio.sleep(0.02)
            clock.now += 1000
            path.delivery.bell.ring()
            await path.quiet()
    (line,) = [record.getMessage() for record in caplog.records]
    assert "cannot be reached or is failing" in line
    assert "ClientConnectorError" in line


async def test_a_message_that_is_refused_for_itself_is_said_with_its_account(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    unfit = PlatformError("it is too long", reason="content")
    path = make_path(store, Ticking(), [FakeChannel(script=[unfit, unfit])])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2)])
        await path.quiet()
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert all(f"account={ACCOUNT} " in line and "reason=content" in line for line in lines)


# --- what lasts -------------------------------------------------------------------------------------------


class Away(FakeChannel):
    """A platform that refuses everything until it is back."""

    error: PlatformError | None = None
    tries: int = 0

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        if self.error is not None:
            self.tries += 1
            raise self.error
        return await super().send(recipient, body, reference)


async def pass_time(path: Path, clock: Ticking, seconds: int, step: int = 10) -> None:
    """Rounds as they would happen in so many seconds."""
    for _ in range(0, seconds, step):
        clock.now += step * 1000
        path.delivery.bell.ring()
        await asyncio.sleep(0.005)


async def with_a_person(path: Path, text: str, contact: str) -> None:
    """A conversation that a person holds and has just written in."""
    await path.accept(ACCOUNT, [said("person", 900, contact=contact)])
    await path.quiet()
    [handoff] = [one for one in await path.handoffs.list() if one.contact == contact]
    await path.handoffs.claim(handoff.id, "pat")
    await path.handoffs.reply(handoff.id, "pat", text)


OUTAGE = PlatformError("down", reason="outage", retryable=True)
TOKEN = PlatformError("code 190", reason="token")


@pytest.mark.parametrize("error", [OUTAGE, TOKEN, PlatformError("slower", reason="rate", retryable=True)])
async def test_messages_outlast_ten_minutes_without_the_platform(store: SqliteStore, error: PlatformError) -> None:
    channel, clock = Away(), Ticking()
    path = make_path(store, clock, [channel], pace=Pace(drain=500))
    async with path.running():
        await path.accept(ACCOUNT, [said("person", 900, contact="bo")])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        await path.handoffs.claim(handoff.id, "pat")
        channel.error = error
        await path.handoffs.reply(handoff.id, "pat", "I can help")
        await path.accept(ACCOUNT, [said("hello", 1, at=clock.now)])
        await pass_time(path, clock, 600)
        assert channel.tries < 45
        channel.error = None
        await pass_time(path, clock, 70)
        await path.quiet()
    assert channel.texts() == ["1:hello"]
    assert channel.texts("bo")[-1] == "I can help"


async def test_what_cannot_be_sent_expires_the_bot_in_minutes_and_a_person_in_a_day(
    store: SqliteStore, database: File
) -> None:
    channel, clock = Away(), Ticking()
    path = make_path(store, clock, [channel], pace=Pace(drain=500))
    async with path.running():
        await with_a_person(path, "hello", "bo")
        await path.quiet()
        channel.error = OUTAGE
        [handoff] = await path.handoffs.list()
        await path.handoffs.reply(handoff.id, "pat", "I can help")
        await path.accept(ACCOUNT, [said("hello", 1)])
        await until(lambda: channel.tries == 2)
        await pass_time(path, clock, 16 * 60, step=60)
        # The person's row waits, or a try of it is on its way just now.
        stand = "SELECT author, replace(status, 'sending', 'waiting') FROM outbox WHERE status <> 'sent' ORDER BY 1"
        await until(lambda: rows(database, stand) == [("bot", "expired"), ("person", "waiting")])
        await pass_time(path, clock, 24 * 3600, step=3600)
        await path.quiet()
        kinds = sorted((alert.kind, alert.text.split(" could")[0]) for alert in await store.troubles(5))
    assert rows(database, "SELECT DISTINCT status FROM outbox ORDER BY 1") == [("expired",), ("sent",)]
    assert kinds == [("expired", "An answer of the bot"), ("expired", "What a person wrote")]


async def test_a_refused_account_is_tried_by_one_message_a_minute(store: SqliteStore, database: File) -> None:
    channel, clock = Away(), Ticking()
    channel.error = TOKEN
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("hello", n, contact=f"c{n}") for n in range(100)])
        await until(lambda: channel.tries == 32)
        await asyncio.sleep(0.05)
        await pass_time(path, clock, 300)
        assert 32 < channel.tries <= 32 + 5
        await until(lambda: rows(database, "SELECT 1 FROM outbox WHERE status = 'sending'") == [])
        assert rows(database, "SELECT DISTINCT status FROM outbox") == [("waiting",)]
        channel.error = None
        await pass_time(path, clock, 130)
        await path.quiet()
    assert len(channel.sent) == 100


async def test_rate_refusals_without_a_time_pause_the_account_ever_longer(store: SqliteStore) -> None:
    channel, clock = Away(), Ticking()
    channel.error = PlatformError("slower", reason="rate", retryable=True)
    path = make_path(store, clock, [channel], pace=Pace(drain=500))
    async with path.running():
        await path.accept(ACCOUNT, [said("hello", n, contact=f"c{n}") for n in range(200)])
        await until(lambda: channel.tries == 32)
        await pass_time(path, clock, 60, step=1)
        assert channel.tries <= 32 + 9
        channel.error = None
        await pass_time(path, clock, 130)
        await path.quiet()
    assert len(channel.sent) == 200


async def test_a_message_that_alone_is_not_allowed_fails_and_stops_pausing_its_account(
    store: SqliteStore, database: File
) -> None:
    class Picky(FakeChannel):
        async def send(self, recipient: str, body: Json, reference: str) -> str:
            if recipient == "eve":
                raise PlatformError("code 10", reason="permission")
            return await super().send(recipient, body, reference)

    channel, clock = Picky(), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("hello", 1, contact="eve")])
        await pass_time(path, clock, 10)
        await path.accept(ACCOUNT, [said("hello", 2)])
        await pass_time(path, clock, 180)
        await path.quiet()
    assert channel.sent == [("ana", "1:hello")]
    assert rows(database, "SELECT status, reason FROM outbox ORDER BY id") == [("failed", "permission"), ("sent", "")]


async def test_an_account_that_hangs_does_not_hold_up_another(store: SqliteStore) -> None:
    gate = asyncio.Event()
    hangs, works = FakeChannel(script=[gate] * 4), FakeChannel("site")
    path = make_path(store, Ticking(), [hangs, works], pace=Pace(parallel_sends=4, drain=500))
    async with path.running():
        await path.accept(ACCOUNT, [said("hello", n, contact=f"c{n}") for n in range(20)])
        await until(lambda: not hangs.script)
        await path.accept("site", [said("hi", 1, account="site", contact="zoe")])
        await until(lambda: works.texts("zoe") == ["1:hi"])
        assert hangs.sent == []
        assert path.delivery.in_flight == 4
        gate.set()
        await path.quiet()
    assert len(hangs.sent) == 20


async def test_what_waits_goes_on_when_the_clock_is_set_back(store: SqliteStore) -> None:
    gate, clock = asyncio.Event(), Ticking(NOW + 3_600_000)
    channel = FakeChannel(script=[gate, OUTAGE, None])
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("one", 1, at=clock.now)])
        await until(lambda: len(channel.script) == 2)
        await path.accept(ACCOUNT, [said("two", 2, at=clock.now), said("x", 3, contact="bo", at=clock.now)])
        await until(lambda: len(channel.script) == 1)
        await asyncio.sleep(0.02)
        clock.now = NOW
        gate.set()
        await path.quiet()
    assert sorted(channel.texts() + channel.texts("bo")) == ["1:one", "1:x", "2:two"]


async def test_where_sending_twice_shows_once_a_persons_words_are_sent_again_after_a_crash(database: File) -> None:
    store, clock = open_sqlite(database), Ticking()
    gate, channel = asyncio.Event(), FakeChannel(idempotent=True)
    path = make_path(store, clock, [channel], pace=Pace(drain=50))
    async with path.running():
        await with_a_person(path, "hello", "ana")
        await path.quiet()
        channel.script.append(gate)
        [handoff] = await path.handoffs.list()
        await path.handoffs.reply(handoff.id, "pat", "Your code is 42")
        await until(lambda: not channel.script)
    await store.close(clean=False)
    store = open_sqlite(database)
    path = make_path(store, clock, [channel])
    async with path.running():
        await pass_time(path, clock, 20)
        await path.quiet()
        assert (await path.load()).held == 0
    await store.close(clean=True)
    assert channel.texts()[-1] == "Your code is 42"


async def test_a_message_nobody_ever_confirms_ends_with_a_person(store: SqliteStore, database: File) -> None:
    lost = PlatformError("reset", reason="outage", uncertain=True)
    channel, clock = FakeChannel(script=[*[OUTAGE] * 3, *[lost] * 20]), Ticking()
    path = make_path(store, clock, [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await pass_time(path, clock, 600)
        await path.quiet()
        assert [trouble.kind for trouble in await store.troubles(5)] == ["uncertain"]
    assert len(channel.sent) == MAX_DOUBTS
    assert rows(database, "SELECT status FROM outbox") == [("held",)]


async def test_a_report_outlives_a_store_that_fails(
    store: SqliteStore, database: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    channel = FakeChannel(script=[gate])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1)])
        await until(lambda: not channel.script)
        failures = failing(store, "exchange", monkeypatch)
        gate.set()
        await until(lambda: bool(failures))
        monkeypatch.undo()
        path.delivery.bell.ring()
        await path.quiet()
    assert channel.texts() == ["1:a"]
    assert rows(database, "SELECT status FROM outbox") == [("sent",)]


async def test_what_a_platform_writes_cannot_keep_reports_from_being_stored(store: SqliteStore, database: File) -> None:
    class Odd(FakeChannel):
        async def send(self, recipient: str, body: Json, reference: str) -> str:
            await super().send(recipient, body, reference)
            return "\ud83d"

    channel = Odd(script=[PlatformError("no \ud83d", reason="content"), None, None])
    path = make_path(store, Ticking(), [channel])
    async with path.running():
        await path.accept(ACCOUNT, [said("a", 1), said("b", 2), said("c", 3, contact="bo")])
        await path.quiet()
        assert path.trouble == ""
    assert rows(database, "SELECT status FROM outbox ORDER BY status") == [("failed",), ("sent",), ("sent",)]
