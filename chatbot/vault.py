"""Secrets that have to be stored: sealed under the installation's key, so that a stolen database opens no account.

AES-256-GCM under a key derived for this purpose alone; the account is authenticated with it, so that no row can be
passed off as another's.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chatbot.channels.tokens import Tokens

_NONCE: Final = 12
_PURPOSE: Final = b"chatbot: tokens of accounts, 1"

_log = logging.getLogger(__name__)


class Shelf(Protocol):
    """Where the sealed bytes lie; `keep` returns when they are on disk."""

    async def sealed(self, account: str) -> bytes | None: ...

    async def keep_sealed(self, account: str, sealed: bytes, now: int) -> None: ...


class Vault:
    """Satisfies `TokenStore`. `key` is the installation's secret key."""

    def __init__(self, shelf: Shelf, key: bytes, clock: Callable[[], int]) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
        self._shelf = shelf
        self._cipher = AESGCM(derived)
        self._clock = clock

    async def get(self, account: str) -> Tokens | None:
        """None when there are none, or when they were sealed under another key."""
        sealed = await self._shelf.sealed(account)
        if sealed is None:
            return None
        try:
            opened = json.loads(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], account.encode()))
            return Tokens(opened["access"], opened["refresh"], opened["expires_at"], opened["seed"])
        except (InvalidTag, ValueError, KeyError, TypeError):
            _log.warning(
                "the stored tokens of account %s cannot be opened: was CHATBOT_SECRET_KEY changed?"
                " It begins again with those of bot.yaml",
                account,
            )
            return None

    async def put(self, account: str, tokens: Tokens) -> None:
        fields = {
            "access": tokens.access, "refresh": tokens.refresh, "expires_at": tokens.expires_at, "seed": tokens.seed,
        }  # fmt: skip
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, json.dumps(fields).encode(), account.encode())
        await self._shelf.keep_sealed(account, sealed, self._clock())
