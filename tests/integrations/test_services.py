"""One attempt of a flow's HTTP call, against a real server that misbehaves in every way a service can."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from chatbot.content.bot_file import Service
from chatbot.errors import OperatorError
from chatbot.integrations.services import Services
from chatbot.types import Call, CallAnswer, Json

BIG = {"rows": ["x" * 1000] * 300}


async def answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/pieces":
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            await response.prepare(request)
            for piece in (b'{"a": [1,', b" 2,", b" 3]}"):
                await response.write(piece)
                await asyncio.sleep(0.02)
            return response
        case "/big":
            return web.json_response(BIG)
        case "/huge":
            return web.Response(body=b'"' + b"x" * (3 << 20) + b'"')
        case "/html":
            return web.Response(text="<html>", content_type="text/html")
        case "/broken":
            return web.Response(status=500, text="<html>")
        case "/nothing":
            return web.Response(status=204)
        case "/deep":
            return web.Response(body=b"[" * 200_000)
        case "/away":
            raise web.HTTPFound("/echo")
        case "/login":
            response = web.json_response({})
            response.set_cookie("session", "PRIVATE")
            return response
        case "/slow":
            await asyncio.sleep(5)
    seen = {"headers": dict(request.headers), "query": dict(request.query), "path": request.raw_path}
    return web.json_response({**seen, "body": await request.text()})


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    made = Services({"shop": Service(url=url, auth={"bearer": "TOKEN"}), "gone": Service(url="http://127.0.0.1:9")})
    yield made
    await made.close()
    await runner.cleanup()


async def get(services: Services, path: str, **more: Json) -> CallAnswer:
    return await services.attempt(
        Call(1, more.pop("method", "GET"), more.pop("service", "shop"), path, **more), "key-1"
    )


async def test_a_body_that_comes_in_pieces_or_is_large_is_read_whole(services: Services) -> None:
    assert (await get(services, "/pieces")).body == {"a": [1, 2, 3]}
    assert (await get(services, "/big")).body == BIG


async def test_what_one_customer_was_given_does_not_travel_with_the_next_call(services: Services) -> None:
    await get(services, "/login")
    assert "Cookie" not in (await get(services, "/echo")).body["headers"]


async def test_a_call_carries_its_path_query_json_credentials_and_key(services: Services) -> None:
    sent = (await get(services, "/say/a%2Fb", method="POST", query={"q": "x y"}, json={"n": 1})).body
    assert sent["path"] == "/say/a%2Fb?q=x+y"
    assert json.loads(sent["body"]) == {"n": 1}
    assert sent["headers"]["Authorization"] == "Bearer TOKEN"
    assert sent["headers"]["Idempotency-Key"] == "key-1"


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/html", 200, "invalid"),
        ("/deep", 200, "invalid"),
        ("/huge", 200, "invalid"),
        ("/broken", 500, ""),
        ("/nothing", 204, ""),
        ("/away", 302, ""),
    ],
)
async def test_answers_that_are_no_json_too_large_or_elsewhere(
    services: Services, path: str, status: int, error: str
) -> None:
    answered = await get(services, path)
    assert (answered.status, answered.error, answered.body) == (status, error, None)


async def test_a_service_that_is_slow_or_not_there(services: Services) -> None:
    assert (await get(services, "/slow", timeout=100)).error == "timeout"
    assert (await get(services, "/", service="gone")).error == "connection"
    assert (await get(services, "/", service="unknown")).error == "connection"


def test_a_way_to_log_in_that_does_not_exist_is_named() -> None:
    with pytest.raises(OperatorError, match=r"services\.shop\.auth: `magic`"):
        Services({"shop": Service(url="http://x.example", auth={"magic": "1"})})
