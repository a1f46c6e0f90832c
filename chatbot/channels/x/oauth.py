"""Requests signed with a user's own token, which X wants for the files of messages and for nothing else here.

Docs: X > Authentication > OAuth 1.0a > Creating a signature; RFC 5849. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from yarl import URL


@dataclass(frozen=True, slots=True)
class Signer:
    """The app's key and secret, and the token of the account's user with its secret."""

    key: str
    secret: str = field(repr=False)
    token: str
    token_secret: str = field(repr=False)

    def header(self, method: str, url: URL, nonce: str, at: int) -> str:
        """The `Authorization` of one request; `nonce` is good once, `at` are seconds since 1970.

        A `URL`, not a text: it is what is sent, which need not be how the address was written.
        """
        own = {
            "oauth_consumer_key": self.key, "oauth_nonce": nonce, "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(at), "oauth_token": self.token, "oauth_version": "1.0",
        }  # fmt: skip
        signed = {**own, "oauth_signature": self._signature(method, url, own)}
        return "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in sorted(signed.items()))

    def _signature(self, method: str, url: URL, own: dict[str, str]) -> str:
        asked = [*own.items(), *parse_qsl(url.raw_query_string, keep_blank_values=True)]
        pairs = sorted((_escaped(name), _escaped(value)) for name, value in asked)
        listed = "&".join(f"{name}={value}" for name, value in pairs)
        said = "&".join(_escaped(part) for part in (method, f"{url.origin()}{url.raw_path}", listed))
        key = f"{_escaped(self.secret)}&{_escaped(self.token_secret)}"
        return base64.b64encode(hmac.digest(key.encode(), said.encode(), hashlib.sha1)).decode("ascii")


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
