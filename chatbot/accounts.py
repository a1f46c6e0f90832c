"""The accounts at their platforms, for an operator: how each stands there, and setting it up.

Answers with JSON. Looking changes nothing; of the steps of a set-up each is done whether or not one before it failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import aiohttp

from chatbot.channels.protocol import Platform
from chatbot.channels.setup import Administered, Fact, Look
from chatbot.errors import PlatformError, Refused
from chatbot.types import Json

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


class Accounts:
    """`public_url` is where the world reaches us, "" where bot.yaml does not say."""

    def __init__(self, channels: Mapping[str, Platform], public_url: str, session: aiohttp.ClientSession) -> None:
        self._channels = channels
        self._public_url = public_url.rstrip("/")
        self._session = session

    async def status(self, account: str = "") -> Json:
        """One account, or all: `{"accounts": [{"account", "kind", "webhook", "facts", "steps"}]}`."""
        names = [self._known(account)] if account else list(self._channels)
        door = await self._door()
        looks = await asyncio.gather(*(self._look(name) for name in names))
        shown = [self._shown(name, look, door) for name, look in zip(names, looks, strict=True)]
        return {"accounts": shown}

    async def setup(self, account: str) -> Json:
        """Do what is missing: the status afterwards, with `done`, each step and its error, "" where there was none."""
        done = []
        for step in (await self._look(self._known(account))).steps:
            try:
                await step.do()
            except PlatformError as error:
                done.append({"says": step.says, "error": str(error)})
            else:
                done.append({"says": step.says, "error": ""})
        return {**await self.status(account), "done": done}

    def webhook(self, account: str) -> str:
        """The address to call; only HTTPS is one, as no platform takes another."""
        return f"{self._public_url}/webhooks/{account}" if self._public_url.startswith("https://") else ""

    def _known(self, account: str) -> str:
        if account not in self._channels:
            raise Refused(f"there is no account {account!r} in bot.yaml; there are {', '.join(self._channels)}")
        return account

    async def _look(self, account: str) -> Look:
        channel = self._channels[account]
        if isinstance(channel, Administered):
            try:
                return await channel.look(self.webhook(account))
            except PlatformError as error:
                look = Look()
                look.refused("the platform cannot be asked", error)
                return look
        return Look([Fact("ok", "nothing to ask: this kind has no platform that tells")])

    async def _door(self) -> Sequence[Fact]:
        """Whether our public address leads here, as far as can be seen from this machine."""
        if not self._public_url:
            return [Fact("warn", "public_url is not set", "set it in bot.yaml: platforms call https://...")]
        if not self._public_url.startswith("https://"):
            return [Fact("warn", "public_url is no https:// address", "put a proxy with HTTPS in front")]
        try:
            async with self._session.get(f"{self._public_url}/healthz", timeout=TIMEOUT) as answer:
                good = answer.status == 200 and (await answer.json(content_type=None)).get("status") == "alive"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError):
            good = False
        if good:
            return [Fact("ok", "public_url leads to a running server")]
        return [Fact("warn", f"{self._public_url}/healthz does not answer", "see that the server runs, and the proxy")]

    def _shown(self, account: str, look: Look, door: Sequence[Fact]) -> Json:
        channel = self._channels[account]
        facts = [*look.facts, *(door if isinstance(channel, Administered) else ())]
        return {
            "account": account,
            "kind": channel.kind,
            "webhook": self.webhook(account),
            "facts": [{"level": each.level, "says": each.says, "advice": each.advice} for each in facts],
            "steps": [step.says for step in look.steps],
        }
