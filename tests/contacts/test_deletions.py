"""A platform asks for somebody's data to be deleted: signed, noted, done, and answered with where to see it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path as File
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web

from chatbot.channels.meta import signed_subject
from chatbot.channels.registry import open_channel
from chatbot.contacts.deletions import Deletions
from chatbot.conversation.store import ChatLine
from chatbot.server.app import create_app
from chatbot.server.deletions import DataDeletion
from chatbot.storage.sqlite.store import SqliteStore
from tests.channels.test_accounts import META, Standin, standing
from tests.conversation.path_kit import NOW, said
from tests.storage.store_kit import commit, open_sqlite, pending, put, rows, speaks

SECRET = "the-app-secret"
PAGE = {"kind": "messenger", "page_id": "17", "page_token": "EAAB", "app_secret": SECRET, "verify_token": "v"}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(user: object = "218471", secret: str = SECRET, **more: object) -> str:
    """A signed request as Meta makes one; its own test vector has this form."""
    body = b64(json.dumps({"algorithm": "HMAC-SHA256", "issued_at": 1291836800, "user_id": user, **more}).encode())
    return f"{b64(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest())}.{body}"


@pytest.mark.parametrize(
    ("request_", "subject"),
    [
        (signed(), "218471"),
        (signed(218471), "218471"),
        (signed(secret="another"), ""),
        (signed(algorithm="HMAC-MD5"), ""),
        (signed(user=None), ""),
        (signed() + "A", ""),
        (signed().replace(".", ".."), ""),
        ("", ""),
        (".", ""),
        ("\ud800.\ud800", ""),
        (f"{b64(hmac.new(SECRET.encode(), b'AAA', hashlib.sha256).digest())}.AAA", ""),
    ],
)
def test_only_what_meta_signed_names_anybody(request_: str, subject: str) -> None:
    assert signed_subject(SECRET, request_) == subject


@pytest.fixture
async def graph() -> AsyncIterator[Standin]:
    async with standing() as standin:
        yield standin


@pytest.fixture
async def store(tmp_path: File) -> AsyncIterator[SqliteStore]:
    opened = open_sqlite(tmp_path / "chatbot.db")
    yield opened
    await opened.close(clean=True)


class Served:
    """The public app with one page, on a real socket."""

    def __init__(self, store: SqliteStore, session: aiohttp.ClientSession, **settings: str) -> None:
        self.session = session
        self.channels = {
            "page": open_channel("page", {**PAGE, **settings}, session),
            "wa": open_channel(
                "wa", {"kind": "whatsapp", "phone_number_id": "1", **META, "app_secret": SECRET}, session
            ),
        }
        self.deletions = Deletions(store, self.channels, lambda: NOW, "https://bot.example")
        self.url = ""

    async def __aenter__(self) -> Self:
        async def accept(*_: object) -> None:
            return None

        async def ready() -> str:
            return ""

        app = create_app(
            channels=self.channels, accept=accept, dead_letter=accept, transcript=self,
            ready=ready, doors=[DataDeletion(self.deletions)],
        )  # fmt: skip
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()

    async def after(self, account: str, contact: str, cursor: int) -> Sequence[ChatLine]:
        return ()

    async def at_work(self, account: str, contact: str) -> bool:
        return False

    async def asks(self, form: dict[str, str], account: str = "page") -> tuple[int, Any]:
        async with self.session.post(f"{self.url}/webhooks/{account}/data-deletion", data=form) as answer:
            return answer.status, await answer.json()

    async def page(self, url: str) -> tuple[int, str]:
        async with self.session.get(url.replace("https://bot.example", self.url)) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def customer(store: SqliteStore, contact: str) -> None:
    await put(store, said("my secret", 1, contact=contact))
    [work] = await pending(store)
    await commit(store, speaks(work, contact={"name": "Ana"}))


async def test_who_is_known_by_the_platforms_other_id_is_forgotten_and_the_page_says_so(
    store: SqliteStore, session: aiohttp.ClientSession, graph: Standin, tmp_path: File
) -> None:
    await customer(store, "7700")
    graph.answer = {"data": [{"id": "7700", "page": {"id": "17"}}]}
    async with Served(store, session, app_id="4242", api_url=graph.url) as served:
        status, answer = await served.asks({"signed_request": signed()})
        assert status == 200
        assert answer["url"] == f"https://bot.example/data-deletion/{answer['confirmation_code']}"
        assert await served.page(answer["url"]) == (
            200, "Deletion of data, asked for on 2023-11-14.\nDone on 2023-11-14.\n"
        )  # fmt: skip
        assert await served.asks({"signed_request": signed()}) == (200, answer)  # asked again: the same answer
    [(path, _, query)] = graph.calls
    proof = hmac.new(SECRET.encode(), f"4242|{SECRET}".encode(), hashlib.sha256).hexdigest()
    assert (path, query["page"], query["appsecret_proof"]) == ("/v25.0/218471/ids_for_pages", "17", proof)
    assert rows(tmp_path / "chatbot.db", "SELECT text FROM messages") == [("",)]
    assert rows(tmp_path / "chatbot.db", "SELECT profile FROM contacts") == [("{}",)]
    assert await store.troubles(5) == []


async def test_whom_nobody_can_match_is_for_people_to_find_and_is_tried_again_later(
    store: SqliteStore, session: aiohttp.ClientSession, graph: Standin
) -> None:
    graph.status, graph.answer = 400, {"error": {"code": 10, "message": "no permission"}}
    async with Served(store, session, app_id="4242", api_url=graph.url) as served:
        _, answer = await served.asks({"signed_request": signed()})
        await served.asks({"signed_request": signed()})
        assert "Not done yet." in (await served.page(answer["url"]))[1]
        [trouble] = await store.troubles(5)
        assert "218471" in trouble.text
        graph.status, graph.answer = 200, {"data": []}
        await served.deletions.resume()
        assert "Done on" in (await served.page(answer["url"]))[1]  # surely nobody is known
    assert len(await store.troubles(5)) == 1


async def test_without_our_own_apps_id_a_wish_is_noted_and_told(
    store: SqliteStore, session: aiohttp.ClientSession
) -> None:
    async with Served(store, session) as served:
        for account in ("page", "wa"):
            status, _ = await served.asks({"signed_request": signed(account)}, account)
            assert status == 200
    assert len(await store.troubles(5)) == 2
    assert {wish.subject for wish in await store.unfinished_deletions()} == {"page", "wa"}


@pytest.mark.parametrize("form", [{}, {"signed_request": "x.y"}, {"signed_request": signed(secret="another")}])
async def test_what_is_not_signed_deletes_nothing(
    store: SqliteStore, session: aiohttp.ClientSession, form: dict[str, str]
) -> None:
    async with Served(store, session) as served:
        assert (await served.asks(form))[0] == 403
        assert (await served.asks(form, "nowhere"))[0] == 403
        assert (await served.page(f"{served.url}/data-deletion/{'0' * 24}"))[0] == 404
    assert await store.unfinished_deletions() == []
