"""What a visitor does in a browser."""

from typing import Any

PATIENCE_MS = 20_000
WIDE = {"width": 1280, "height": 860}
NARROW = {"width": 375, "height": 720}


async def visit(browser: Any, url: str, context: Any = None, **options: Any) -> Any:
    """A page of a new visitor, or in another tab of `context`. `problems` are errors and what a policy has blocked."""
    context = context or await browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    page.problems = []
    page.sockets = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda said: page.problems.append(said.text) if "Content Security" in said.text else None)
    page.on("websocket", lambda socket: page.sockets.append(socket))  # noqa: PLW0108  # playwright hangs a mark on it
    await page.goto(url)
    return page


async def write(page: Any, text: str) -> None:
    await page.locator("textarea").fill(text)
    await page.keyboard.press("Enter")


async def bubbles(page: Any) -> list[str]:
    return [str(text) for text in await page.locator(".bubble").all_inner_texts()]


async def says(page: Any, text: str) -> None:
    await page.locator(".bubble", has_text=text).last.wait_for()


async def look(page: Any, selector: str, style: str) -> str:
    return str(await page.locator(selector).evaluate(f"element => getComputedStyle(element).{style}"))


def launcher(page: Any) -> Any:
    return page.locator(".launcher")
