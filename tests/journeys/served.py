"""A real `chatbot serve` in a process of its own, on a project made for the test, with real HTTP on all sides."""

from __future__ import annotations

import asyncio
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web

from chatbot.testing.fake_platform import FakePlatform
from chatbot.testing.shop import create_shop
from tests.forking import command_line, fork

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


def free_port() -> int:
    """Below those that a system gives out by itself: none of these is taken before a server has it."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port


def project(folder: Path, meta: FakePlatform | None = None, **settings: Any) -> Path:
    """The default bot in a folder of its own, with the account of a fake platform as `main_page`."""
    bot = yaml.load((ROOT / "bot.yaml").read_text("utf-8"), yaml.CBaseLoader)  # noqa: S506 - makes texts only
    bot["store"] = "sqlite:///chatbot.db"
    if meta is not None:
        bot["channels"]["main_page"] = meta.settings
    bot |= settings
    folder.mkdir(exist_ok=True)
    (folder / "bot.yaml").write_text(yaml.safe_dump(bot, sort_keys=False), "utf-8")
    for name in ("intents", "flows", "texts"):
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    return folder


def chatbot(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the command line to its end."""
    command = (*words, "--project", str(folder))
    with tempfile.TemporaryDirectory() as name:
        out, err = Path(name, "out"), Path(name, "err")
        process = fork(command_line, *command, environ=environ, out=out, err=err)
        process.join(60)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(command, 60, out.read_text("utf-8"), err.read_text("utf-8"))
        return subprocess.CompletedProcess(
            command, process.exitcode, out.read_text("utf-8"), err.read_text("utf-8", "replace")
        )


class Served:
    """One installation that can be started, killed and started again."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None, *words: str) -> None:
        self.folder = folder
        self._words = words
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = environ or {}
        self._process: BaseProcess | None = None
        self.log = folder / "serve.log"

    async def start(self) -> None:
        command = ("serve", "--port", str(self.port), "--project", str(self.folder), *self._words)
        self._process = fork(command_line, *command, environ=self._environ, out=self.log, err=self.log)
        async with aiohttp.ClientSession() as session, asyncio.timeout(START_SECONDS):
            while True:
                if self._process.exitcode is not None:
                    raise AssertionError(f"serve ended with {self._process.exitcode}:\n{self.logged}")
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.03)

    def kill(self) -> None:
        """kill -9: no warning, no clean-up."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    async def stop(self) -> int:
        """SIGTERM, as an operator would; gives the exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        await asyncio.to_thread(self._process.join, 20)
        code = self._process.exitcode
        assert code is not None, f"serve goes on after SIGTERM:\n{self.logged}"
        self._process = None
        return code

    @property
    def pid(self) -> int:
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def logged(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""


@asynccontextmanager
async def running(folder: Path, environ: Mapping[str, str] | None = None, *words: str) -> AsyncIterator[Served]:
    served = Served(folder, environ, *words)
    await served.start()
    try:
        yield served
    finally:
        served.kill()


@asynccontextmanager
async def shop() -> AsyncIterator[str]:
    """The demo shop on a port of its own; gives its address."""
    runner = web.AppRunner(create_shop(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def until(condition: Any, seconds: float = 30.0) -> None:
    """Wait for something that another process does."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
