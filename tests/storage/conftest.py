from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.conversation.store import Store
from tests.storage.store_kit import open_sqlite

IMPLEMENTATIONS = {"sqlite": open_sqlite}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "chatbot.db"


@pytest.fixture(params=sorted(IMPLEMENTATIONS))
async def store(request: pytest.FixtureRequest, database: Path) -> AsyncIterator[Store]:
    """Every implementation of the port; what is asked of one is asked of all."""
    opened = IMPLEMENTATIONS[request.param](database)
    yield opened
    await opened.close(clean=True)
