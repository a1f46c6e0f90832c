from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.storage.sqlite.store import SqliteStore
from tests.storage.store_kit import open_sqlite


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "chatbot.db"


@pytest.fixture
async def store(database: Path) -> AsyncIterator[SqliteStore]:
    opened = open_sqlite(database)
    yield opened
    await opened.close(clean=True)
