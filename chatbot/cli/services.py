"""Real services and actions for `chatbot chat`: the asynchronous caller of production behind a simulator that waits."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from chatbot.content.program import Program
from chatbot.types import Call, CallAnswer

if TYPE_CHECKING:
    from chatbot.integrations.caller import ProjectCaller

T = TypeVar("T")


class Services:
    """Answers the simulator's calls over HTTP and with actions.py; network and code are touched at the first call."""

    def __init__(self, root: Path, program: Program) -> None:
        self._root = root
        self._program = program
        self._runner = asyncio.Runner()
        self._caller: ProjectCaller | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(KeyboardInterrupt):
            if self._caller is not None:
                self._wait(self._caller.close())
            self._runner.close()

    def replace(self, program: Program) -> None:
        """Call what this program names from now on; actions.py is imported anew."""
        if self._caller is not None:
            self._wait(self._caller.close())
        self._program, self._caller = program, None

    def respond(self, call: Call, attempt: int) -> CallAnswer:
        """One attempt; Ctrl-C ends it and the program."""
        if self._caller is None:
            from chatbot.integrations.caller import ProjectCaller  # noqa: PLC0415 - 300 ms most chats never need

            self._caller = ProjectCaller.open(self._root, self._program.bot, os.environ)
        return self._wait(self._caller.attempt(call, f"chat-{id(self)}-{call.id}-{attempt}"))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)
