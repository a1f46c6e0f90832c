"""A small web shop for the bot to ask: the demo of `make serve`, and a real HTTP service for tests.

It answers as an ordinary order API does, including the ways it goes wrong: 404, 500, and never.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from aiohttp import web

PORT: Final = 8091

_BROKEN: Final = "EF500500"
_HANGING: Final = "EF000408"
_PARENT_CHECK: Final = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """One order; days count from today, so that the demo never grows stale."""

    number: str
    status: str
    items: tuple[str, ...]
    eta_in: int
    days_late: int = 0
    delivered_ago: int | None = None

    def as_json(self, today: date) -> dict[str, object]:
        """The order as the API tells it."""
        told: dict[str, object] = {
            "number": self.number,
            "status": self.status,
            "days_late": self.days_late,
            "items": list(self.items),
            "eta": (today + timedelta(days=self.eta_in)).isoformat(),
            "url": f"https://shop.example/orders/{self.number}",
        }
        if self.delivered_ago is not None:
            told["delivered_at"] = (today - timedelta(days=self.delivered_ago)).isoformat()
        return told


ORDERS: Final = (
    Order("AB-111111", "processing", ("Desk lamp",), eta_in=5),
    Order("AB-123456", "transit", ("Coffee grinder", "Filter papers"), eta_in=2),
    Order("AB-222222", "delivered", ("Reading chair",), eta_in=-3, delivered_ago=3),
    Order("CD-654321", "delayed", ("Bookshelf",), eta_in=3, days_late=5),
)
HOURS: Final = {"weekdays": "9 am to 6 pm", "saturday": "10 am to 2 pm", "sunday": "closed", "timezone": "Eastern Time"}


def create_shop(*, today: date | None = None) -> web.Application:
    """The shop as an application; `today` fixes its calendar for tests."""
    shop = _Shop(today)
    app = web.Application()
    app.on_shutdown.append(shop.let_go)
    app.add_routes([
        web.get("/", shop.index),
        web.get("/orders/{number}", shop.order),
        web.get("/hours", shop.hours),
    ])  # fmt: skip
    return app


class _Shop:
    """The handlers, and the requests that hang on purpose."""

    def __init__(self, today: date | None) -> None:
        self._today = today
        self._closing = asyncio.Event()

    async def let_go(self, _app: web.Application) -> None:
        """Free the hanging requests, or closing the shop would wait for them."""
        self._closing.set()

    async def index(self, _request: web.Request) -> web.Response:
        return web.json_response({"orders": [order.number for order in ORDERS]})

    async def hours(self, _request: web.Request) -> web.Response:
        return web.json_response(HOURS)

    async def order(self, request: web.Request) -> web.Response:
        number = request.match_info["number"].upper().replace("-", "")
        if number == _HANGING:
            await self._closing.wait()
        if number in {_BROKEN, _HANGING}:
            return web.json_response({"error": "our database is having a bad day"}, status=500)
        for order in ORDERS:
            if order.number.replace("-", "") == number:
                return web.json_response(order.as_json(self._calendar()))
        return web.json_response({"error": "no such order"}, status=404)

    def _calendar(self) -> date:
        return datetime.now(tz=UTC).date() if self._today is None else self._today


def welcome(url: str) -> str:
    """What the terminal shows: where the shop is, and order numbers worth trying."""
    notes = {"AB-222222": "delivered", "CD-654321": "five days late", "AB-111111": "still being packed"}
    tries = [(order.number, notes.get(order.number, "in transit")) for order in ORDERS]
    tries += [("ZZ-000000", "unknown"), ("EF-500500", "the shop fails"), ("EF-000408", "the shop never answers")]
    lines = [f"Demo shop: {url}  (try these order numbers)"]
    lines += [f"  {number}  {note}" for number, note in tries]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the shop until it is told to stop; 3 when its port is taken."""
    parser = argparse.ArgumentParser(prog="python -m chatbot.testing.shop", description="The demo shop's order API.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=PORT, help="port to listen on (default: %(default)s)")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the process that started it is gone")
    options = parser.parse_args(arguments)
    app = create_shop()
    if options.end_with_parent:
        app.cleanup_ctx.append(_end_with_parent)
    url = f"http://{options.host}:{options.port}"
    try:
        web.run_app(app, host=options.host, port=options.port, print=lambda _: _show(welcome(url)))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        sys.stderr.write(f"The demo shop cannot listen on {url}: {reason}. Is one running already?\n")
        return 3
    return 0


def _show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def _end_with_parent(_app: web.Application) -> AsyncIterator[None]:
    """Watch the process that started us: whatever ended it, even kill -9, ends the shop."""
    watch = asyncio.create_task(_watch(os.getppid()))
    yield
    watch.cancel()


async def _watch(parent: int) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells a process that its parent died
        await asyncio.sleep(_PARENT_CHECK)
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    raise SystemExit(main())
