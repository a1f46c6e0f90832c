"""Keeps secrets out of whatever leaves this room: an answer that echoes them, the words of an exception."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import encode_basic_auth

from chatbot.content.bot_file import Bot, Service
from chatbot.types import Json

MASK: Final = "***"
SHORTEST: Final = 6
"""A secret of fewer characters is left alone: it would blot out ordinary words."""
_SECRET_NAME: Final = re.compile(r"SECRET|TOKEN|PASSW|CREDENTIAL|(?:^|_)(?:API)?KEY(?:$|_)", re.IGNORECASE)


class Mask:
    """The secrets known so far; `add` learns those that come later, such as tokens."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        fresh = {secret for secret in secrets if len(secret) >= SHORTEST} - self._secrets
        if fresh:
            self._secrets |= fresh
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def forget(self, secret: str) -> None:
        """A token that is no longer good for anything; tokens would pile up."""
        self._secrets.discard(secret)

    def text(self, text: str) -> str:
        return self._pattern.sub(MASK, text) if self._pattern is not None else text

    def json(self, value: Json) -> Json:
        """The value with every secret in its texts and keys masked; not deeper than an answer may be anyway."""
        if self._pattern is None or not _holds(self._pattern, value):
            return value
        return self._masked(value)

    def _masked(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self._masked(inner) for key, inner in value.items()}
        return [self._masked(inner) for inner in value] if isinstance(value, list) else value


def _holds(pattern: re.Pattern[str], value: Json) -> bool:
    """Whether any text in there matches; without recursion, since a service decides how deep it goes."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if pattern.search(each):
                return True
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
    return False


def secrets_of(bot: Bot) -> set[str]:
    """What the services of a bot log in with, and the bucket of its files."""
    secrets = {secret for service in bot.services.values() for secret in _secrets_of(service)}
    return secrets | ({bot.files.secret_key.get_secret_value()} if bot.files is not None else set())


def secrets_in(environ: Mapping[str, str]) -> set[str]:
    """Variables whose names say that they are secret."""
    return {value for name, value in environ.items() if _SECRET_NAME.search(name)}


def _secrets_of(service: Service) -> set[str]:
    secrets = {value.get_secret_value() for value in service.headers.values()}
    auth = service.auth
    if auth is None:
        return secrets
    if auth.bearer is not None:
        secrets.add(auth.bearer.get_secret_value())
    if auth.basic is not None:
        password = auth.basic.password.get_secret_value()
        secrets |= {password, encode_basic_auth(auth.basic.user, password).removeprefix("Basic ")}
    if auth.oauth is not None:
        secrets.add(auth.oauth.client_secret.get_secret_value())
    return secrets | {value.get_secret_value() for value in (auth.header or {}).values()}
