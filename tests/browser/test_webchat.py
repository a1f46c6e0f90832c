"""The web chat as a visitor meets it."""

import json
from typing import Any

import pytest

from chatbot.types import Attachment, Button, Message
from tests.browser.shop import Shop
from tests.browser.visiting import NARROW, bubbles, says, visit, write

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) {{7*7}}"


async def opened(browser: Any, shop: Shop, **options: Any) -> Any:
    return await visit(browser, f"{shop.url}/chat/site", **options)


async def test_a_question_is_answered_and_everything_survives_a_reload(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    await write(page, "hello")
    await says(page, "You said: hello")
    before = await bubbles(page)
    await page.reload()
    await says(page, "You said: hello")
    assert await bubbles(page) == before == ["hello", "You said: hello"]
    await write(page, "again")
    await says(page, "You said: again")
    assert len({each.key.contact for each in shop.inbounds}) == 1
    assert page.problems == []


async def test_the_session_token_is_never_kept_by_the_server(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    await write(page, "hello")
    await says(page, "You said: hello")
    token = await page.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith(':session'))[1]")
    assert len(token) == 43
    assert token not in repr((shop.inbounds, shop.raw))
    assert json.loads(shop.raw[0])["text"] == "hello"


async def test_chips_are_real_buttons_and_gone_after_use(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    await write(page, "where is my order")
    chip = page.get_by_role("button", name="I lost the number")
    await chip.focus()
    await page.keyboard.press("Enter")
    await says(page, "No problem")
    assert await chip.count() == 0
    assert (shop.inbounds[-1].kind, shop.inbounds[-1].payload, shop.inbounds[-1].text) == (
        "button",
        "lost",
        "I lost the number",
    )
    link = page.get_by_role("link", name="Open my orders")
    assert await link.get_attribute("rel") == "noopener noreferrer nofollow"
    await page.get_by_role("button", name="Talk to a person").click()
    await says(page, "this is Ana")
    assert await page.locator(".who").inner_text() == "Team member"


async def test_written_offline_arrives_once_and_in_order_when_the_line_is_back(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    await write(page, "hello")
    await says(page, "You said: hello")
    await page.context.set_offline(True)
    await write(page, "first")
    await write(page, "second")
    assert await page.get_by_text("sending…").count() == 2
    await page.context.set_offline(False)
    await says(page, "You said: second")
    assert [each.text for each in shop.inbounds] == ["hello", "first", "second"]
    assert await page.get_by_text("sending…").count() == 0
    assert sorted(await bubbles(page)) == sorted(
        ["hello", "You said: hello", "first", "second", "You said: first", "You said: second"]
    )


async def test_a_server_that_cannot_store_is_asked_again_even_after_a_reload(browser: Any, shop: Shop) -> None:
    shop.broken = True
    page = await opened(browser, shop)
    await write(page, "hello")
    await page.get_by_text("sending…").wait_for()
    await page.reload()
    await page.get_by_text("sending…").wait_for()
    shop.broken = False
    await says(page, "You said: hello")
    assert (await bubbles(page)) == ["hello", "You said: hello"]
    assert [each.text for each in shop.inbounds] == ["hello"]


async def test_hostile_text_stays_text(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await write(page, HOSTILE)
    await says(page, f"You said: {HOSTILE}")
    await page.reload()
    await says(page, f"You said: {HOSTILE}")
    assert dialogs == []
    assert await page.locator("img, .bubble a").count() == 0
    assert page.problems == []


async def test_links_in_texts_are_links_and_only_of_the_web(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    await write(page, "see https://acme.example/a?b=1&c=2. ok")
    await says(page, "You said")
    hrefs = await page.locator(".theirs .bubble a").evaluate_all("links => links.map((a) => a.href)")
    assert hrefs == ["https://acme.example/a?b=1&c=2"]


async def test_it_fills_a_narrow_screen_without_sideways_scrolling(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop, viewport=NARROW)
    await write(page, "averyveryveryverylongword" * 20)
    await says(page, "You said")
    panel = await page.locator(".panel").bounding_box()
    assert (panel["x"], panel["y"], panel["width"], panel["height"]) == (0, 0, 375, 720)
    assert await page.evaluate("document.documentElement.scrollWidth") == 375
    assert await page.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth")


async def test_right_to_left_text_is_shown_so(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    await write(page, "أين طلبي؟")
    bubble = page.locator(".mine .bubble")
    await bubble.wait_for()
    assert await bubble.evaluate("bubble => getComputedStyle(bubble).direction") == "rtl"


async def test_the_log_is_announced_and_everything_has_a_name(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    log = page.get_by_role("log", name="Conversation")
    assert await log.get_attribute("aria-live") == "polite"
    for element in await page.locator("button, textarea").all():
        assert await element.evaluate("e => e.labels?.[0]?.textContent || e.ariaLabel || e.textContent")


async def test_what_waits_stays_below_what_was_said_before(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop)
    await write(page, "hello")
    await says(page, "You said: hello")
    shop.broken = True
    await write(page, "later")
    await page.get_by_text("sending…").wait_for()
    await page.reload()
    await says(page, "You said: hello")
    assert await bubbles(page) == ["hello", "You said: hello", "later"]
    shop.broken = False
    await says(page, "You said: later")
    assert await bubbles(page) == ["hello", "You said: hello", "later", "You said: later"]


LONG = "A reply long enough to take several lines of its bubble, as the replies of a bot that explains itself do. " * 3
PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='240'/>"


async def hidden_below(page: Any) -> float:
    """How far the newest line reaches below what is shown, once the log stands still."""
    await page.evaluate(
        """() => new Promise((done) => {
          const log = document.querySelector("chatbot-widget").shadowRoot.querySelector(".log");
          let top = -1, still = 0;
          const look = () => {
            still = log.scrollTop === top ? still + 1 : 0;
            top = log.scrollTop;
            still > 15 ? done() : requestAnimationFrame(look);
          };
          look();
        })"""
    )
    below = await page.locator(".log").evaluate(
        """log => {
          const bottom = (element) => element.getBoundingClientRect().bottom;
          return bottom(log.querySelector(".row:last-child")) - bottom(log);
        }"""
    )
    return float(below)


@pytest.mark.parametrize("height", [800, 500])
async def test_the_newest_reply_is_in_sight_after_every_exchange(browser: Any, shop: Shop, height: int) -> None:
    page = await opened(browser, shop, viewport={"width": 1280, "height": height})
    for n in range(8):
        await write(page, f"question {n}")
        await says(page, f"You said: question {n}")
        shop.put(shop.inbounds[0].key.contact, "bot", Message(f"{n} {LONG}"))
        await says(page, f"{n} A reply")
    assert await hidden_below(page) <= 0


async def test_a_long_chat_opens_at_its_end(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop, viewport=NARROW)
    await write(page, "hello")
    await says(page, "You said: hello")
    contact = shop.inbounds[0].key.contact
    for n in range(30):
        shop.put(contact, "bot", Message(f"{n} {LONG if n % 3 == 0 else 'A short one'}"))
    await says(page, "29 A short one")
    await page.reload()
    await says(page, "29 A short one")
    assert await hidden_below(page) <= 0


async def test_a_picture_that_arrives_late_pushes_nothing_out_of_sight(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop, viewport=NARROW)
    await page.route("**/late.svg", lambda route: route.fulfill(content_type="image/svg+xml", body=PICTURE))
    await write(page, "hello")
    await says(page, "You said: hello")
    contact = shop.inbounds[0].key.contact
    shop.put(contact, "bot", Message(LONG * 2))
    shop.put(contact, "bot", Message(attachment=Attachment("image", f"{shop.url}/late.svg")))
    shop.put(contact, "bot", Message("There it is", options=tuple(Button(f"Choice {n}") for n in range(9))))
    await says(page, "There it is")
    await page.wait_for_function(
        "document.querySelector('chatbot-widget').shadowRoot.querySelector('.log img').complete"
    )
    assert await hidden_below(page) <= 0


async def test_who_reads_further_up_is_left_there(browser: Any, shop: Shop) -> None:
    page = await opened(browser, shop, viewport=NARROW)
    await write(page, "hello")
    await says(page, "You said: hello")
    contact = shop.inbounds[0].key.contact
    for n in range(10):
        shop.put(contact, "bot", Message(f"{n} {LONG}"))
    await says(page, "9 A reply")
    assert await hidden_below(page) <= 0
    await page.locator(".log").hover()
    await page.mouse.wheel(0, -600)
    await hidden_below(page)
    stood = await page.locator(".log").evaluate("log => log.scrollTop")
    shop.put(contact, "bot", Message("something new"))
    await says(page, "something new")
    await hidden_below(page)
    assert await page.locator(".log").evaluate("log => log.scrollTop") == stood
    await write(page, "my own line")
    await says(page, "You said: my own line")
    assert await hidden_below(page) <= 0
