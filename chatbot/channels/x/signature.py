"""Is this X? The signature over the raw body, and the challenge by which X checks this address again and again.

Docs: X API > Webhooks > Securing webhooks (challenge-response checks).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from chatbot.channels.signing import base64_hmac, header, same

HEADER: Final = "x-twitter-webhooks-signature"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_+/=-]{1,256}")


def signed(secret: str, headers: Mapping[str, str], raw: bytes) -> bool:
    """Whether the header is `sha256=<base64>` of the raw body's HMAC under the app's consumer secret."""
    return bool(secret) and same(header(headers, HEADER), "sha256=" + base64_hmac(secret, raw))


def handshake(secret: str, query: Mapping[str, str]) -> str | None:
    """The JSON that answers a CRC; None refuses.

    The answer is made with the key, the algorithm and the form of a body's signature: who could have anything signed
    here could forge events. A token therefore has the letters of a token: it cannot be an object, and a body that is
    none is refused.
    """
    token = query.get("crc_token", "")
    if not secret or not _TOKEN.fullmatch(token):
        return None
    return json.dumps({"response_token": "sha256=" + base64_hmac(secret, token.encode("ascii"))})
