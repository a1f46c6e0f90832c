"""Files in the browser: attached, dropped, pasted; shown to both sides; refused in the visitor's own words."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.visiting import launcher, says, visit

pytestmark = pytest.mark.browser

# A red point of one pixel, as small as a PNG can be.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)

HAND_OVER = """(element, [kind, name, type, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const init = { bubbles: true, cancelable: true, composed: true };
  element.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent(kind, { ...init, dataTransfer: data }));
}"""


async def opened(browser: Any, site: Any, shop: Any, **options: Any) -> Any:
    site.show(shop.url, lang="de")
    page = await visit(browser, site.url, **options)
    await page.locator(".launcher").click()
    return page


async def attach(page: Any, name: str, body: bytes) -> None:
    await page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": body})


async def test_a_picture_is_shown_and_is_there_after_a_reload(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        page = await opened(browser, site, shop)
        await attach(page, "foto.png", PNG)
        await says(page, "Thank you for the image foto.png")
        picture = page.locator(".mine img[alt='foto.png']")
        await picture.wait_for()
        await page.wait_for_function(
            "document.querySelector('chatbot-widget').shadowRoot.querySelector('.mine img').naturalWidth === 1"
        )
        await page.reload()
        await picture.wait_for()
        assert await page.locator(".row.mine").count() == 1
        assert page.problems == [], "a policy that names the bot's host is enough"


@pytest.mark.parametrize("way", ["drop", "paste"])
async def test_a_file_may_be_dropped_or_pasted(browser: Any, site: Any, open_shop: Any, way: str) -> None:
    async with open_shop() as shop:
        page = await opened(browser, site, shop)
        if way == "drop":
            await page.locator(".log").evaluate(HAND_OVER, ["dragover", "a.png", "image/png", list(PNG)])
            await page.get_by_text("Datei hier ablegen").wait_for()
        target = page.locator(".log" if way == "drop" else "textarea")
        await target.evaluate(HAND_OVER, [way, "a.png", "image/png", list(PNG)])
        await says(page, "Thank you for the image a.png")
        assert not await page.get_by_text("Datei hier ablegen").is_visible()


async def test_what_cannot_be_sent_says_so_in_the_visitor_s_language(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        page = await opened(browser, site, shop)
        await attach(page, "program.png", b"MZ\x90\x00" + b"\x00" * 50)
        await page.get_by_text("Nicht gesendet. Dateien dieser Art können hier nicht gesendet werden.").last.wait_for()
        await attach(page, "film.mp4", b"\x00" * 1_000_001)
        await page.get_by_text("Nicht gesendet. Die Datei ist zu groß: höchstens 1 MB.").last.wait_for()
        assert shop.inbounds == []


async def test_a_file_waits_for_the_line_in_its_place(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop() as shop:
        page = await opened(browser, site, shop)
        await page.locator("textarea").fill("hello")
        await page.keyboard.press("Enter")
        await says(page, "You said: hello")
        await page.context.set_offline(True)
        await attach(page, "one.png", PNG)
        await page.locator("textarea").fill("two")
        await page.keyboard.press("Enter")
        await page.context.set_offline(False)
        await says(page, "You said: two")
        assert [each.attachments[0].title if each.attachments else each.text for each in shop.inbounds] == [
            "hello",
            "one.png",
            "two",
        ]


async def test_where_no_files_are_taken_there_is_no_paperclip(browser: Any, site: Any, open_shop: Any) -> None:
    async with open_shop(files={"types": []}) as shop:
        page = await opened(browser, site, shop)
        await page.locator("textarea").wait_for()
        assert await page.locator("input[type=file], .attach").count() == 0


async def test_a_file_that_is_gone_is_shown_by_its_name(
    browser: Any, site: Any, open_shop: Any, tmp_path: Path
) -> None:
    async with open_shop() as shop:
        page = await opened(browser, site, shop)
        await attach(page, "foto.png", PNG)
        await page.locator(".mine img").wait_for()
        [kept] = [each for each in (tmp_path / "files").rglob("*") if each.is_file()]
        kept.unlink()
        await page.context.route("**/*", lambda route: route.continue_())  # what is routed comes out of no cache
        fresh = await visit(browser, site.url, page.context)
        await launcher(fresh).click()
        await fresh.locator(".mine .file", has_text="foto.png").wait_for()
