"""Being a customer in the terminal, on each platform: the real command, against the real server."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
import yaml

from tests.journeys.served import Served, free_port, project

FAKES = ("messenger", "instagram", "whatsapp", "telegram", "x", "tiktok")


def fake(kind: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"chatbot.testing.fake_{kind}")


class Terminal:
    """The command with a pipe for a keyboard."""

    def __init__(self, kind: str, port: int) -> None:
        self.kind = kind
        self.port = port
        self.webhook = f"http://127.0.0.1:{port}/webhooks/main_page"
        self.process = subprocess.Popen(
            [*fake(kind), "--port", "0", "--webhook", self.webhook],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self.shown: list[str] = []

    @property
    def keys(self) -> IO[str]:
        assert self.process.stdin is not None
        return self.process.stdin

    def until(self, words: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.shown.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} was not shown:\n{''.join(self.shown)}")

    def write(self, line: str) -> None:
        self.keys.write(f"{line}\n")
        self.keys.flush()


@pytest.fixture(params=FAKES)
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    running = Terminal(request.param, free_port())
    with running.process:
        yield running
        running.process.kill()


def printed(shown: list[str]) -> dict[str, str]:
    """The account as the terminal tells to write it."""
    text = "".join(line for line in shown if line.startswith("  "))
    account: dict[str, dict[str, str]] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - makes texts only
    return account["main_page"]


async def test_what_it_prints_is_all_a_bot_needs_to_answer(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("write here as a customer")
    account = printed(terminal.shown)
    terminal.until("/press TITLE")
    terminal.write("too early")
    assert "is the bot running?" in terminal.until("not taken")
    bot = Served(project(tmp_path / "bot", None, channels={"main_page": account}))
    bot.port = terminal.port
    bot.url = f"http://127.0.0.1:{terminal.port}"
    await bot.start()
    try:
        terminal.write("are you a bot?")
        if terminal.kind == "x":
            terminal.until("1. Talk to a person")
            terminal.write("1")
        else:
            terminal.until("[Talk to a person]")
            terminal.write("/press talk to a person")
        terminal.until("bot: I am passing you to a person.")
        terminal.write("/press Dance")
        terminal.until("no button 'Dance'")
        terminal.write("/fail sideways")
        terminal.until("breaks the platform")
        terminal.write("/person Bo here")
        if terminal.kind == "telegram":
            terminal.until("no inbox of its own")
        terminal.keys.close()
        assert terminal.process.wait(20) == 0
    finally:
        await bot.stop()


def test_a_busy_port_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = subprocess.run(
            [*fake("telegram"), "--port", port], input="", capture_output=True, text=True, check=False
        )
    assert told.returncode == 3
    assert "choose another with --port" in told.stderr
