"""Putting another version of the bot in the place of the one that runs, and going back.

Conversations stay on the version they began with; only what begins from now on is on the new one.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chatbot.accounts import Accounts
from chatbot.content.changes import Changes, changes
from chatbot.conversation.handoffs import Handoffs
from chatbot.conversation.store import Version
from chatbot.errors import OperatorError, Refused
from chatbot.integrations.caller import ProjectCaller
from chatbot.runtime import Installation, open_project, opened

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deployed:
    """What became of it. `left_on` counts the conversations that finish on the version before."""

    program: str
    before: str
    changes: Changes
    left_on: int

    @property
    def same(self) -> bool:
        return self.program == self.before


class Deployment:
    """Changes the active version of one installation."""

    def __init__(self, root: Path, environ: Mapping[str, str], installation: Installation) -> None:
        self._root = root
        self._environ = environ
        self._installation = installation
        self._one_at_a_time = asyncio.Lock()  # a save under `serve --dev` and an operator's command may meet

    async def deploy(self, expected: str = "") -> Deployed:
        """Check the project's files and make them the active version.

        `expected` is the version that was tried out: Refused when the files have changed since. Raises AuthorError for
        files with errors, OperatorError for a missing variable; nothing is changed then.
        """
        async with self._one_at_a_time:
            return await self._deployed(expected)

    async def _deployed(self, expected: str) -> Deployed:
        # In a thread: a big project takes seconds, and customers are not to wait for them.
        project = await asyncio.to_thread(open_project, self._root, self._environ)
        program = project.ready.program.hash
        if expected and expected != program:
            raise Refused("the files changed while they were being tried out: deploy again")
        before = await self._installation.store.active_program() or ""
        # What is not part of a version but of the place it runs in - services with their secrets, queues, actions -
        # is opened before anything is changed, and taken over once the version is stored: either may fail.
        caller = ProjectCaller.open(self._root, project.bot, self._environ)
        await self._installation.programs.activate(project.ready, project.bundle)
        self._installation.caller.replace(caller)
        self._installation.queues.read(project.bot)
        return await self._told(program, before)

    async def rollback(self, wanted: str = "") -> Deployed:
        """Make an earlier version the active one: the one before, or the one whose hash begins with `wanted`."""
        async with self._one_at_a_time:
            return await self._rolled_back(wanted)

    async def _rolled_back(self, wanted: str) -> Deployed:
        store, programs = self._installation.store, self._installation.programs
        target = _chosen(await store.versions(), wanted)
        before = await store.active_program() or ""
        ready, bundle = await programs.stored(target), await store.bundle(target)
        if ready is None or bundle is None:
            raise OperatorError(f"version {target[:12]} cannot be loaded by this release: deploy its files again")
        await programs.activate(ready, bundle)
        self._installation.queues.read(ready.program.bot)
        return await self._told(target, before)

    async def versions(self) -> Sequence[Version]:
        return await self._installation.store.versions()

    async def _told(self, program: str, before: str) -> Deployed:
        store = self._installation.store
        old, new = await store.bundle(before) if before else None, await store.bundle(program)
        if program != before:
            _log.info("version %s is active, after %s", program[:12], before[:12] or "none")
        left_on = sum(each.conversations for each in await store.versions() if each.program != program)
        return Deployed(program, before, changes(old, new) if old and new else Changes(), left_on)


def _chosen(versions: Sequence[Version], wanted: str) -> str:
    """The version to go back to."""
    if not wanted:
        earlier = [each.program for each in versions if not each.active]
        if not earlier:
            raise Refused("there is no earlier version to go back to")
        return earlier[0]
    found = [each.program for each in versions if each.program.startswith(wanted.lower())]
    if len(found) != 1:
        what = "several versions begin" if found else "no version that was ever active begins"
        raise Refused(f"{what} with {wanted}: `chatbot rollback --list` shows them")
    return found[0]


@dataclass(frozen=True, slots=True)
class Offline:
    """What can be done to an installation whose server does not run."""

    handoffs: Handoffs
    deployment: Deployment
    accounts: Accounts


@asynccontextmanager
async def offline(root: Path) -> AsyncIterator[Offline]:
    """Take the database lock for one command; what is written is sent when a server runs again."""
    async with opened(open_project(root, os.environ), os.environ, serving=False) as installation:
        yield Offline(installation.path.handoffs, Deployment(root, os.environ, installation), installation.accounts)
