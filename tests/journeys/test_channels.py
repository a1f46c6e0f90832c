"""`chatbot channels` and `doctor --online`: the accounts at their platforms, with the server and without."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX
from tests.journeys.journey import add_account
from tests.journeys.served import chatbot, project, running

HOME = "https://bot.invalid"
APP = {"messenger": {"app_id": "4242"}, "whatsapp": {"app_id": "4242", "business_account_id": "102290129340398"}}


async def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(chatbot, folder, *words)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def folder(tmp_path: Path, telegram: FakeTelegram) -> Path:
    made = project(tmp_path / "bot", public_url=HOME)
    add_account(made, {**telegram.settings, "commands": {"order": "Check an order"}})
    return made


async def test_setup_says_what_it_would_do_and_does_it_when_told(folder: Path, telegram: FakeTelegram) -> None:
    shown = await run(folder, "channels", "setup", "main_page")
    assert f"would have Telegram call {HOME}/webhooks/main_page" in shown.stdout
    assert "--yes" in shown.stderr
    assert (telegram.webhook, shown.returncode) == ({}, 0)
    done = await run(folder, "channels", "setup", "main_page", "--yes")
    assert "done have Telegram call" in done.stdout
    assert telegram.webhook["secret_token"] == telegram.secret_token
    assert telegram.commands == [{"command": "order", "description": "Check an order"}]
    again = await run(folder, "channels", "setup", "main_page", "--yes")
    assert "nothing is left to do" in again.stderr


async def test_status_tells_of_all_accounts_and_doctor_of_those_with_troubles(
    folder: Path, telegram: FakeTelegram
) -> None:
    told = json.loads((await run(folder, "channels", "status", "--format", "json")).stdout)
    assert [each["account"] for each in told["accounts"]] == ["site", "main_page"]
    assert "@fake_bot" in str(told)
    telegram.token = "110201543:another"
    shown = await run(folder, "channels", "status", "main_page")
    assert (shown.returncode, "make a new token" in shown.stdout) == (1, True)
    looked = await run(folder, "doctor", "--online", "--port", "1024")
    assert looked.returncode == 1
    assert "main_page: the token does not work" in looked.stdout
    assert "main_page: the token" not in (await run(folder, "doctor")).stdout, "asks nobody without --online"
    assert telegram.settings["token"] not in shown.stdout + looked.stdout


async def test_an_unknown_account_is_a_refusal(folder: Path) -> None:
    shown = await run(folder, "channels", "status", "nobody")
    assert shown.returncode == 1
    assert "main_page" in shown.stderr


async def test_a_running_server_does_it_with_the_tokens_it_holds(tmp_path: Path) -> None:
    """Two who renew the same token would each spoil the other's."""
    folder = project(tmp_path / "bot", public_url=HOME)
    async with FakeX() as fake:
        add_account(folder, fake.settings)
        async with running(folder) as served:
            fake.homes[HOME] = served.url  # so that X asks the server for its proof
            assert (await run(folder, "channels", "status", "main_page")).returncode == 0
            done = await run(folder, "channels", "setup", "main_page", "--yes")
            assert (done.returncode, fake.refreshed) == (0, 1), done.stdout + done.stderr
        assert [each["valid"] for each in fake.webhooks] == [True]
        assert [each["event_type"] for each in fake.subscriptions] == ["dm.received", "dm.sent"]
        after = await run(folder, "channels", "status", "main_page")
        assert (after.returncode, fake.refreshed) == (0, 1), "and without a server with those it kept"


async def test_x_takes_no_address_that_does_not_know_the_secret(tmp_path: Path) -> None:
    folder = project(tmp_path / "bot", public_url=HOME)
    async with FakeX() as fake:
        add_account(folder, {**fake.settings, "consumer_secret": "of another app entirely"})
        async with running(folder) as served:
            fake.homes[HOME] = served.url
            done = await run(folder, "channels", "setup", "main_page", "--yes")
    assert (done.returncode, fake.webhooks) == (1, [])
    assert "consumer_secret" in done.stdout + done.stderr


@pytest.mark.parametrize("make", [FakeMessenger, FakeWhatsApp])
async def test_meta_asks_an_address_before_it_calls_it(
    tmp_path: Path, make: type[FakeMessenger | FakeWhatsApp]
) -> None:
    folder = project(tmp_path / "bot", public_url=HOME)
    async with make() as fake:
        add_account(folder, {**fake.settings, **APP[fake.kind]})
        async with running(folder) as served:
            fake.homes[HOME] = f"{served.url}/nowhere"
            done = await run(folder, "channels", "setup", "main_page", "--yes")
            assert (done.returncode, fake.app.subscriptions) == (1, {}), done.stdout + done.stderr
            assert "HTTP Status Code = 404" in done.stdout
            fake.homes[HOME] = served.url
            done = await run(folder, "channels", "setup", "main_page", "--yes")
            assert done.returncode == 0, done.stdout + done.stderr
            assert fake.app.subscriptions
