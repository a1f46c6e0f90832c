"""A real Chromium against the real server, with the ports behind it kept in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

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


class Site:
    """Somebody's own web site, at another origin, with a policy as strict as can be: only the bot's host is let in."""

    def __init__(self) -> None:
        self.url = ""
        self.html = ""
        self.policy = ""

    def show(self, bot: str, attributes: str = "", lang: str = "en", script: str = "widget.js") -> None:
        """Every page of the site from now on."""
        socket = bot.replace("http", "ws", 1)
        self.policy = (
            f"default-src 'none'; script-src {bot}; connect-src {bot} {socket}; img-src {bot}; media-src {bot}"
        )
        direction = "rtl" if lang == "ar" else "ltr"
        self.html = (
            f'<!doctype html><html lang="{lang}" dir="{direction}"><meta charset="utf-8"><title>Shop</title>'
            '<meta name="viewport" content="width=device-width"><h1>My shop</h1><a href="/other">Another page</a>'
            f'<p><button>Buy</button></p><script src="{bot}/chat/site/{script}" {attributes} async></script>'
        )

    async def answer(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.html, content_type="text/html", headers={"Content-Security-Policy": self.policy})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    app = web.Application()
    app.router.add_get("/{any:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "localhost", 0).start()
    made.url = f"http://localhost:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@asynccontextmanager
async def opened(house: Shop, port: int = 0) -> AsyncIterator[Shop]:
    """The real server before a shop; the same house may be opened again."""
    stop, started = asyncio.Event(), asyncio.Event()

    def tell(host: str, port: int) -> None:
        house.url = f"http://{host}:{port}"
        started.set()

    task = asyncio.create_task(serve(house.app(), port=port, started=tell, stop=stop, limits=Limits(drain_seconds=1)))
    await asyncio.wait_for(started.wait(), 5)
    try:
        yield house
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(Shop(tmp_path / "files")) as house:
        yield house


@pytest.fixture
def open_shop(tmp_path: Path, site: Site) -> Callable[..., Any]:
    """A shop whose chat the site embeds, with settings of its own."""
    return lambda **settings: opened(Shop(tmp_path / "files", origins=[site.url], **settings))


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    playwright = pytest.importorskip("playwright.async_api", reason=MISSING)
    if not CHROMIUM.exists():
        pytest.skip(MISSING)
    async with playwright.async_playwright() as driver:
        started = await driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        await started.close()
