"""A fake page, and the default bot served in a process of its own with that page as its account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.testing.fake_messenger import FakeMessenger
from tests.journeys.served import Served, project, running, shop


@pytest.fixture
async def meta() -> AsyncIterator[FakeMessenger]:
    async with FakeMessenger() as fake:
        yield fake


@pytest.fixture
async def served(tmp_path: Path, meta: FakeMessenger) -> AsyncIterator[Served]:
    async with shop() as address, running(project(tmp_path / "bot", meta), {"SHOP_API_URL": address}) as bot:
        yield bot
