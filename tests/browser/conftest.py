"""A real Chromium against the real server, with the ports behind it kept in memory."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chatbot.server.serve import Limits, serve
from tests.browser.shop import Shop

CHROMIUM = Path("/usr/bin/chromium")
MISSING = "needs Debian's chromium and playwright: run `make browser` once"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    house = Shop(tmp_path / "files")
    stop, started = asyncio.Event(), asyncio.Event()

    def tell(host: str, port: int) -> None:
        house.url = f"http://{host}:{port}"
        started.set()

    task = asyncio.create_task(serve(house.app(), port=0, started=tell, stop=stop, limits=Limits(drain_seconds=1)))
    await asyncio.wait_for(started.wait(), 5)
    yield house
    stop.set()
    await asyncio.wait_for(task, 10)


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    playwright = pytest.importorskip("playwright.async_api", reason=MISSING)
    if not CHROMIUM.exists():
        pytest.skip(MISSING)
    async with playwright.async_playwright() as driver:
        started = await driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        await started.close()
