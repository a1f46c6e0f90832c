"""Every error the framework raises on purpose, as one tree.

    ChatbotError
    ├── AuthorError       a file an author wrote is wrong; carries diagnostics      exit 1
    ├── OperatorError     settings, database, port, missing extra                   exit 3
    ├── PlatformError     a channel or service said no: retryable or permanent
    └── Refused           a desk action lost a race or is not allowed; carries the current owner

A message says what happened, where, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.content.diagnostics import Diagnostic


class ChatbotError(Exception):
    """Base of every error raised on purpose; `exit_code` is what the command line returns."""

    exit_code = 70


class AuthorError(ChatbotError):
    """The project's files cannot be used as they are.

    `diagnostics` lists every problem found, `sources` maps a file to its text, for showing the lines.
    """

    exit_code = 1

    def __init__(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.sources = dict(sources or {})
        count = len(self.diagnostics)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} in the project's files")


class OperatorError(ChatbotError):
    """The machine or the settings are not as needed: says which setting, and what to do."""

    exit_code = 3


class PlatformError(ChatbotError):
    """A platform refused or failed a call.

    `retryable`: the same call may work later. `retry_after`: seconds the platform asked to wait.
    `uncertain`: the call may have been carried out although no answer came.
    `reason`: one word for branching: window, blocked, recipient, thread, token, permission, content, rate, outage.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str,
        retryable: bool = False,
        uncertain: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.retryable = retryable
        self.uncertain = uncertain
        self.retry_after = retry_after


class Refused(ChatbotError):
    """A desk action was not possible in the conversation's present state; nothing was changed."""

    exit_code = 1

    def __init__(self, message: str, *, owner: str | None = None) -> None:
        super().__init__(message)
        self.owner = owner
