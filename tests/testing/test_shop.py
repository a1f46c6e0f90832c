"""The demo shop is a service like a customer's own: right answers, wrong numbers, failures and silence."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp import ClientSession, ClientTimeout
from aiohttp.test_utils import TestServer

from chatbot.testing.shop import create_shop, main, welcome

MONDAY = date(2026, 1, 5)


@pytest.fixture
async def shop() -> AsyncIterator[ClientSession]:
    async with TestServer(create_shop(today=MONDAY)) as server, ClientSession(server.make_url("/")) as client:
        yield client


async def test_an_order_in_transit_says_when_it_arrives(shop: ClientSession) -> None:
    answer = await shop.get("orders/AB-123456")
    assert answer.status == 200
    assert await answer.json() == {
        "number": "AB-123456",
        "status": "transit",
        "days_late": 0,
        "items": ["Coffee grinder", "Filter papers"],
        "eta": "2026-01-07",
        "url": "https://shop.example/orders/AB-123456",
    }


async def test_a_delivered_order_says_when_it_was(shop: ClientSession) -> None:
    order = await (await shop.get("orders/AB-222222")).json()
    assert (order["status"], order["delivered_at"]) == ("delivered", "2026-01-02")


async def test_a_late_order_says_by_how_much(shop: ClientSession) -> None:
    order = await (await shop.get("orders/CD-654321")).json()
    assert (order["status"], order["days_late"]) == ("delayed", 5)


@pytest.mark.parametrize("written", ["AB123456", "ab-123456", "ab123456"])
async def test_a_number_is_found_however_it_is_written(shop: ClientSession, written: str) -> None:
    assert (await (await shop.get(f"orders/{written}")).json())["number"] == "AB-123456"


@pytest.mark.parametrize(("number", "status"), [("ZZ-000000", 404), ("%C3%A9%20x", 404), ("EF-500500", 500)])
async def test_what_goes_wrong_has_a_status(shop: ClientSession, number: str, status: int) -> None:
    assert (await shop.get(f"orders/{number}")).status == status


async def test_one_order_never_answers_and_still_lets_the_shop_close() -> None:
    async with TestServer(create_shop()) as server, ClientSession(server.make_url("/")) as client:
        with pytest.raises(TimeoutError):
            await client.get("orders/EF-000408", timeout=ClientTimeout(total=0.1))
        hanging = asyncio.create_task(client.get("orders/EF-000408"))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await server.close()
        assert (await hanging).status == 500


async def test_the_hours_are_told_in_words(shop: ClientSession) -> None:
    assert (await (await shop.get("hours")).json())["weekdays"] == "9 am to 6 pm"


async def test_the_days_of_an_order_follow_the_calendar() -> None:
    async with TestServer(create_shop()) as server, ClientSession(server.make_url("/")) as client:
        order = await (await client.get("orders/AB-123456")).json()
    assert date.fromisoformat(order["eta"]) > MONDAY


async def test_every_order_of_the_index_is_there(shop: ClientSession) -> None:
    numbers = (await (await shop.get("")).json())["orders"]
    assert {(await shop.get(f"orders/{number}")).status for number in numbers} == {200}


def test_the_welcome_lists_the_numbers_to_try() -> None:
    text = welcome("http://127.0.0.1:8091")
    assert "http://127.0.0.1:8091" in text
    assert "CD-654321  five days late" in text


def test_a_taken_port_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1])]) == 3
    said = capsys.readouterr().err
    assert "Address already in use" in said
    assert said.count("\n") == 1


def test_the_shop_ends_with_the_process_that_started_it() -> None:
    """The parent is killed with -9, so nobody can have told the shop."""
    port = _free_port()
    script = f"{sys.executable} -m chatbot.testing.shop --port {port} --end-with-parent & exec sleep 60"
    with subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert "Demo shop" in parent.stdout.readline()
        assert _answers(port)
        parent.kill()
    assert _falls_silent(port)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _falls_silent(port: int, *, within: float = 10) -> bool:
    end = time.monotonic() + within
    while _answers(port) and time.monotonic() < end:
        time.sleep(0.05)
    return not _answers(port)


async def test_a_return_is_registered_for_what_was_delivered(shop: ClientSession) -> None:
    answer = await shop.post("orders/AB-222222/returns", json={"reason": "does not fit"})
    assert answer.status == 201
    assert (await answer.json())["send_by"] == "2026-01-19"
    refund = await (await shop.get("orders/AB-222222/refund")).json()
    assert refund == {"status": "waiting", "amount": 249.0}


async def test_nothing_is_taken_back_that_has_not_arrived(shop: ClientSession) -> None:
    assert (await shop.post("orders/AB-123456/returns", json={"reason": "x"})).status == 409
    assert (await (await shop.get("orders/AB-123456/refund")).json()) == {"status": "none"}


async def test_a_refund_that_was_paid_has_an_amount_and_a_day(shop: ClientSession) -> None:
    paid = await (await shop.get("orders/AB-333333/refund")).json()
    assert paid == {"status": "paid", "amount": 39.0, "paid_on": "2026-01-03"}


@pytest.mark.parametrize(("number", "status"), [("AB-111111", 200), ("AB-123456", 409), ("ZZ-000000", 404)])
async def test_an_address_changes_only_while_the_order_is_here(shop: ClientSession, number: str, status: int) -> None:
    assert (await shop.put(f"orders/{number}/address", json={"address": "12 Oak Street"})).status == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orders/AB-222222/damages", {"photo": "https://x.example/p.jpg", "wish": "replacement"}),
        ("complaints", {"words": "late"}),
        ("callbacks", {"phone": "+16175550123"}),
        ("feedback", {"words": "lovely"}),
    ],
)
async def test_what_is_written_down_gets_a_number_and_an_empty_body_none(
    shop: ClientSession, path: str, body: dict[str, str]
) -> None:
    first, second = [(await (await shop.post(path, json=body)).json())["id"] for _ in range(2)]
    assert first != second
    assert (await shop.post(path, json={})).status == 400
    assert (await shop.post(path, data=b"{")).status == 400


async def test_delivery_goes_to_some_countries(shop: ClientSession) -> None:
    assert (await (await shop.get("delivery/us")).json())["free_from"] == 50
    assert (await shop.get("delivery/jp")).status == 404


@pytest.mark.parametrize(
    ("search", "titles"),
    [("do you have lamps", ["Desk lamp"]), ("tenéis sillas", ["Reading chair"]), ("bookshelf", []), ("boat", [])],
)
async def test_products_are_found_by_their_words_while_there_are_any(
    shop: ClientSession, search: str, titles: list[str]
) -> None:
    found = await (await shop.get("products", params={"search": search})).json()
    assert [card["title"] for card in found["products"]] == titles


@pytest.mark.parametrize(("code", "valid"), [("spring10", True), ("WINTER20", False)])
async def test_a_discount_code_says_whether_it_holds(shop: ClientSession, code: str, valid: bool) -> None:
    assert (await (await shop.get(f"discounts/{code}")).json())["valid"] is valid
    assert (await shop.get("discounts/NOPE1")).status == 404
