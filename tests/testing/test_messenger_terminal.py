"""Being a Messenger customer in the terminal: the real command, against the real server."""

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

FAKE = (sys.executable, "-m", "chatbot.testing.fake_messenger")


class Terminal:
    """The command with a pipe for a keyboard."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.webhook = f"http://127.0.0.1:{port}/webhooks/main_page"
        self.process = subprocess.Popen(
            [*FAKE, "--port", "0", "--webhook", self.webhook],
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


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    running = Terminal(free_port())
    with running.process:
        yield running
        running.process.kill()


def settings(shown: list[str], exported: str) -> dict[str, str]:
    """The page as the terminal tells to write it, with what it tells to export filled in."""
    text = "".join(line for line in shown if line.startswith("  "))
    for pair in exported.split()[1:]:
        name, value = pair.split("=")
        text = text.replace(f"${{{name}}}", value)
    page: dict[str, dict[str, str]] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - makes texts only
    return page["main_page"]


async def test_what_it_prints_is_all_a_bot_needs_to_answer(terminal: Terminal, tmp_path: Path) -> None:
    exported = terminal.until("export PAGE_TOKEN=")
    page = settings(terminal.shown[:-1], exported)
    terminal.until("Write here")
    terminal.write("too early")
    assert "is the bot running?" in terminal.until("not taken")
    bot = Served(project(tmp_path / "bot", None, channels={"main_page": page}))
    bot.port = terminal.port
    bot.url = f"http://127.0.0.1:{terminal.port}"
    await bot.start()
    try:
        terminal.write("are you a bot?")
        assert "[Talk to a person]" in terminal.until("bot: I'm a computer program")
        terminal.write("/press talk to a person")
        terminal.until("bot: I am passing you to a person.")
        terminal.write("/press Dance")
        assert "there are: Talk to a person" in terminal.until("no button")
        terminal.keys.close()
        assert terminal.process.wait(20) == 0
    finally:
        await bot.stop()


def test_a_busy_port_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = subprocess.run(
            [*FAKE, "--port", str(taken.getsockname()[1])], input="", capture_output=True, text=True, check=False
        )
    assert told.returncode == 3
    assert "choose another with --port" in told.stderr
