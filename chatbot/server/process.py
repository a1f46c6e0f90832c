"""`chatbot serve`: one process with the public port, the operators' socket and the durable path behind them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from typing import Final

from chatbot import logs, operator_socket
from chatbot.content.diagnostics import render_text
from chatbot.conversation.path import Path
from chatbot.conversation.store import ChatLine, Store
from chatbot.deploying import Deployment
from chatbot.errors import AuthorError, ChatbotError
from chatbot.runtime import Installation, Project, open_project, opened
from chatbot.server.app import create_app
from chatbot.server.deletions import DataDeletion
from chatbot.server.edge import Edge
from chatbot.server.events import Events
from chatbot.server.operators import create_operator_app
from chatbot.server.serve import serve as listen
from chatbot.server.webchat.files import Files
from chatbot.settling import settle
from chatbot.types import ConversationKey, Json
from chatbot.watching import changes

_log = logging.getLogger(__name__)

ALERTS: Final = 20
"""Alerts that `chatbot doctor` is told, the newest."""

PAGE: Final = 200
"""Lines a web chat page gets at once."""


@dataclass(frozen=True, slots=True)
class _Transcript:
    """The web chat's view of the store."""

    store: Store

    async def after(self, account: str, contact: str, cursor: int) -> Sequence[ChatLine]:
        return await self.store.lines_after(account, contact, cursor, PAGE)

    async def at_work(self, account: str, contact: str) -> bool:
        return await self.store.at_work(account, contact)


def serve(root: FilePath, *, host: str, port: int, dev: bool = False, environ: Mapping[str, str] | None = None) -> None:
    """Run the bot until SIGTERM or Ctrl-C. Raises AuthorError or OperatorError before anything is bound.

    `dev`: take up changes of the files as they are saved.
    """
    logs.configure()
    environ = os.environ if environ is None else environ
    asyncio.run(_serve(open_project(root, environ), host, port, environ, dev=dev))
    _tell("Stopped.")


async def _serve(project: Project, host: str, port: int, environ: Mapping[str, str], *, dev: bool) -> None:
    base = project.bot.public_url.rstrip("/") or _address(host, port)
    async with (
        opened(project, environ, base) as installation,
        installation.path.running() as path,
        _beside(installation.deletions.resume(), installation.blobs.run()),
    ):
        files = Files(installation.blobs, installation.secret, base)
        installation.media.link = files.address
        deployment = Deployment(project.root, environ, installation)
        app = create_app(
            channels=installation.channels,
            accept=path.accept,
            dead_letter=path.dead_letter,
            transcript=_Transcript(installation.store),
            ready=partial(_readiness, path),
            doors=(_events(installation, environ), DataDeletion(installation.deletions), files),
            files=files,
            edge=Edge.read(project.bot.public_url, environ),
        )
        operators = create_operator_app(
            path.handoffs, partial(_status, project, installation), deployment, installation.accounts
        )
        started = partial(_announce, project, installation)
        settle()
        async with _watched(project.root, deployment) if dev else contextlib.nullcontext():
            await listen(
                app,
                operators,
                host=host,
                port=port,
                socket_path=operator_socket.prepare(project.root),
                started=started,
            )


@asynccontextmanager
async def _beside(*works: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Let these go on as long as the server runs."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _events(installation: Installation, environ: Mapping[str, str]) -> Events:
    return Events(
        installation.path.accept,
        {name: channel.kind for name, channel in installation.channels.items()},
        installation.callbacks,
        partial(_whose, installation.store),
        installation.store,
        environ.get("CHATBOT_API_TOKEN", ""),
    )


@asynccontextmanager
async def _watched(root: FilePath, deployment: Deployment) -> AsyncIterator[None]:
    """Take up what is saved, as long as it checks clean."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_take_up_changes(root, deployment, stop))
        try:
            yield
        finally:
            stop.set()


async def _take_up_changes(root: FilePath, deployment: Deployment, stop: asyncio.Event) -> None:
    async for changed in changes(root, stop):
        if all(name.startswith("tests/") for name in changed):
            continue
        try:
            deployed = await deployment.deploy()
        except AuthorError as error:
            _tell(render_text(error.diagnostics, error.sources) + "\nThe version before goes on.")
        except ChatbotError as error:
            _tell(f"{error}\nThe version before goes on.")
        except Exception as error:  # noqa: BLE001  # a bot in use must not end for what was saved
            _log.exception("a saved change could not be taken up")
            _tell(f"{type(error).__name__} while taking up the change. The version before goes on.")
        else:
            _tell(f"Took up {', '.join(sorted(changed))}: version {deployed.program[:12]} is active")


async def _whose(store: Store, conversation: int) -> ConversationKey | None:
    seat = await store.seat(conversation)
    return ConversationKey(seat.account, seat.contact) if seat is not None else None


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def _readiness(path: Path) -> str:
    return path.trouble


async def _status(project: Project, installation: Installation) -> Json:
    path = installation.path
    load = await path.load()
    alerts = await installation.store.troubles(ALERTS)
    return {
        "status": "running",
        "bot": project.bot.name,
        "version": await installation.store.active_program(),
        "trouble": path.trouble,
        "alerts": [{"conversation": each.conversation, "text": each.text, "at": each.at} for each in alerts],
        "load": {name: getattr(load, name) for name in load.__slots__},
    }


def _announce(project: Project, installation: Installation, host: str, port: int) -> None:
    """The addresses to open and to paste into each platform, on stdout."""
    base = _address(host, port)
    public = project.bot.public_url.rstrip("/") or base
    lines = [f"{project.bot.name} is running (version {project.ready.program.hash[:12]})"]
    for name, channel in installation.channels.items():
        if channel.kind == "webchat":
            lines.append(f"  {name:<12} web chat   {base}/chat/{name}")
        else:
            lines.append(f"  {name:<12} {channel.kind:<10} {public}/webhooks/{name}")
    lines += [f"  {'health':<12} {'':<10} {base}/healthz", "Stop with Ctrl-C."]
    _tell("\n".join(lines))


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
