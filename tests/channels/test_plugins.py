"""A channel of another package: the code of docs/how-to/add-a-channel.md, installed as pip would, and served."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import yaml
from aiohttp import web

from tests.journeys.served import ROOT, project, running, shop, until

PAGE = (ROOT / "docs/how-to/add-a-channel.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as pip leaves it: the module, and the metadata with its entry point."""
    site = tmp_path / "site"
    metadata = site / "chatbot_shout-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "shout_channel.py").write_text(block("python"), "utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: chatbot-shout\nVersion: 1.0\n")
    points = re.search(r'\[project\.entry-points\."chatbot\.channels"\]\n(.*)', block("toml"))
    assert points is not None
    line = points[1].replace('"', "")
    (metadata / "entry_points.txt").write_text(f"[chatbot.channels]\n{line}\nbroken = no_such_module:KIND\n")
    return site


def chatbot(site: Path, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chatbot", *words], input=said, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(site)},
    )  # fmt: skip


def test_check_knows_its_settings(installed: Path, tmp_path: Path) -> None:
    folder = shouting(tmp_path / "bot", acount_id="17")
    told = chatbot(installed, "check", "--project", str(folder))
    assert told.returncode == 1
    assert "unknown key `acount_id`" in told.stdout
    assert chatbot(installed, "check", "--project", str(shouting(tmp_path / "good"))).returncode == 0


def shouting(folder: Path, **settings: str) -> Path:
    made = project(folder)
    bot = yaml.safe_load((made / "bot.yaml").read_text("utf-8"))
    account = yaml.safe_load(block("yaml"))["channels"]["loud"]
    bot["channels"]["loud"] = account | {"token": "t", "signing_secret": "s"} | settings
    (made / "bot.yaml").write_text(yaml.safe_dump(bot), "utf-8")
    return made


def test_check_and_doctor_know_the_kind_once_it_is_installed(installed: Path, tmp_path: Path) -> None:
    folder = shouting(tmp_path / "bot")
    assert chatbot(installed, "check", "--project", str(folder)).returncode == 0
    assert "loud (shout)" in chatbot(installed, "doctor", "--project", str(folder)).stdout
    without = chatbot(tmp_path, "check", "--project", str(folder))
    assert without.returncode == 1
    assert "shout" in without.stdout


def test_its_bodies_can_be_read_and_its_customers_played(installed: Path, tmp_path: Path) -> None:
    body = json.dumps({"id": 5, "from": 7, "at": 1_700_000_000, "text": "hi"})
    found = json.loads(chatbot(installed, "parse", "shout", "--format", "json", said=body).stdout)
    assert [(each["kind"], each["sender"], each["message_id"]) for each in found] == [("text", "7", "5")]
    folder = shouting(tmp_path / "bot")
    said = chatbot(installed, "chat", "--as", "shout", "--project", str(folder), said="help\n")
    assert (said.returncode, "[Check an order]" in said.stdout) == (0, True)


def test_what_cannot_be_loaded_says_which_package_brings_it(installed: Path, tmp_path: Path) -> None:
    folder = shouting(tmp_path / "bot", kind="broken")
    told = chatbot(installed, "doctor", "--project", str(folder)).stdout
    assert "chatbot-shout" in told
    assert "no_such_module" in told
    wrong = chatbot(installed, "doctor", "--project", str(shouting(tmp_path / "other", account_id="")))
    assert "channels.loud.account_id" in wrong.stdout


@pytest.fixture
async def platform() -> AsyncIterator[tuple[str, list[dict[str, str]]]]:
    taken: list[dict[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append(await request.json())
        return web.json_response({"id": len(taken)})

    app = web.Application()
    app.router.add_post("/messages", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", taken
    await runner.cleanup()


async def test_it_is_served_end_to_end(
    installed: Path, tmp_path: Path, platform: tuple[str, list[dict[str, str]]]
) -> None:
    url, taken = platform
    folder = await asyncio.to_thread(shouting, tmp_path / "bot", api_url=url)
    raw = json.dumps({"id": 1, "from": "ann", "at": int(time.time()), "text": "where is my order"}).encode()
    signature = hmac.new(b"s", raw, hashlib.sha256).hexdigest()
    async with shop() as address, aiohttp.ClientSession() as session:
        environ = {"SHOP_API_URL": address, "PYTHONPATH": str(installed)}
        async with running(folder, environ) as served:
            hook = f"{served.url}/webhooks/loud"
            async with session.post(hook, data=raw, headers={"X-Shout-Signature": "0" * 64}) as answer:
                assert answer.status == 403
            async with session.post(hook, data=raw, headers={"X-Shout-Signature": signature}) as answer:
                assert answer.status == 200
            await until(lambda: len(taken) >= 2)
    assert {call["to"] for call in taken} == {"ann"}
    assert taken[1]["text"].startswith("What is your order number?")
