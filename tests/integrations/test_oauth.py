"""Client credentials: one token for all who need it, renewed in time, and replaced once when it is turned down."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from chatbot.content.bot_file import Service
from chatbot.errors import OperatorError
from chatbot.integrations.masking import MASK, Mask
from chatbot.integrations.services import Services
from chatbot.types import Call, CallAnswer, Json
from tests.integrations.serving import Names, Served, serving

SECRET = "se:cret/ä"


@dataclass
class World:
    """A token server and an API beside it that knows which tokens are good. `now` is the clock of the caller."""

    served: Served
    issued: int = 0
    lifetime: float | None = 3600
    good: set[str] = field(default_factory=set)
    now: float = 1000.0
    delay: float = 0.0
    status: int = 200
    says: Json = None
    asked: int = 0
    refuses: bool = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            return await self._token()
        self.asked += 1
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.good or self.refuses:
            return web.json_response({"error": "who?"}, status=401)
        return web.json_response({"token": token})

    async def _token(self) -> web.StreamResponse:
        self.issued += 1
        token = f"token-{self.issued}"
        await asyncio.sleep(self.delay)
        if self.says is not None or self.status != 200:
            return web.json_response(self.says, status=self.status)
        self.good.add(token)
        more = {} if self.lifetime is None else {"expires_in": self.lifetime}
        return web.json_response({"access_token": token, "token_type": "Bearer", **more})


@asynccontextmanager
async def world(**settings: Json) -> AsyncIterator[tuple[World, Services]]:
    made = World(Served())

    async def answer(request: web.Request) -> web.StreamResponse:
        return await made.answer(request)

    async with serving(answer) as served:
        made.served = served
        oauth = {"token_url": f"{served.url}/token", "client_id": "us", "client_secret": SECRET, **settings}
        shop = Service.model_validate({"url": served.url, "private": True, "auth": {"oauth": oauth}})
        services = Services({"shop": shop}, Mask([SECRET]), clock=lambda: made.now)
        yield made, services
        await services.close()


async def get(services: Services, limit: int = 2000, method: str = "GET") -> CallAnswer:
    return await services.attempt(Call(1, method, "shop", "/orders", timeout=limit), "key")


async def test_one_token_serves_many_calls_and_all_who_wait_for_it() -> None:
    async with world() as (made, services):
        made.delay = 0.05
        answers = await asyncio.gather(*(get(services) for _ in range(20)))
        assert {answer.status for answer in answers} == {200}
        assert made.issued == 1
        await get(services)
        assert made.issued == 1


async def test_no_token_is_seen_in_an_answer() -> None:
    async with world() as (_, services):
        assert (await get(services)).body == {"token": MASK}


@pytest.mark.parametrize(
    ("lifetime", "still_good", "renewed"), [(3600, 3539, 3541), (100, 89, 91), (None, 3539, 3541), (0, -1, 0)]
)
async def test_a_token_is_renewed_before_it_expires(lifetime: float | None, still_good: float, renewed: float) -> None:
    async with world() as (made, services):
        made.lifetime = lifetime
        await get(services)
        if still_good >= 0:
            made.now += still_good
            await get(services)
            assert made.issued == 1
            made.now -= still_good
        made.now += renewed
        await get(services)
        assert made.issued == 2


async def test_a_token_that_is_turned_down_is_replaced_once_also_for_a_post() -> None:
    async with world() as (made, services):
        await get(services)
        made.good.clear()
        assert (await get(services, method="POST")).status == 200
        assert made.issued == 2


async def test_those_who_are_turned_down_together_get_one_new_token() -> None:
    async with world() as (made, services):
        await get(services)
        made.good.clear()
        made.delay = 0.05
        answers = await asyncio.gather(*(get(services) for _ in range(10)))
        assert {answer.status for answer in answers} == {200}
        assert made.issued == 2


async def test_a_service_that_turns_every_token_down_is_asked_twice_and_no_more() -> None:
    async with world() as (made, services):
        made.refuses = True
        assert (await get(services)).status == 401
        assert made.asked == 2


async def test_the_token_server_is_asked_as_the_standard_says() -> None:
    async with world(scope="orders:read", audience="shop") as (made, services):
        await get(services)
        method, path, headers, body = made.served.seen[0]
        assert (method, path) == ("POST", "/token")
        sent = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        assert sent == "us:se%3Acret%2F%C3%A4"
        assert parse_qs(body) == {
            "grant_type": ["client_credentials"], "scope": ["orders:read"], "audience": ["shop"]
        }  # fmt: skip


async def test_the_secret_may_go_in_the_form() -> None:
    async with world(method="client_secret_post") as (made, services):
        await get(services)
        _, _, headers, body = made.served.seen[0]
        assert "Authorization" not in headers
        assert parse_qs(body)["client_secret"] == [SECRET]


@pytest.mark.parametrize(
    ("status", "says", "ends"),
    [
        (400, {"error": "invalid_client"}, (401, "")),
        (401, {}, (401, "")),
        (500, {}, (0, "connection")),
        (429, {}, (0, "connection")),
        (302, {}, (401, "")),
        (200, {"access_token": ""}, (401, "")),
        (200, {"access_token": 7}, (0, "invalid")),
        (200, {"access_token": "a\nb"}, (0, "invalid")),
        (200, {"access_token": "x", "token_type": "mac"}, (0, "invalid")),
        (200, "no mapping", (0, "invalid")),
    ],
)
async def test_a_token_server_that_fails_is_an_answer(status: int, says: Json, ends: tuple[int, str]) -> None:
    async with world() as (made, services):
        made.status, made.says = status, says
        answer = await get(services)
        assert (answer.status, answer.error) == ends
        assert answer.body is None or "cret" not in str(answer.body)


async def test_a_token_server_that_hangs_ends_with_the_calls_time_limit_and_the_next_call_asks_anew() -> None:
    async with world() as (made, services):
        made.delay = 5
        assert (await get(services, limit=80)).error == "timeout"
        made.delay = 0
        assert (await get(services)).status == 200


async def test_a_token_server_is_no_way_to_private_addresses() -> None:
    oauth = {"token_url": "http://id.example/token", "client_id": "us", "client_secret": SECRET}
    shop = Service.model_validate({"url": "https://shop.example", "auth": {"oauth": oauth}})
    services = Services({"shop": shop}, resolver=Names({"id.example": ["169.254.169.254"]}))
    assert (await get(services)).error == "refused"
    await services.close()
    literal = {**oauth, "token_url": "http://10.0.0.1/token"}
    with pytest.raises(OperatorError, match=r"services\.shop\.auth\.oauth\.token_url .* `private: true`"):
        Services({"shop": Service.model_validate({"url": "https://shop.example", "auth": {"oauth": literal}})})
