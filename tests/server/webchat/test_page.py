"""What a browser loads: the page, the script under its version, the list of chats."""

import base64
import hashlib
import re
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from chatbot.channels.webchat.channel import WebChat
from chatbot.server.app import create_app
from tests.browser.shop import Shop
from tests.server.webchat.conftest import Client


async def test_the_page_is_strict_about_what_may_run(client: Client) -> None:
    page = await client.get("/chat/site")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_script_of_a_version_never_changes_and_can_be_pinned(client: Client) -> None:
    page = await (await client.get("/chat/site")).text()
    found = re.search(r'src="(/chat/site/widget\.[0-9a-f]{32}\.js)" integrity="sha384-([^"]*)"', page)
    assert found is not None
    script = await client.get(found[1])
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Access-Control-Allow-Origin"] == "*", "or a page elsewhere could not use `integrity`"
    assert script.content_type == "text/javascript"
    body = await script.read()
    assert base64.b64encode(hashlib.sha384(body).digest()).decode() == found[2]
    assert await (await client.get("/chat/site/widget.js")).read() == body


async def test_the_script_without_a_version_is_asked_for_again_soon(client: Client) -> None:
    script = await client.get("/chat/site/widget.js")
    assert script.headers["Cache-Control"] == "public, max-age=300"
    tag = {"If-None-Match": script.headers["ETag"]}
    again = await client.get("/chat/site/widget.js", headers=tag)
    assert (script.status, again.status) == (200, 304)
    old = await client.get(f"/chat/site/widget.{'0' * 32}.js")
    assert (old.status, old.headers["Cache-Control"]) == (200, "public, max-age=300"), "a page from before a deploy"


async def test_the_root_leads_to_the_only_chat(client: Client) -> None:
    answer = await client.get("/", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "chat/site")
    assert (await client.get("/")).content_type == "text/html"


async def test_the_root_lists_several_chats_and_is_not_there_without_any(tmp_path: Path) -> None:
    shop = Shop(tmp_path)

    async def home(pages: dict[str, WebChat]) -> tuple[int, str]:
        ports = {"accept": shop.accept, "dead_letter": shop.dead_letter, "transcript": shop, "ready": shop.ready}
        async with TestClient(TestServer(create_app(channels=pages, **ports))) as client:  # type: ignore[arg-type]
            answer = await client.get("/")
            return answer.status, await answer.text()

    other = WebChat.open("help", {"kind": "webchat", "title": {"de": "Hilfe", "": "<b>Help</b>"}}, None)
    status, text = await home({"site": shop.chat, "help": other})
    assert status == 200
    assert '<a href="chat/site">Acme Support</a>' in text
    assert '<a href="chat/help">&lt;b&gt;Help&lt;/b&gt;</a>' in text
    assert (await home({}))[0] == 404
