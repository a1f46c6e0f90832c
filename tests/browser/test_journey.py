"""The whole product in a browser: real `chatbot serve`, real shop over HTTP, a person answering from the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.served import chatbot, project, running, shop

pytestmark = pytest.mark.browser


async def write(page: Any, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.keyboard.press("Enter")


async def says(page: Any, text: str) -> None:
    await page.locator(".bubble", has_text=text).last.wait_for()


@pytest.mark.parametrize("width", [1280, 375], ids=["wide", "narrow"])
async def test_from_a_misspelt_question_to_a_person_and_back(browser: Any, tmp_path: Path, width: int) -> None:
    async with shop() as address, running(project(tmp_path / "bot"), {"SHOP_API_URL": address}) as served:
        page = await (await browser.new_context(viewport={"width": width, "height": 800})).new_page()
        page.set_default_timeout(15_000)
        await page.goto(f"{served.url}/chat/site")
        await write(page, "wheres my ordr")
        await says(page, "What is your order number?")
        await write(page, "12345")
        await says(page, "that doesn't look like an order number")
        await write(page, "AB-123456")
        await says(page, "Your order AB-123456 is on its way")
        await write(page, "talk to a person")
        await says(page, "I am passing you to a person")

        assert chatbot(served.folder, "handoffs", "claim", "1", "--agent", "ana").returncode == 0
        assert chatbot(served.folder, "handoffs", "reply", "1", "Ana here.", "--agent", "ana").returncode == 0
        await says(page, "Ana here.")
        await page.reload()
        await says(page, "Ana here.")
        newest = page.locator(".bubble").last
        assert await newest.evaluate(
            "e => { const box = e.getBoundingClientRect(); return box.bottom <= innerHeight && box.top >= 0 }"
        )
        assert chatbot(served.folder, "handoffs", "release", "1", "--agent", "ana").returncode == 0
        await says(page, "Acme's automated assistant")
