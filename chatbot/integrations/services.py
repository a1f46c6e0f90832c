"""The services a flow's `fetch` may call: base URL, credentials and one HTTP attempt at a time.

Only services named in bot.yaml can be reached, redirects are not followed, and no secret leaves this module.
Retries and deadlines are not decided here: conversation/calls.py owns them, durably.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Final

import aiohttp
from yarl import URL

from chatbot.content.bot_file import Service
from chatbot.errors import OperatorError
from chatbot.types import Call, CallAnswer, Json

MOST_BYTES: Final = 1 << 20
"""The largest answer that is read; a larger one counts as invalid."""


class Services:
    """Makes calls on the project's services. One session for the life of the process, closed by `close`."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services
        self._headers = {name: _credentials(name, service) for name, service in services.items()}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        """One attempt. A remote failure is an answer with `error` "timeout", "connection" or "invalid"."""
        if self._session is None:
            # What a service remembers of one customer's call must not travel with the next one's.
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        service = self._services.get(call.service)
        if service is None:
            return CallAnswer(call.id, error="connection")
        headers = {"Idempotency-Key": idempotency_key, **service.headers, **call.headers, **self._headers[call.service]}
        try:
            async with asyncio.timeout(call.timeout / 1000):
                async with self._session.request(
                    call.method,
                    URL(service.url.rstrip("/") + call.path, encoded=True).update_query(dict(call.query)),
                    json=call.json,
                    headers=headers,
                    allow_redirects=False,
                ) as response:
                    return _answer(call, response.status, await _whole(response.content))
        except TimeoutError:
            return CallAnswer(call.id, error="timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return CallAnswer(call.id, error="connection")


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """The body to its end, or one byte more than is allowed."""
    parts: list[bytes] = []
    size = 0
    async for part in content.iter_any():
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            break
    return b"".join(parts)[: MOST_BYTES + 1]


def _answer(call: Call, status: int, raw: bytes) -> CallAnswer:
    if len(raw) > MOST_BYTES:
        return CallAnswer(call.id, status, "invalid")
    if not raw.strip():
        return CallAnswer(call.id, status)
    try:
        body: Json = json.loads(raw)
    except (ValueError, RecursionError):
        # What is not JSON matters only where a flow would read it: an error page of a failed call does not.
        return CallAnswer(call.id, status, "invalid" if 200 <= status < 300 else "")
    return CallAnswer(call.id, status, body=body)


def _credentials(name: str, service: Service) -> dict[str, str]:
    """The headers that prove who we are to a service."""
    headers: dict[str, str] = {}
    for kind, value in service.auth.items():
        if kind == "bearer":
            headers["Authorization"] = f"Bearer {value}"
        elif kind == "basic" and isinstance(value, Mapping):
            headers["Authorization"] = aiohttp.BasicAuth(value.get("user", ""), value.get("password", "")).encode()
        elif kind == "header" and isinstance(value, Mapping):
            headers.update({str(key): str(each) for key, each in value.items()})
        else:
            raise OperatorError(
                f"services.{name}.auth: `{kind}` is not a way to log in here; use bearer, basic ({{user, password}}) "
                "or header ({Name: value})"
            )
    return headers
