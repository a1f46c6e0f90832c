"""Tokens of Instagram Login: good for sixty days, and renewed with themselves while they are.

Docs: Instagram Platform > API setup with Instagram login > Refresh a long-lived token. Unlike those of other platforms
the old one stays good, so a renewal that fails costs nothing; one that is forgotten ends the account.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.payload import load, mapping, number, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import ParseError
from chatbot.channels.tokens import Tokens, seeded
from chatbot.errors import PlatformError

_DAY: Final = 86_400.0
_LIFETIME: Final = 60 * _DAY

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Renewal:
    """`url` is the host without a version; `secrets` never stand in an error."""

    api: Api
    url: str
    secrets: tuple[str, ...] = field(repr=False)

    async def __call__(self, token: str) -> Tokens:
        """The token's successor, due halfway through its life; the same again, due tomorrow, where there is none.

        A token younger than a day is not renewed yet.
        """
        now = time.time()
        try:
            told = await self._ask(token)
        except PlatformError as error:
            _log.warning("the token of account %s is not renewed today: %s", self.api.account, error)
            return Tokens(token, token, int((now + _DAY) * 1000))
        access = text(told.get("access_token")) or token
        lifetime = number(told.get("expires_in")) or _LIFETIME
        return Tokens(access, access, int((now + lifetime / 2) * 1000))

    async def _ask(self, token: str) -> Mapping[str, Any]:
        query = {"grant_type": "ig_refresh_token", "access_token": token}
        api = replace(self.api, query=query, headers={})
        answer = await api.request("GET", f"{self.url}/refresh_access_token")
        if answer.status != 200:
            raise refusal(answer.status, answer.headers, answer.raw, (*self.secrets, token))
        try:
            return mapping(load(answer.raw))
        except ParseError:
            return {}


def first(token: str) -> Tokens:
    """The token of bot.yaml, which is due at once: nobody knows how old it is."""
    return replace(seeded(token, token), expires_at=1)
