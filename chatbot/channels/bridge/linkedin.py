"""Is this LinkedIn? For partners whose webhooks LinkedIn signs itself; it offers no public API for direct messages.

Docs: LinkedIn > Webhooks > Endpoint validation. The code that is asked for is checked again every two hours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from chatbot.channels.signing import header, hex_hmac, same

HEADER: Final = "X-LI-Signature"
_SCHEME: Final = "hmacsha256="
_CODE: Final = re.compile(r"[A-Za-z0-9-]{8,128}")


def signed(secret: str, headers: Mapping[str, str], raw: bytes) -> bool:
    """The HMAC of the body, or of scheme and body, with the scheme before it or without: all of these are in use."""
    given = header(headers, HEADER).lower().removeprefix(_SCHEME)
    plain = same(given, hex_hmac(secret, raw))
    prefixed = same(given, hex_hmac(secret, _SCHEME.encode("ascii") + raw))
    return bool(secret) and (plain or prefixed)


def handshake(secret: str, query: Mapping[str, str]) -> str | None:
    """The JSON that answers a challenge; None refuses. Only what has the form of an id is signed for others."""
    code = query.get("challengeCode", "")
    if not secret or not _CODE.fullmatch(code):
        return None
    return json.dumps({"challengeCode": code, "challengeResponse": hex_hmac(secret, code.encode("ascii"))})
