"""The operators' socket: its owner only, and every refusal said in words."""

import asyncio
import stat
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from chatbot.conversation.handoffs import Wanted
from chatbot.errors import Refused
from chatbot.server.operators import create_operator_app
from chatbot.server.serve import serve
from chatbot.types import Json


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    agent: str | None
    skills: tuple[str, ...] = ("returns",)


class FakeDesk:
    def __init__(self) -> None:
        self.owner: str | None = None
        self.said: list[str] = []

    async def list(self) -> Sequence[Json]:
        return [Row(7, self.owner)]

    async def show(self, handoff: int) -> Json:
        return Row(7, self.owner) if handoff == 7 else None

    async def claim(self, handoff: int, agent: str) -> Json:
        if handoff != 7:
            raise LookupError(handoff)
        if self.owner:
            raise Refused("somebody was faster", owner=self.owner)
        self.owner = agent
        return Row(7, agent)

    async def reply(self, handoff: int, agent: str, text: str) -> Json:
        self.said.append(text)

    async def send_template(self, handoff: int, agent: str, wanted: Wanted) -> Json:
        if wanted.name == "unknown":
            raise ValueError("no template is called that")
        return {"by": agent, "wanted": wanted}

    async def react(self, handoff: int, agent: str, emoji: str) -> Json:
        if emoji == "x":
            raise ValueError("'x' is no reaction there")
        return {"by": agent, "emoji": emoji}

    async def release(self, handoff: int, agent: str) -> Json:
        self.owner = None

    async def resolve(self, handoff: int, agent: str) -> Json:
        raise ValueError("not like this")


@pytest.fixture
async def path(tmp_path: Path) -> AsyncIterator[Path]:
    stop, started = asyncio.Event(), asyncio.Event()
    place = tmp_path / "operator.sock"
    operators = create_operator_app(FakeDesk())
    task = asyncio.create_task(
        serve(
            web.Application(),
            operators,
            port=0,
            socket_path=place,
            started=lambda _host, _port: started.set(),
            stop=stop,
        )
    )
    await asyncio.wait_for(started.wait(), 5)
    yield place
    stop.set()
    await asyncio.wait_for(task, 15)
    assert not place.exists()


@pytest.fixture
async def client(path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession("http://operators", connector=aiohttp.UnixConnector(str(path))) as session:
        yield session


async def ask(client: aiohttp.ClientSession, path: str, body: Any = None) -> tuple[int, Any]:
    call = client.get(path) if body is None else client.post(path, json=body)
    async with call as answer:
        return answer.status, await answer.json()


async def test_the_socket_is_for_its_owner_only(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_day_at_the_desk(client: aiohttp.ClientSession) -> None:
    row = {"id": 7, "agent": None, "skills": ["returns"]}
    assert await ask(client, "/handoffs") == (200, {"handoffs": [row]})
    assert await ask(client, "/handoffs/7") == (200, row)
    assert await ask(client, "/handoffs/7/claim", {"agent": "ana"}) == (200, {**row, "agent": "ana"})
    assert await ask(client, "/handoffs/7/claim", {"agent": "bo"}) == (
        409,
        {"error": "somebody was faster", "owner": "ana"},
    )
    assert await ask(client, "/handoffs/7/reply", {"agent": "ana", "text": "Hello"}) == (200, {"ok": True})
    assert await ask(client, "/handoffs/7/release", {"agent": "ana"}) == (200, {"ok": True})
    assert (await ask(client, "/status"))[0] == 200


async def test_a_reply_may_be_a_template(client: aiohttp.ClientSession) -> None:
    asked = {"agent": "ana", "template": "shipped", "values": {"1": "Ana", "2": "B-77"}, "language": "es"}
    assert await ask(client, "/handoffs/7/reply", asked) == (
        200,
        {
            "by": "ana",
            "wanted": {"name": "shipped", "values": {"1": "Ana", "2": "B-77"}, "language": "es", "media": ""},
        },
    )


@pytest.mark.parametrize("asked", [{"emoji": "👍"}, {}])
async def test_a_person_reacts_or_takes_it_back(client: aiohttp.ClientSession, asked: dict[str, str]) -> None:
    told = {"by": "ana", "emoji": asked.get("emoji", "")}
    assert await ask(client, "/handoffs/7/react", {"agent": "ana", **asked}) == (200, told)


@pytest.mark.parametrize(
    ("path_", "body", "status"),
    [
        ("/handoffs/8", None, 404),
        ("/handoffs/8/claim", {"agent": "ana"}, 404),
        ("/handoffs/x", None, 404),
        ("/handoffs/7/eat", {"agent": "ana"}, 404),
        ("/handoffs/7/claim", {}, 400),
        ("/handoffs/7/claim", [], 400),
        ("/handoffs/7/claim", {"agent": 5}, 400),
        ("/handoffs/7/reply", {"agent": "ana", "text": " "}, 400),
        ("/handoffs/7/reply", {"agent": "ana", "template": "unknown"}, 400),
        ("/handoffs/7/resolve", {"agent": "ana"}, 400),
        ("/handoffs/7/react", {"agent": "ana", "emoji": "x"}, 400),
        ("/handoffs/99999999999999999999", None, 404),
    ],
    ids=str,
)
async def test_each_mistake_has_its_answer(client: aiohttp.ClientSession, path_: str, body: Any, status: int) -> None:
    found, answer = await ask(client, path_, body)
    assert found == status
    assert answer["error"]
    assert answer["owner"] is None
