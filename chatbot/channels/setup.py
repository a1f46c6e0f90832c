"""Setting up an account at its platform: what stands there now, and the calls that would put it right.

Looking changes nothing. Each call is a step that says what it does, and waits until somebody wants it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from chatbot.content.bot_file import TemplateText
from chatbot.errors import PlatformError

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked at; `advice` says what to do where it is not ok."""

    level: Level
    says: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is not as it should be; `do` puts it right and raises PlatformError where it cannot."""

    says: str
    do: Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Look:
    """What was seen of one account."""

    facts: list[Fact] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def ok(self, says: str) -> None:
        self.facts.append(Fact("ok", says))

    def warn(self, says: str, advice: str = "") -> None:
        self.facts.append(Fact("warn", says, advice))

    def fail(self, says: str, advice: str = "") -> None:
        self.facts.append(Fact("fail", says, advice))

    def missing(self, says: str, step: Step) -> None:
        """Something that a step puts right."""
        self.warn(says, "`chatbot channels setup ACCOUNT --yes` does it")
        self.steps.append(step)

    @contextmanager
    def asking(self, what: str) -> Iterator[None]:
        """A refusal in here is something that was seen, and ends only what was asked for."""
        try:
            yield
        except PlatformError as error:
            self.refused(f"{what} cannot be read", error)

    def refused(self, what: str, error: PlatformError) -> None:
        self.fail(f"{what}: {error}", _ADVICE.get(error.reason, ""))


_ADVICE = {
    "token": "make a new token and put it where bot.yaml finds it",
    "permission": "give the app this permission at the platform, and have it reviewed if that is asked for",
    "recipient": "see that the ids of the account in bot.yaml are right, and that its token may see them",
    "content": "see that the settings of the account in bot.yaml are right",
    "rate": "ask again in a while",
    "outage": "try again in a while; if it lasts, look at the network and at `api_url`",
}


@runtime_checkable
class Administered(Protocol):
    """A channel whose platform can be asked about the account, and told where to call."""

    async def look(self, webhook: str) -> Look:
        """`webhook` is the address the platform should call, "" when nobody knows it."""
        ...


@runtime_checkable
class Templated(Protocol):
    """A channel whose platform approves texts beforehand: it is told those of bot.yaml, to look after them."""

    def expect_templates(self, templates: Mapping[str, TemplateText], default: str) -> None:
        """`default` is the bot's first language."""
        ...
