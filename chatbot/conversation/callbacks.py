"""Signed addresses at which a system of the business brings an event about in one conversation.

An address says which conversation and which event, and proves that we made it; whoever has it can do nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

_LENGTH: Final = 32
"""Hexadecimal digits of a signature: 128 bits."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """`base` is where the world reaches us, without a slash at its end."""

    key: bytes = field(repr=False)
    base: str

    def url(self, conversation: int, event: str) -> str:
        return f"{self.base}/callbacks/{conversation}/{quote(event, safe='')}/{self._signature(conversation, event)}"

    def made(self, conversation: int, event: str, signature: str) -> bool:
        """Whether this is the signature of an address we made; in constant time."""
        return hmac.compare_digest(self._signature(conversation, event).encode(), signature.encode())

    def _signature(self, conversation: int, event: str) -> str:
        said = f"callback\0{conversation}\0{event}".encode()
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()[:_LENGTH]
