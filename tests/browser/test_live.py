"""How lines reach a page: over what lets them through, back after a break, in every tab, and both sides' hints."""

import asyncio
from typing import Any

import pytest

from chatbot.types import Message
from tests.browser.conftest import opened
from tests.browser.shop import Shop
from tests.browser.visiting import bubbles, says, visit, write
from tests.journeys.served import until

pytestmark = pytest.mark.browser


async def chat(browser: Any, shop: Shop, context: Any = None) -> Any:
    return await visit(browser, f"{shop.url}/chat/site", context)


async def test_it_is_live_over_a_websocket(browser: Any, shop: Shop) -> None:
    page = await chat(browser, shop)
    await write(page, "hello")
    await says(page, "You said: hello")
    await write(page, "again")
    await says(page, "You said: again")
    assert len(page.sockets) == 1
    assert page.problems == []


async def no_socket(page: Any) -> None:
    await page.route_web_socket("**/socket", lambda socket: socket.close())


async def test_without_websockets_it_streams(browser: Any, shop: Shop) -> None:
    page = await chat(browser, shop)
    await no_socket(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await write(page, "hello")
    await says(page, "You said: hello")
    await until(lambda: any(url.endswith("/stream") for url in requests))
    shop.put(shop.inbounds[0].key.contact, "bot", Message("live"))
    await says(page, "live")
    assert not any("session=" in url for url in requests), "a proxy's log must not know the token"


async def test_without_streams_it_polls(browser: Any, shop: Shop) -> None:
    page = await chat(browser, shop)
    await no_socket(page)
    await page.route("**/stream", lambda route: route.fulfill(status=502, body="no streams here"))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await write(page, "hello")
    await says(page, "You said: hello")
    await until(lambda: any("wait=" in url for url in requests))
    shop.put(shop.inbounds[0].key.contact, "bot", Message("live"))
    await says(page, "live")
    assert await bubbles(page) == ["hello", "You said: hello", "live"]


async def test_it_comes_back_after_the_server_was_away(browser: Any, tmp_path: Any) -> None:
    house = Shop(tmp_path)
    async with opened(house):
        page = await chat(browser, house)
        await write(page, "hello")
        await says(page, "You said: hello")
    await page.get_by_text("Reconnecting…").first.wait_for()
    await write(page, "are you there?")
    port = int(house.url.rpartition(":")[2])
    house.put(house.inbounds[0].key.contact, "bot", Message("said meanwhile"))
    async with opened(house, port):
        await says(page, "You said: are you there?")
        assert await bubbles(page) == [
            "hello",
            "You said: hello",
            "said meanwhile",
            "are you there?",
            "You said: are you there?",
        ]
        assert await page.get_by_text("Online", exact=True).first.is_visible()


async def test_a_second_tab_has_the_same_conversation_and_each_hears_the_other(browser: Any, shop: Shop) -> None:
    one = await chat(browser, shop)
    two = await chat(browser, shop, one.context)
    await write(one, "hello")
    await says(two, "You said: hello")
    await write(two, "from here")
    await says(one, "You said: from here")
    assert await bubbles(one) == await bubbles(two) == ["hello", "You said: hello", "from here", "You said: from here"]
    assert len({each.key.contact for each in shop.inbounds}) == 1


async def test_what_one_tab_wrote_offline_is_sent_once_by_whichever_is_left(browser: Any, shop: Shop) -> None:
    one = await chat(browser, shop)
    await write(one, "hello")
    await says(one, "You said: hello")
    two = await chat(browser, shop, one.context)
    await says(two, "You said: hello")
    await one.context.set_offline(True)
    await write(one, "first")
    await write(one, "second")
    await says(two, "second")
    await one.close()
    await two.context.set_offline(False)
    await says(two, "You said: second")
    assert [each.text for each in shop.inbounds] == ["hello", "first", "second"]


async def test_the_dots_show_that_the_bot_works_and_go_when_it_ends(browser: Any, shop: Shop) -> None:
    page = await chat(browser, shop)
    await write(page, "wait")
    await page.locator(".typing").wait_for()
    assert "Acme Support is writing" in await page.get_by_role("status").inner_text()
    shop.busy = False
    await page.locator(".typing").wait_for(state="detached")


async def test_the_visitor_s_typing_is_told_once_a_while(browser: Any, shop: Shop) -> None:
    page = await chat(browser, shop)
    await page.locator("textarea").press_sequentially("hello")
    assert shop.hints == [], "who has not written yet is nobody"
    await page.keyboard.press("Enter")
    await says(page, "You said: hello")
    await page.locator("textarea").press_sequentially("and one thing more")
    await until(lambda: any(hint.kind == "typing" for hint in shop.hints))
    assert len([hint for hint in shop.hints if hint.kind == "typing"]) <= 2


async def test_reading_is_told_when_somebody_looks(browser: Any, shop: Shop) -> None:
    page = await chat(browser, shop)
    await write(page, "hello")
    await says(page, "You said: hello")
    await until(lambda: any(hint.kind == "read" for hint in shop.hints))
    shop.hints.clear()
    await asyncio.sleep(0.1)
    assert shop.hints == [], "nothing new was read"
    shop.put(shop.inbounds[0].key.contact, "bot", Message("more"))
    await until(lambda: any(hint.kind == "read" for hint in shop.hints))


async def test_the_newest_own_line_is_sent_until_it_is_answered(browser: Any, shop: Shop) -> None:
    page = await chat(browser, shop)
    await write(page, "wait")
    await page.locator(".state", has_text="Sent").wait_for()
    shop.put(shop.inbounds[0].key.contact, "bot", Message("here"))
    await says(page, "here")
    assert await page.locator(".state").count() == 0
