"""A small web shop for the bot to ask: the demo of `make serve`, and a real HTTP service for tests.

It answers as an ordinary order API does, including the ways it goes wrong: 404, 409, 500, and never. What is written
to it (returns, addresses, complaints, ...) is kept in memory until it stops.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
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
    paid: float = 0

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


@dataclass(frozen=True, slots=True)
class Product:
    """Something for sale. `words` are further words that find it."""

    name: str
    price: float
    stock: int
    words: tuple[str, ...] = ()

    def found_by(self, search: str) -> bool:
        """Whether a word of the search names it; plurals count."""
        known = {*self.name.lower().split(), *self.words}
        return any(word in known or word.removesuffix("s") in known for word in search.lower().split())

    def as_card(self) -> dict[str, object]:
        """As the bot shows it."""
        page = self.name.lower().replace(" ", "-")
        return {"title": self.name, "text": f"${self.price:.2f}", "url": f"https://shop.example/{page}"}


ORDERS: Final = (
    Order("AB-111111", "processing", ("Desk lamp",), eta_in=5, paid=39.0),
    Order("AB-123456", "transit", ("Coffee grinder", "Filter papers"), eta_in=2, paid=64.5),
    Order("AB-222222", "delivered", ("Reading chair",), eta_in=-3, delivered_ago=3, paid=249.0),
    Order("AB-333333", "delivered", ("Desk lamp",), eta_in=-48, delivered_ago=48, paid=39.0),
    Order("CD-654321", "delayed", ("Bookshelf",), eta_in=3, days_late=5, paid=129.0),
)
PAID_BACK: Final[Mapping[str, float]] = {"AB-333333": 39.0}
"""Orders whose money went back, and how much."""
AREAS: Final[Mapping[str, Mapping[str, object]]] = {
    "us": {"fastest": 2, "slowest": 4, "cost": 4.9, "free_from": 50},
    "ca": {"fastest": 4, "slowest": 7, "cost": 9.9, "free_from": 100},
    "mx": {"fastest": 5, "slowest": 8, "cost": 12.9},
    "gb": {"fastest": 5, "slowest": 9, "cost": 14.9},
    "es": {"fastest": 6, "slowest": 9, "cost": 14.9},
}
"""Country -> what delivery there is like, in dollars."""
RETURN_DAYS: Final = 14
PRODUCTS: Final = (
    Product("Desk lamp", 39.0, 12, ("lamp", "light", "lámpara", "luz")),
    Product("Reading chair", 249.0, 3, ("chair", "armchair", "silla", "sillón")),
    Product("Bookshelf", 129.0, 0, ("shelf", "books", "estantería")),
    Product("Coffee grinder", 59.0, 20, ("kitchen", "coffee", "molinillo", "café", "cocina")),
)
CODES: Final[Mapping[str, tuple[int, int, int | None]]] = {
    "SPRING10": (10, 30, 50), "WELCOME5": (5, 90, None), "WINTER20": (20, -12, None),
}  # fmt: skip
"""Discount code -> percent, days from today until it ends, and the least order it holds for."""
HOURS: Final = {
    "weekdays": "9 am to 6 pm",
    "saturday": "10 am to 2 pm",
    "sunday": "closed",
    "timezone": "Eastern Time",
    "clock": {"weekdays": "9:00 a 18:00", "saturday": "10:00 a 14:00"},
}


def create_shop(*, today: date | None = None) -> web.Application:
    """The shop as an application; `today` fixes its calendar for tests."""
    shop = _Shop(today)
    app = web.Application()
    app.on_shutdown.append(shop.let_go)
    app.add_routes([
        web.get("/", shop.index),
        web.get("/orders/{number}", shop.order),
        web.get("/hours", shop.hours),
        web.post("/orders/{number}/returns", shop.take_return),
        web.get("/orders/{number}/refund", shop.refund),
        web.put("/orders/{number}/address", shop.change_address),
        web.post("/orders/{number}/damages", shop.take_damage),
        web.get("/delivery/{country}", shop.delivery),
        web.get("/products", shop.products),
        web.get("/discounts/{code}", shop.discount),
        web.post("/complaints", shop.take_complaint),
        web.post("/callbacks", shop.take_callback),
        web.post("/feedback", shop.take_feedback),
    ])  # fmt: skip
    return app


class _Shop:
    """The handlers, and the requests that hang on purpose."""

    def __init__(self, today: date | None) -> None:
        self._today = today
        self._closing = asyncio.Event()
        self._returned: set[str] = set()
        self._taken: Counter[str] = Counter()

    async def let_go(self, _app: web.Application) -> None:
        """Free the hanging requests, or closing the shop would wait for them."""
        self._closing.set()

    async def index(self, _request: web.Request) -> web.Response:
        return web.json_response({"orders": [order.number for order in ORDERS]})

    async def hours(self, _request: web.Request) -> web.Response:
        return web.json_response(HOURS)

    async def order(self, request: web.Request) -> web.Response:
        order = await self._find(request)
        return web.json_response(order.as_json(self._calendar()))

    async def take_return(self, request: web.Request) -> web.Response:
        """Needs a `reason`; 409 for what has not arrived yet."""
        order, wanted = await self._find(request), await _body(request, "reason")
        if order.status != "delivered":
            return _refused(409, "it has not been delivered")
        self._returned.add(order.number)
        number = self._number("R")
        parcel = {"id": number, "send_by": self._day(RETURN_DAYS), "label": f"https://shop.example/labels/{number}"}
        return web.json_response(parcel | {"reason": wanted["reason"]}, status=201)

    async def refund(self, request: web.Request) -> web.Response:
        order = await self._find(request)
        if order.number in PAID_BACK:
            return web.json_response({"status": "paid", "amount": PAID_BACK[order.number], "paid_on": self._day(-2)})
        if order.number in self._returned:
            return web.json_response({"status": "waiting", "amount": order.paid})
        return web.json_response({"status": "none"})

    async def change_address(self, request: web.Request) -> web.Response:
        """Needs an `address`; 409 for what has left the house."""
        order, wanted = await self._find(request), await _body(request, "address")
        if order.status != "processing":
            return _refused(409, "it has left the house")
        return web.json_response({"number": order.number, "address": wanted["address"]})

    async def take_damage(self, request: web.Request) -> web.Response:
        order, wanted = await self._find(request), await _body(request, "photo", "wish")
        told = {"id": self._number("D"), "number": order.number, "wish": wanted["wish"]}
        return web.json_response(told, status=201)

    async def delivery(self, request: web.Request) -> web.Response:
        area = AREAS.get(request.match_info["country"].lower())
        return web.json_response(area) if area else _refused(404, "not delivered there")

    async def products(self, request: web.Request) -> web.Response:
        search = request.query.get("search", "")
        return web.json_response(
            {"products": [each.as_card() for each in PRODUCTS if each.stock and each.found_by(search)]}
        )

    async def discount(self, request: web.Request) -> web.Response:
        found = CODES.get(request.match_info["code"].upper())
        if found is None:
            return _refused(404, "no such code")
        percent, days, minimum = found
        told: dict[str, object] = {"percent": percent, "until": self._day(days), "valid": days >= 0}
        return web.json_response(told if minimum is None else told | {"minimum": minimum})

    async def take_complaint(self, request: web.Request) -> web.Response:
        await _body(request, "words")
        number = self._number("C")
        return web.json_response({"id": number, "voucher": f"SORRY{number[2:]}", "percent": 10}, status=201)

    async def take_callback(self, request: web.Request) -> web.Response:
        await _body(request, "phone")
        return web.json_response({"id": self._number("T"), "day": self._day(1)}, status=201)

    async def take_feedback(self, request: web.Request) -> web.Response:
        await _body(request, "words")
        return web.json_response({"id": self._number("F")}, status=201)

    async def _find(self, request: web.Request) -> Order:
        """The order an address names; some numbers fail or hang on purpose."""
        number = request.match_info["number"].upper().replace("-", "")
        if number == _HANGING:
            await self._closing.wait()
        if number in {_BROKEN, _HANGING}:
            raise _failure(web.HTTPInternalServerError, "our database is having a bad day")
        for order in ORDERS:
            if order.number.replace("-", "") == number:
                return order
        raise _failure(web.HTTPNotFound, "no such order")

    def _number(self, letter: str) -> str:
        self._taken[letter] += 1
        return f"{letter}-{1000 + self._taken[letter]}"

    def _day(self, days: int) -> str:
        return (self._calendar() + timedelta(days=days)).isoformat()

    def _calendar(self) -> date:
        return datetime.now(tz=UTC).date() if self._today is None else self._today


async def _body(request: web.Request, *needed: str) -> dict[str, object]:
    """The JSON object of a request that has all these keys with a value; 400 otherwise."""
    try:
        body = await request.json()
    except ValueError:
        raise _failure(web.HTTPBadRequest, "the body is no JSON") from None
    missing = [key for key in needed if not (isinstance(body, dict) and body.get(key))]
    if missing:
        raise _failure(web.HTTPBadRequest, f"needed: {', '.join(missing)}")
    return dict(body)


def _failure(kind: type[web.HTTPException], reason: str) -> web.HTTPException:
    return kind(text=json.dumps({"error": reason}), content_type="application/json")


def _refused(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)


def welcome(url: str) -> str:
    """What the terminal shows: where the shop is, and order numbers worth trying."""
    notes = {
        "AB-222222": "delivered",
        "AB-333333": "delivered long ago, paid back",
        "CD-654321": "five days late",
        "AB-111111": "still being packed",
    }
    tries = [(order.number, notes.get(order.number, "in transit")) for order in ORDERS]
    tries += [("ZZ-000000", "unknown"), ("EF-500500", "the shop fails"), ("EF-000408", "the shop never answers")]
    lines = [f"Demo shop: {url}  (try these order numbers)"]
    lines += [f"  {number}  {note}" for number, note in tries]
    lines.append(f"and these discount codes: {', '.join(CODES)}")
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
