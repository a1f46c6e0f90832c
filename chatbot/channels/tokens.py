"""Access tokens that run out and are exchanged for new ones, as X and TikTok want it.

A refresh token is good once. What comes back for it is stored before it is used, by a task that nobody's impatience
ends; what could not be stored is kept in memory and stored as soon as the disk takes it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeVar, runtime_checkable

from chatbot.channels.posting import not_made
from chatbot.errors import ChatbotError, PlatformError

EARLY: Final = 120_000
"""Milliseconds before its end at which a token is renewed."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an account holds at a platform. `expires_at` in milliseconds, 0 where nobody said.

    `seed` names the tokens of bot.yaml these come from: other ones there mean that somebody began anew.
    """

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: int = 0
    seed: str = ""


class TokenStore(Protocol):
    """Keeps the tokens of each account over restarts; `put` returns when they are on disk."""

    async def get(self, account: str) -> Tokens | None: ...

    async def put(self, account: str, tokens: Tokens) -> None: ...


@runtime_checkable
class Rotating(Protocol):
    """A channel whose tokens change as it runs."""

    def keep_tokens(self, store: TokenStore) -> None:
        """Where they are kept from now on; without it a restart begins with those of bot.yaml."""
        ...

    async def settle(self) -> None:
        """Wait until a token under way is stored; before the store closes."""
        ...


Refresh = Callable[[str], Awaitable[Tokens]]
"""A refresh token to the tokens it is good for. Raises PlatformError, with the reason `token` when it is refused."""


def seeded(access: str, refresh: str) -> Tokens:
    """The tokens that bot.yaml names."""
    named = hashlib.sha256(f"{access}\n{refresh}".encode("utf-8", "replace")).hexdigest()
    return Tokens(access, refresh, seed=named[:32])


class Rotation:
    """The tokens of one account. `clock` gives milliseconds since 1970."""

    def __init__(self, account: str, first: Tokens, refresh: Refresh, clock: Callable[[], int]) -> None:
        self._account = account
        self._first = first
        self._refresh = refresh
        self._clock = clock
        self._store: TokenStore | None = None
        self._tokens: Tokens | None = None
        self._stored = True
        self._early = EARLY
        self._under_way: asyncio.Task[None] | None = None

    def keep_in(self, store: TokenStore) -> None:
        self._store = store

    async def get(self, refused: str = "") -> str:
        """A token to use now; never `refused`, the one the platform has just turned down. Raises PlatformError.

        Who comes while one is being fetched waits for it.
        """
        for _ in range(2):  # a task that began before the refusal may bring the refused one
            if self._tokens is not None and self._stored and self._good(self._tokens, refused):
                return self._tokens.access
            if self._under_way is None or self._under_way.done():
                self._under_way = asyncio.create_task(self._renew(refused))
                self._under_way.add_done_callback(_heard)
            await asyncio.shield(self._under_way)
        tokens = self._tokens
        if tokens is None or tokens.access == refused:
            raise PlatformError("the platform refuses the token it has just given", reason="token")
        return tokens.access

    async def use(self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call with a token, and with another one when the platform refuses the first. Raises PlatformError."""
        token = await self.get()
        try:
            return await call(token)
        except PlatformError as error:
            if error.reason != "token" or (self._tokens is not None and not self._tokens.refresh):
                raise  # with no other token to be had, what the platform said is all there is to say
        return await call(await self.get(refused=token))

    async def settle(self) -> None:
        """Wait for the token under way, and store what is not stored yet."""
        if self._under_way is not None:
            await asyncio.wait([self._under_way])
        if not self._stored and self._tokens is not None:
            await self._keep(self._tokens)

    async def _renew(self, refused: str) -> None:
        tokens = self._tokens or await self._load()
        self._tokens = tokens
        if not self._good(tokens, refused):
            await self._exchange(tokens, refused)
        elif not self._stored:
            await self._keep(tokens)

    async def _exchange(self, tokens: Tokens, refused: str) -> None:
        if not tokens.refresh:
            raise PlatformError("the access token is refused, and there is no refresh token", reason="token")
        try:
            given = await self._refresh(tokens.refresh)
        except PlatformError as error:
            if error.retryable and self._still(tokens, refused):
                return  # renewed too early to be worth a failed send
            raise not_made(error) from None  # whatever it was wanted for has not been asked for yet
        # One that lives shorter than that is used for half its life, or each use would cost two exchanges.
        self._early = min(EARLY, max(0, given.expires_at - self._clock()) // 2)
        # Not every answer brings a new refresh token: then the old one is still good.
        await self._keep(replace(given, refresh=given.refresh or tokens.refresh, seed=self._first.seed))

    async def _load(self) -> Tokens:
        """The stored tokens win as long as bot.yaml names those they came from."""
        kept = await self._store.get(self._account) if self._store is not None else None
        return kept if kept is not None and kept.seed == self._first.seed else self._first

    async def _keep(self, tokens: Tokens) -> None:
        self._tokens, self._stored = tokens, False
        if self._store is not None:
            try:
                await self._store.put(self._account, tokens)
            except ChatbotError as error:
                # They are good all the same, and thrown away they would be lost for ever.
                _log.error("the new tokens of account %s are not stored yet: %s", self._account, error)
                return
        self._stored = True

    def _good(self, tokens: Tokens, refused: str) -> bool:
        if not tokens.access or tokens.access == refused:
            return False
        return not tokens.refresh or not tokens.expires_at or self._clock() < tokens.expires_at - self._early

    def _still(self, tokens: Tokens, refused: str) -> bool:
        return bool(tokens.access) and tokens.access != refused and self._clock() < tokens.expires_at


class WithTokens:
    """What makes an account `Rotating`: its `_tokens`."""

    _tokens: Rotation

    def keep_tokens(self, store: TokenStore) -> None:
        self._tokens.keep_in(store)

    async def settle(self) -> None:
        await self._tokens.settle()


def _heard(task: asyncio.Task[None]) -> None:
    """Everybody who waited may have gone; asyncio complains of an exception that nobody fetched."""
    if not task.cancelled():
        task.exception()
