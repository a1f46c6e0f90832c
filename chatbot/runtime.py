"""The composition root: a project's files, its database, its channels and services become one bot.

Everything is made here and passed on by constructor; no other module reaches for settings.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath

import aiohttp

from chatbot.accounts import Accounts
from chatbot.caching import learnt_understanding, load_project
from chatbot.channels.protocol import Platform
from chatbot.channels.registry import open_channel
from chatbot.channels.setup import Templated
from chatbot.channels.tokens import Rotating
from chatbot.contacts.deletions import Deletions
from chatbot.contacts.lookups import Lookups
from chatbot.contacts.media import Media
from chatbot.contacts.shredding import Shredder
from chatbot.content.bot_file import Bot
from chatbot.content.load import Loaded, program_from_bundle
from chatbot.content.program import Program
from chatbot.conversation.callbacks import Callbacks
from chatbot.conversation.path import Pace, Path
from chatbot.conversation.ports import windows_of
from chatbot.conversation.programs import Compiled, Programs
from chatbot.conversation.queues import QueueBoard
from chatbot.conversation.store import Store
from chatbot.conversation.turn import take_turn
from chatbot.engine.engine import Engine
from chatbot.errors import AuthorError, OperatorError
from chatbot.integrations.caller import ProjectCaller
from chatbot.secret_key import secret_key
from chatbot.storage.blobs import Blob, Blobs, Directory
from chatbot.storage.location import database_path, files_beside
from chatbot.storage.s3 import S3
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.understanding.understanding import Understanding
from chatbot.vault import Vault


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


# --- from files to a program ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Project:
    """A project that checked clean: its settings with secrets filled in, and its version ready to run."""

    root: FilePath
    bot: Bot
    ready: Compiled
    bundle: bytes


def open_project(root: FilePath, environ: Mapping[str, str]) -> Project:
    """Read a project for running it. AuthorError when its files have errors, OperatorError for a missing variable."""
    loaded = load_project(root, environ)
    if loaded.program is None:
        raise AuthorError([problem for problem in loaded.diagnostics if problem.is_error], loaded.sources)
    _require_variables(loaded)
    return Project(root, loaded.program.bot, compiled(loaded.program, environ), loaded.bundle)


def compiled(program: Program, environ: Mapping[str, str] | None = None) -> Compiled:
    """A program ready to run; with the environment, what was learnt from it before comes out of the cache."""
    understanding = Understanding.build(program) if environ is None else learnt_understanding(program, environ)
    return Compiled(program, understanding, Engine(program, understanding.entities))


def restored(bundle: bytes, environ: Mapping[str, str]) -> Compiled:
    """A stored version ready to run, saying what it said when its files were read. Raises OperatorError."""
    return compiled(program_from_bundle(bundle, environ), environ)


def _require_variables(loaded: Loaded) -> None:
    if loaded.unset_variables:
        names = ", ".join(loaded.unset_variables)
        raise OperatorError(
            f"bot.yaml needs {names}: set it in the environment, or give it a default there: ${{NAME:-default}}"
        )


# --- the running bot ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Installation:
    """What `opened` gives: everything behind the server."""

    store: Store
    channels: Mapping[str, Platform]
    path: Path
    callbacks: Callbacks
    programs: Programs
    queues: QueueBoard
    caller: ProjectCaller
    deletions: Deletions
    media: Media
    accounts: Accounts
    blobs: Shredder[Blob]
    secret: bytes
    """The installation's key: what our own signatures are made with."""


@asynccontextmanager
async def opened(
    project: Project, environ: Mapping[str, str], base: str = "", *, serving: bool = True
) -> AsyncIterator[Installation]:
    """Open database, channels and services; nothing runs yet.

    For `serving` the project's files become the active version. Else whichever is active stays so, nothing can be
    called, and the project's actions are not imported. `base` is the address of this server, for the links that lead
    back here.
    """
    async with AsyncExitStack() as stack:
        database = database_path(project.root, project.bot.store)
        store = SqliteStore.open(database)
        stack.push_async_callback(store.close, clean=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        caller = ProjectCaller.open(project.root, project.bot, environ) if serving else ProjectCaller.idle()
        stack.push_async_callback(caller.close)
        accounts = project.bot.channels.items()
        key = secret_key(environ, database)
        vault = Vault(store, key, now)
        channels = {name: open_channel(name, each.model_dump(), session, vault) for name, each in accounts}
        stack.push_async_callback(_settled, channels)
        programs = Programs(store, project.ready, partial(restored, environ=environ), now)
        if serving or await store.active_program() is None:
            await programs.activate(project.ready, project.bundle)
        queues = QueueBoard(project.bot)
        pace = Pace(reply_within=project.bot.defaults.reply_within)
        callbacks = Callbacks(key, base)
        turn = partial(take_turn, sign=callbacks.url, windows=windows_of(channels))
        lookups = Lookups(store, channels, now)
        stack.push_async_callback(lookups.close)
        path = Path(store, channels, caller, programs, turn, queues.facts, now, pace)
        blobs = Shredder(files_of(project.bot, database, session), store)
        media = Media(store, blobs, channels, now)
        stack.push_async_callback(media.close)
        path.turns.patience = (lookups, media)
        lookups.on_known = media.on_kept = path.inbox.on_turns
        deletions = Deletions(store, channels, now, base)
        for channel in channels.values():
            if isinstance(channel, Templated):
                channel.expect_templates(project.bot.templates, project.bot.languages[0])
        administered = Accounts(channels, project.bot.public_url, session)
        yield Installation(
            store, channels, path, callbacks, programs, queues, caller, deletions, media, administered, blobs, key
        )


def files_of(bot: Bot, database: FilePath, session: aiohttp.ClientSession) -> Blobs:
    """Where the files of customers are kept. Raises OperatorError where a bucket cannot be asked."""
    return Directory(files_beside(database)) if bot.files is None else S3(bot.files, session)


async def _settled(channels: Mapping[str, Platform]) -> None:
    """Tokens under way are stored while there is still a store."""
    for channel in channels.values():
        if isinstance(channel, Rotating):
            await channel.settle()
