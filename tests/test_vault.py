"""Tokens at rest: sealed, bound to their account, and gone for whoever has another key."""

from pathlib import Path

import pytest

from chatbot.channels.tokens import Tokens
from chatbot.vault import Vault
from tests.storage.store_kit import open_sqlite

KEY = b"k" * 64
HELD = Tokens("access-of-mine", "refresh-of-mine", 5, "seed")


def clock() -> int:
    return 7


async def test_what_is_put_away_is_found_again_after_a_restart(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "a.db")
    await Vault(store, KEY, clock).put("x", HELD)
    await Vault(store, KEY, clock).put("x", HELD)
    await store.close(clean=True)
    store = open_sqlite(tmp_path / "a.db")
    assert await Vault(store, KEY, clock).get("x") == HELD
    assert await Vault(store, KEY, clock).get("y") is None
    await store.close(clean=True)


async def test_the_database_shows_none_of_it(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "a.db")
    await Vault(store, KEY, clock).put("x", HELD)
    await store.close(clean=True)
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"of-mine" not in found


async def test_another_key_or_another_account_opens_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = open_sqlite(tmp_path / "a.db")
    await Vault(store, KEY, clock).put("x", HELD)
    assert await Vault(store, b"other" * 10, clock).get("x") is None
    assert "CHATBOT_SECRET_KEY" in caplog.text
    sealed = await store.sealed("x")
    await store.keep_sealed("y", sealed or b"", 0)
    assert await Vault(store, KEY, clock).get("y") is None
    await store.keep_sealed("z", b"short", 0)
    assert await Vault(store, KEY, clock).get("z") is None
    await store.close(clean=True)
