"""What a button stands for, where a channel carries less of it: a short name goes out, and is known again.

The name follows from the payload alone. So nothing is stored and nothing can be lost: whoever knows what may be
pressed (the flows of a program) knows the names, on any machine, for buttons of any age.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

PREFIX: Final = "~"
_LETTERS: Final = 24
"""Of base32: 120 bits, so two payloads of one bot never share a name. With the prefix it fits every channel."""


def name_of(payload: str) -> str:
    """The short name of a payload: 25 ASCII characters, the same for ever."""
    digest = hashlib.sha256(payload.encode("utf-8", "surrogatepass")).digest()
    return PREFIX + base64.b32encode(digest).decode()[:_LETTERS].lower()


def carried(payload: str, limit: int) -> str:
    """What to send for a payload where `limit` bytes are carried: itself if it fits, else its name."""
    return payload if len(payload.encode("utf-8", "surrogatepass")) <= limit else name_of(payload)


def is_name(payload: str) -> bool:
    """Whether a pressed payload may be a name, and has to be looked up."""
    return len(payload) == len(PREFIX) + _LETTERS and payload.startswith(PREFIX)
