"""The widget on somebody's own site: another origin, a strict policy, and everything a visitor may need of it."""

import hashlib
import hmac
from typing import Any

import pytest

from chatbot.types import Button, Message
from tests.browser.visiting import NARROW, bubbles, launcher, look, says, visit, write
from tests.journeys.served import until

pytestmark = pytest.mark.browser

SECRET = "the site's secret"


async def test_under_a_strict_policy_it_opens_by_keyboard_and_closes_by_escape(
    browser: Any, site: Any, open_shop: Any
) -> None:
    async with open_shop() as shop:
        site.show(shop.url)
        page = await visit(browser, site.url)
        button = page.get_by_role("button", name="Open chat: Acme Support")
        await button.focus()
        await page.keyboard.press("Enter")
        await write(page, "hello")
        await says(page, "You said: hello")
        await page.keyboard.press("Escape")
        assert not await page.locator(".panel").is_visible()
        assert await launcher(page).evaluate("button => button.getRootNode().activeElement === button")
        assert len(page.sockets) == 1
        assert page.problems == []


async def test_a_pinned_script_works_from_another_origin(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        page = await visit(browser, f"{shop.url}/chat/site")
        tag = page.locator("script[integrity]")
        source, integrity = [await tag.get_attribute(name) for name in ("src", "integrity")]
        site.show(shop.url, f'integrity="{integrity}" crossorigin="anonymous"', script=source.rpartition("/")[2])
        page = await visit(browser, site.url)
        await launcher(page).click()
        await write(page, "hello")
        await says(page, "You said: hello")


async def test_a_site_that_is_not_listed_gets_nothing(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        site.show(shop.url)
        page = await visit(browser, site.url.replace("localhost", "127.0.0.1"))
        await launcher(page).click()
        await write(page, "hello")
        await page.locator(".refused").or_(page.get_by_text("sending…")).first.wait_for()
        assert shop.inbounds == []


async def test_what_came_while_it_was_closed_is_counted_over_pages_and_tabs(
    browser: Any, site: Any, open_shop: Any
) -> None:
    async with open_shop() as shop:
        site.show(shop.url)
        page = await visit(browser, site.url)
        await launcher(page).click()
        await write(page, "hello")
        await says(page, "You said: hello")
        await page.keyboard.press("Escape")
        contact = shop.inbounds[0].key.contact
        shop.put(contact, "bot", Message("One more thing"))
        await page.locator(".badge", has_text="1").wait_for()
        shop.put(contact, "bot", Message("And another"))
        await page.get_by_role("button", name="Open chat: Acme Support, new messages: 2").wait_for()
        await page.get_by_role("link", name="Another page").click()
        await page.locator(".badge", has_text="2").wait_for()
        other = await visit(browser, site.url, page.context)
        await other.locator(".badge", has_text="2").wait_for()
        await launcher(other).click()
        await says(other, "And another")
        await page.bring_to_front()
        await page.wait_for_function(
            "!document.querySelector('chatbot-widget').shadowRoot.querySelector('.badge').textContent"
        )


async def test_it_stays_open_on_the_next_page_and_closed_where_it_was_closed(
    browser: Any, site: Any, open_shop: Any
) -> None:
    async with open_shop() as shop:
        site.show(shop.url)
        page = await visit(browser, site.url)
        await launcher(page).click()
        await page.get_by_role("link", name="Another page").click()
        await page.locator(".panel").wait_for()
        assert await page.evaluate("document.activeElement === document.body"), "the focus is the page's own"
        await page.get_by_role("button", name="Close chat", exact=True).click()
        await page.reload()
        await launcher(page).wait_for()
        assert not await page.locator(".panel").is_visible()


async def test_over_the_whole_screen_the_focus_stays_within(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        site.show(shop.url)
        page = await visit(browser, site.url, viewport=NARROW)
        await launcher(page).click()
        panel = page.get_by_role("dialog", name="Acme Support")
        assert await panel.get_attribute("aria-modal") == "true"
        assert await panel.bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 720}
        await page.locator("textarea").fill("hello")
        for key in ["Tab"] * 7 + ["Shift+Tab"] * 9:
            await page.keyboard.press(key)
            inside = "document.activeElement.shadowRoot?.activeElement?.closest('.panel') != null"
            assert await page.evaluate(inside), key
        await page.set_viewport_size({"width": 1280, "height": 860})
        await page.locator(".panel:not([aria-modal])").wait_for()  # the page hears of its new size a little later


async def test_the_arrows_go_among_quick_replies(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        site.show(shop.url)
        page = await visit(browser, site.url)
        await launcher(page).click()
        await write(page, "hello")
        await says(page, "You said: hello")
        choices = tuple(Button(name) for name in ("One", "Two", "Three"))
        shop.put(shop.inbounds[0].key.contact, "bot", Message("Which?", options=choices))
        await page.get_by_role("group", name="Answers").get_by_role("button", name="One").focus()
        walked = []
        for key in ("ArrowRight", "ArrowDown", "ArrowRight", "End", "ArrowLeft", "Home"):
            await page.keyboard.press(key)
            walked.append(await page.evaluate("document.activeElement.shadowRoot.activeElement.textContent"))
        assert walked == ["Two", "Three", "One", "Three", "Two", "One"]
        await page.keyboard.press("Enter")
        await until(lambda: shop.inbounds[-1].payload == "One")
        assert await page.evaluate("document.activeElement.shadowRoot.activeElement.id") == "chat-input"


async def test_an_arabic_page_has_it_in_arabic_from_right_to_left(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        site.show(shop.url, lang="ar")
        page = await visit(browser, site.url)
        await page.get_by_role("button", name="فتح المحادثة: Acme Support").click()
        panel = page.locator(".panel")
        assert (await panel.get_attribute("lang"), await panel.get_attribute("dir")) == ("ar", "rtl")
        assert (await panel.bounding_box())["x"] < 100, "in the other corner"
        await page.get_by_label("رسالتك").fill("hello")
        await page.keyboard.press("Enter")
        await says(page, "You said: hello")
        mine, theirs = [await page.locator(f".{who} .bubble").bounding_box() for who in ("mine", "theirs")]
        assert mine["x"] < theirs["x"]
        assert await look(page, ".theirs .bubble", "direction") == "ltr", "each text runs its own way"


@pytest.mark.parametrize(
    ("attributes", "lang", "words"),
    [
        ("", "de-AT", "Nachricht schreiben…"),
        ('data-lang="fr"', "de", "Écrivez un message…"),
        ("", "xx", "Write a message…"),
        ("", "sv", "Skriv något"),
    ],
)
async def test_it_speaks_as_the_tag_or_the_page_does(
    browser: Any, site: Any, open_shop: Any, attributes: str, lang: str, words: str
) -> None:
    async with open_shop(words={"sv": {"placeholder": "Skriv något"}}) as shop:
        site.show(shop.url, attributes, lang)
        page = await visit(browser, site.url)
        await launcher(page).click()
        assert await page.locator("textarea").get_attribute("placeholder") == words


@pytest.mark.parametrize(
    ("system", "attributes", "dark"),
    [
        ("dark", "", True),
        ("light", "", False),
        ("dark", 'data-theme="light"', False),
        ("light", 'data-theme="dark"', True),
    ],
)
async def test_it_is_dark_or_light_as_asked(
    browser: Any, site: Any, open_shop: Any, system: str, attributes: str, dark: bool
) -> None:
    async with open_shop() as shop:
        site.show(shop.url, attributes)
        page = await visit(browser, site.url, color_scheme=system)
        await launcher(page).click()
        assert await look(page, ".panel", "backgroundColor") == ("rgb(23, 27, 38)" if dark else "rgb(255, 255, 255)")
        assert await look(page, ".panel", "colorScheme") == ("dark" if dark else "light")


async def test_a_page_sets_its_colours_by_variables(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop(accent="#ffd400", position="start") as shop:
        site.show(shop.url)
        page = await visit(browser, site.url)
        assert await look(page, ".launcher", "backgroundColor") == "rgb(255, 212, 0)"
        assert await look(page, ".launcher", "color") == "rgb(10, 12, 18)", "what stands on a light accent is dark"
        assert (await launcher(page).bounding_box())["x"] < 100
        await page.locator("chatbot-widget").evaluate("host => host.style.setProperty('--chatbot-accent', '#123456')")
        assert await look(page, ".launcher", "backgroundColor") == "rgb(18, 52, 86)"


async def test_who_asks_for_less_motion_gets_none(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        site.show(shop.url)
        page = await visit(browser, site.url, reduced_motion="reduce")
        await launcher(page).click()
        await write(page, "hello")
        await says(page, "You said: hello")
        assert await look(page, ".row >> nth=0", "animationName") == "none"


def proof(user: str) -> str:
    return hmac.new(SECRET.encode(), user.encode(), hashlib.sha256).hexdigest()


async def test_who_is_signed_in_has_one_conversation_on_every_device(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop(identity_secret=SECRET) as shop:
        site.show(
            shop.url, f'data-user="Zoë 42" data-hash="{proof("Zoë 42")}" data-name="Zoë" data-email="zoe@example.com"'
        )
        phone = await visit(browser, site.url, viewport=NARROW)
        await launcher(phone).click()
        await write(phone, "hello")
        await says(phone, "You said: hello")
        assert shop.inbounds[0].key.contact == "user:Zoë 42"
        assert shop.inbounds[0].profile == {"name": "Zoë", "email": "zoe@example.com"}
        desk = await visit(browser, site.url)
        await desk.locator(".badge", has_text="1").wait_for()
        await launcher(desk).click()
        await says(desk, "You said: hello")


async def test_a_wrong_hash_reads_and_writes_nothing(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop(identity_secret=SECRET) as shop:
        shop.put("user:42", "bot", Message("a secret"))
        site.show(shop.url, f'data-user="42" data-hash="{proof("43")}"')
        page = await visit(browser, site.url)
        await launcher(page).click()
        await write(page, "hello")
        await page.locator(".refused").wait_for()
        assert await bubbles(page) == ["hello"]
        assert shop.inbounds == []


async def test_signing_in_and_out_on_a_page_changes_the_conversation(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop(identity_secret=SECRET) as shop:
        site.show(shop.url)
        page = await visit(browser, site.url)
        await launcher(page).click()
        await write(page, "who am I")
        await says(page, "You said: who am I")
        host = page.locator("chatbot-widget")
        await host.evaluate("(host, hash) => host.identify({ user: '42', hash })", proof("42"))
        await write(page, "it is me")
        await says(page, "You said: it is me")
        assert await bubbles(page) == ["it is me", "You said: it is me"], "what was written before is not merged"
        await host.evaluate("host => host.forget()")
        await says(page, "You said: who am I")
        assert await bubbles(page) == ["who am I", "You said: who am I"]
        assert [each.key.contact == "user:42" for each in shop.inbounds] == [False, True]
