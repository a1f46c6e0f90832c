"""Two identities of one person, as the business has verified: one contact, and nothing that either refused is lost."""

from __future__ import annotations

import json
from pathlib import Path

from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import ConversationKey
from tests.conversation.path_kit import ACCOUNT, said
from tests.storage.store_kit import pending, put, rows

ANA, WEB = ConversationKey(ACCOUNT, "ana"), ConversationKey("web", "user:ana")


async def two(store: SqliteStore) -> None:
    await put(store, said("hi", 1), said("hi", 2, contact=WEB.contact, account=WEB.account))
    await store.introduce(1, {"name": "Ana", "email": "ana@example.com"})
    await store.introduce(2, {"name": "Ana Gomez", "username": "anag"})


def profiles(database: Path) -> list[object]:
    query = "SELECT p.profile FROM identities d JOIN contacts p ON p.id = d.contact ORDER BY d.id"
    return [json.loads(str(row[0])) for row in rows(database, query)]


async def test_both_are_one_contact_and_the_one_that_is_joined_has_the_say(store: SqliteStore, database: Path) -> None:
    await two(store)
    assert await store.link(WEB, ANA)
    known = {"name": "Ana", "email": "ana@example.com", "username": "anag"}
    assert profiles(database) == [known, known]
    assert await store.link(WEB, ANA)  # said again it changes nothing
    assert profiles(database) == [known, known]


async def test_whoever_has_not_written_is_nobody_to_link(store: SqliteStore, database: Path) -> None:
    await put(store, said("hi", 1))
    assert (await store.knows(ANA), await store.knows(WEB)) == (True, False)
    assert not await store.link(WEB, ANA)
    assert not await store.link(ANA, WEB)
    assert len(rows(database, "SELECT id FROM contacts")) == 1


async def test_a_turn_that_is_being_computed_is_computed_again_with_what_is_known_now(store: SqliteStore) -> None:
    await two(store)
    before = {work.record.key: work.record for work in await pending(store)}
    await store.link(WEB, ANA)
    after = {work.record.key: work.record for work in await pending(store)}
    assert all(after[key].version > before[key].version for key in (ANA, WEB))
    assert after[WEB].contact["email"] == "ana@example.com"


async def test_who_is_forgotten_is_forgotten_on_both(store: SqliteStore, database: Path) -> None:
    await two(store)
    await store.link(WEB, ANA)
    assert await store.erase(WEB.account, [WEB.contact], 10) == 1
    assert profiles(database) == [{}, {}]
