"""Programs of ours in processes of their own, forked from one that has imported everything.

Importing is most of what a start costs, and hundreds of tests start a process. What runs is the same `main`; tests/cli
starts the interpreter itself, so that what happens before `main` is tried too.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from pkgutil import iter_modules

import chatbot.cli.commands

_COMMANDS = [f"chatbot.cli.commands.{module.name}" for module in iter_modules(chatbot.cli.commands.__path__)]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["chatbot.server.process", "chatbot.testing.running", *_COMMANDS])


def fork(main: Callable[..., int | None], *words: str, environ: Mapping[str, str], out: Path, err: Path) -> BaseProcess:
    """`main(*words)` in a process of its own, ending with the exit code `main` gives; what it prints is appended."""
    process = _forks.Process(target=_run, args=(main, words, {**os.environ, **environ}, Path.cwd(), out, err))
    process.start()
    return process


def command_line(*words: str) -> int:
    from chatbot.cli import main  # noqa: PLC0415 - in the process that runs it

    return main(words)


def _run(
    main: Callable[..., int | None], words: tuple[str, ...], environ: dict[str, str], folder: Path, out: Path, err: Path
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.path[:0] = filter(None, environ.get("PYTHONPATH", "").split(os.pathsep))
    for number, file in ((1, out), (2, err)):
        with file.open("ab") as opened:
            os.dup2(opened.fileno(), number)
    sys.exit(main(*words))
