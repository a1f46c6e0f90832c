"""Opens every implementation of the store port for the conformance suite, and writes rows of it by hand."""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from chatbot.conversation.accept import ROUTES
from chatbot.conversation.codec import INBOUND
from chatbot.conversation.record import Line, Record, Result
from chatbot.conversation.store import Ask, Letter, Outcome, Parcel, Store, Work
from chatbot.storage.migrate import upgrade
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Author, ConversationKey, Event, Facts, HandOff, Inbound, Message
from tests.conversation.path_kit import ACCOUNT, NOW

ASK = Ask({ACCOUNT: 10}, (ACCOUNT,))


@cache
def template() -> Path:
    """A migrated empty database to copy: migrating takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="chatbot-template-"))
    atexit.register(shutil.rmtree, folder)
    path = folder / "empty.db"
    upgrade(path)
    return path


def open_sqlite(path: Path, **options: int) -> SqliteStore:
    if not path.exists():
        shutil.copy(template(), path)
    return SqliteStore.open(path, **options)  # type: ignore[arg-type]


def letter(inbound: Inbound) -> Letter:
    return Letter(inbound, "messenger", ROUTES.get(inbound.kind, "note"), INBOUND.encode(inbound))


async def put(store: Store, *inbounds: Inbound, now: int = NOW) -> None:
    await store.accept([letter(inbound) for inbound in inbounds], now)


async def pending(store: Store, now: int = NOW) -> Sequence[Work]:
    async with store.claim(now, 100) as claim:
        return claim.works


async def commit(store: Store, *outcomes: Outcome, now: int = NOW) -> list[BaseException | bool]:
    async with store.claim(now, 1) as claim:
        return list(await claim.commit(outcomes, now))


def speaks(work: Work, *texts: str, author: Author = "bot", expires_at: int = NOW + 900_000, **more: object) -> Outcome:
    """A turn that answers with these texts and counts up its state."""
    count = json.loads(work.record.state or b"0") + 1
    lines = tuple(Line(author, Message(text), ({"text": text},)) for text in texts)
    event = Event("message", work.arrival.at, Facts(work.record.id, ACCOUNT, "messenger", "en"))
    record = replace(work.record, state=json.dumps(count).encode())
    return Outcome(work, replace(Result(record, event=event, lines=lines), **more), expires_at)  # type: ignore[arg-type]


def with_record(outcome: Outcome, **changes: object) -> Outcome:
    record: Record = replace(outcome.result.record, **changes)  # type: ignore[arg-type]
    return replace(outcome, result=replace(outcome.result, record=record))


async def queued(store: Store, *texts: str, contact: str = "ana", number: int = 900) -> Work:
    """A conversation that waits in the default queue after saying `texts`."""
    await put(store, Inbound(ConversationKey(ACCOUNT, contact), "text", f"m{number}", NOW, text="person"))
    work = next(work for work in await pending(store) if work.record.key.contact == contact)
    outcome = with_record(speaks(work, *texts, entered=HandOff("default", note="asked")), control="queued")
    assert await commit(store, outcome) == [True]
    return work


async def take(store: Store, now: int = NOW, ask: Ask = ASK) -> Sequence[Parcel]:
    return (await store.exchange([], ask, now)).parcels


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return conn.execute(query).fetchall()
    finally:
        conn.close()
