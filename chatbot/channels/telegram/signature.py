"""Is this Telegram? It repeats the secret that was given to it with the webhook's address; nothing is signed.

Docs: Telegram Bot API > setWebhook > secret_token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chatbot.channels.signing import header, same

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


def signed(secret: str, headers: Mapping[str, str], raw: bytes) -> bool:
    """Whether the secret token stands in the header; without a secret everything is refused."""
    return bool(secret) and same(header(headers, HEADER), secret)
