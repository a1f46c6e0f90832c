"""Actions and services behind a real `serve`: what happens once happens once, and what must not be asked is not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web

from chatbot.testing.fake_messenger import FakeMessenger
from tests.integrations.serving import serving
from tests.journeys.served import Served, chatbot, free_port, project, running, shop, until

FLOW = """\
flow: refund
start: [{ keyword: refund }]
steps:
  - run: pay_back
    with: { amount: "5" }
    timeout: 20s
    save: { receipt: receipt }
    if_error: [{ say: I cannot tell whether that worked. }, { end: unsure }]
  - { say: "Paid back: {receipt}." }
"""
ACTIONS = """
import time
from pathlib import Path

from chatbot import ActionContext

HERE = Path(__file__).parent


def pay_back(amount: float, context: ActionContext) -> dict:
    with (HERE / "paid").open("a") as paid:
        paid.write(f"{amount} {context.idempotency_key}\\n")
    while (HERE / "slow").exists():
        time.sleep(0.02)
    return {"receipt": f"no. {len((HERE / 'paid').read_text().splitlines())}"}
"""


def refunding(folder: Path, meta: FakeMessenger) -> Path:
    project(folder, meta)
    (folder / "flows" / "refund.yaml").write_text(FLOW)
    (folder / "actions.py").write_text(ACTIONS)
    return folder


async def writes(meta: FakeMessenger, served: Served, text: str) -> None:
    await meta.deliver(f"{served.url}/webhooks/main_page", [meta.message("7700", text)])


async def test_an_action_runs_and_is_not_run_again_after_kill_minus_nine(meta: FakeMessenger, tmp_path: Path) -> None:
    folder = refunding(tmp_path / "bot", meta)
    async with running(folder) as served:
        await writes(meta, served, "refund")
        await until(lambda: "Paid back: no. 1." in meta.texts("7700"))
        (folder / "slow").touch()
        await writes(meta, served, "refund")
        await until(lambda: len((folder / "paid").read_text().splitlines()) == 2)
        served.kill()
        (folder / "slow").unlink()
        await served.start()
        await until(lambda: "I cannot tell whether that worked." in meta.texts("7700"))
    paid = (folder / "paid").read_text().splitlines()
    assert len(paid) == 2
    assert len({line.split()[1] for line in paid}) == 2, "each run has a key of its own"


async def test_what_is_written_while_an_action_runs_waits_and_a_command_overtakes(
    meta: FakeMessenger, tmp_path: Path
) -> None:
    folder = refunding(tmp_path / "bot", meta)
    (folder / "slow").touch()
    async with running(folder) as served:
        await writes(meta, served, "refund")
        await until((folder / "paid").exists)
        await writes(meta, served, "what are your opening hours")
        await asyncio.sleep(0.3)
        assert len(meta.texts("7700")) == 1, "only who is talking"
        await writes(meta, served, "cancel")
        await until(lambda: len(meta.texts("7700")) >= 3)
        (folder / "slow").unlink()
        await asyncio.sleep(0.3)
        assert not any(text.startswith("Paid back") for text in meta.texts("7700"))


@pytest.mark.parametrize("private", [True, False])
async def test_a_service_on_this_machine_needs_to_be_allowed(
    meta: FakeMessenger, tmp_path: Path, private: bool
) -> None:
    async with shop() as url:
        services = {"shop_api": {"url": url, **({"private": "true"} if private else {})}}
        folder = project(tmp_path / "bot", meta, services=services)
        assert chatbot(folder, "check").returncode == 0
        if private:
            async with running(folder) as served:
                await writes(meta, served, "where is my order AB-123456")
                await until(lambda: any("AB-123456 is on its way" in text for text in meta.texts("7700")))
        else:
            told = chatbot(folder, "serve", "--port", str(free_port()))
            assert told.returncode == 3
            assert "write `private: true` beside `url`" in told.stderr


def test_chat_runs_actions_and_says_what_they_raised(tmp_path: Path) -> None:
    folder = project(tmp_path / "bot")
    (folder / "flows" / "refund.yaml").write_text(FLOW)
    (folder / "actions.py").write_text('def pay_back(amount: float) -> dict:\n    raise LookupError("no account")\n')
    told = chatbot_chat(folder, "refund\n/why\n")
    assert "I cannot tell whether that worked." in told


def chatbot_chat(folder: Path, given: str) -> str:
    command = [sys.executable, "-m", "chatbot", "chat", "--project", str(folder)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


ECHO = """\
flow: echo
start: [{ keyword: echo }]
steps:
  - { fetch: GET echo_api /who, save: { said: headers } }
  - { say: "{said}" }
  - { run: spill, if_error: [{ say: Spilt. }] }
  - { run: spill, id: spill_again }
"""
SPILLING = """\
import os


def spill() -> None:
    raise LookupError("I know " + os.environ["ECHO_TOKEN"])
"""


async def test_no_secret_is_found_in_the_database_or_the_log(meta: FakeMessenger, tmp_path: Path) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"headers": dict(request.headers)})

    async with serving(echo) as service:
        settings = {"url": service.url, "private": "true", "auth": {"bearer": "${ECHO_TOKEN}"}}
        services = {"echo_api": settings, "shop_api": {"url": "https://shop.example"}}
        folder = project(tmp_path / "bot", meta, services=services)
        (folder / "flows" / "echo.yaml").write_text(ECHO)
        (folder / "actions.py").write_text(SPILLING)
        async with running(folder, {"ECHO_TOKEN": "t0p-s3cret-token"}) as served:
            await writes(meta, served, "echo")
            await until(lambda: "Spilt." in meta.texts("7700"))
            await until(lambda: "spill_again" in chatbot(folder, "handoffs", "list", ECHO_TOKEN="x").stdout)
            told = chatbot(folder, "handoffs", "show", "1", ECHO_TOKEN="x")
            await served.stop()
    assert service.headers()["Authorization"] == "Bearer t0p-s3cret-token"
    kept = {path.name: path.read_bytes() for path in folder.glob("chatbot.db*") if path.is_file()}
    assert b"Spilt." in b"".join(kept.values())
    assert b"I know ***" in b"".join(kept.values())
    for name, raw in {**kept, "log": served.logged.encode(), "shown": (told.stdout + told.stderr).encode()}.items():
        assert b"s3cret" not in raw, name
