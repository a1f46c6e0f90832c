"""The answer to whoever brought a message: 200 once it is stored, else 503 and when to try again."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Mapping
from typing import Final

import structlog
from aiohttp import web

RETRY_AFTER: Final = 5

_log = structlog.get_logger()


async def stored(storing: Awaitable[object], account: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Await a storing; its success is our promise."""
    try:
        await storing
    # The edge of the house: whatever went wrong behind it, nothing is stored, so the same message shall come again.
    except Exception as error:  # noqa: BLE001
        wait = retry_after(error)
        _log.warning("not_stored", account=account, error=type(error).__name__, retry_after=wait)
        return web.json_response(
            {"error": "We are busy. Please try again in a moment.", "retry_after": wait},
            status=503,
            headers={**(headers or {}), "Retry-After": str(wait)},
        )
    return web.json_response({"ok": True}, headers=headers)


def retry_after(error: Exception) -> int:
    """Seconds to wait, as the error says or as we guess."""
    wait = getattr(error, "retry_after", None)
    return max(math.ceil(wait), 1) if isinstance(wait, int | float) else RETRY_AFTER
