"""Access tokens by OAuth 2 client credentials: fetched once for all who wait, kept, and renewed before they expire."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus

import aiohttp
from yarl import URL

from chatbot.connecting import check_literal
from chatbot.content.bot_file import OAuth
from chatbot.integrations.bodies import ENCODINGS, Invalid, parsed, read_body

LIFETIME: Final = 3600.0
"""Seconds a token is kept whose server does not say how long it is good for."""
EARLY: Final = 60.0
"""Seconds before its end at which a token is renewed; a short-lived one at nine tenths of its life."""


class NoToken(Exception):
    """The token server refused us or made no sense; `status` is what it answered, 0 for an answer without a token."""

    def __init__(self, status: int) -> None:
        super().__init__(f"no token: {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    renew_at: float


class Tokens:
    """The token of one service. `clock` counts seconds and never goes back."""

    def __init__(self, settings: OAuth, *, private: bool, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._private = private
        self._clock = clock
        self._token: _Token | None = None
        self._lock = asyncio.Lock()

    async def get(self, session: aiohttp.ClientSession, *, refused: str = "") -> str:
        """A token to use now; never `refused`, the one a service has just turned down. Raises NoToken.

        Those who come while one is being fetched wait for it. Network failures are raised as they are.
        """
        async with self._lock:
            token = self._token
            if token is None or token.value == refused or self._clock() >= token.renew_at:
                self._token = None
                self._token = token = await self._fetch(session)
            return token.value

    async def _fetch(self, session: aiohttp.ClientSession) -> _Token:
        settings, url = self._settings, URL(self._settings.token_url)
        check_literal(url, private=self._private)
        secret = settings.client_secret.get_secret_value()
        form = {"grant_type": "client_credentials"}
        form |= {name: value for name in ("scope", "audience") if (value := getattr(settings, name))}
        headers = {"Accept": "application/json", "Accept-Encoding": ENCODINGS}
        if settings.method == "client_secret_basic":
            pair = f"{quote_plus(settings.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": settings.client_id, "client_secret": secret}
        asked_at = self._clock()
        async with session.post(url, data=form, headers=headers, allow_redirects=False) as response:
            if response.status != 200:
                raise NoToken(response.status)
            try:
                answer = parsed(await read_body(response))
            except Invalid:
                raise NoToken(0) from None
        return _token(answer, asked_at)


def _token(answer: object, asked_at: float) -> _Token:
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise NoToken(0)
    value = answer["access_token"]
    if not value.isascii() or not value.isprintable() or str(answer.get("token_type", "bearer")).lower() != "bearer":
        raise NoToken(0)
    try:
        lifetime = max(0.0, min(float(answer.get("expires_in", LIFETIME)), 10 * 365 * 86_400.0))
    except (TypeError, ValueError):
        lifetime = LIFETIME
    return _Token(value, asked_at + lifetime - min(EARLY, lifetime / 10))
