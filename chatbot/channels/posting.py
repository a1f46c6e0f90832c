"""One call to a platform's API: a JSON body out, an answer or the reason why there is none.

Redirects are not followed, and no URL stands in an error: tokens do, in some.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import aiohttp

from chatbot.errors import OperatorError, PlatformError

Body: TypeAlias = Mapping[str, Any] | bytes | aiohttp.FormData

TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Api:
    """Where an account's calls go. `name` is what errors call the platform; without a session nothing can be sent."""

    name: str
    account: str
    session: aiohttp.ClientSession | None
    query: Mapping[str, str]
    headers: Mapping[str, str]

    async def post(self, url: str, body: Body, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
        """Raises PlatformError when no answer came; it may have arrived all the same once it was written.

        `bytes` go out as they are: what is signed must not be written a second time.
        """
        return await self.request("POST", url, body, headers)

    async def request(
        self, method: str, url: str, body: Body | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        """As `post`, with any method and no body at all where there is none."""
        if self.session is None:
            raise OperatorError(f"channel {self.account} was opened without a session and cannot send")
        raw = isinstance(body, bytes | aiohttp.FormData)
        try:
            async with self.session.request(
                method,
                url,
                params=self.query,
                headers={**self.headers, **headers},
                data=body if raw else None,
                json=None if raw else body,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                return Answer(response.status, response.headers, await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise self._lost(error, written=False) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise self._lost(error, written=True) from None

    def _lost(self, error: Exception, *, written: bool) -> PlatformError:
        """The name of the error says enough."""
        what = "gave no answer" if written else "could not be reached"
        return PlatformError(
            f"{self.name} {what} ({type(error).__name__})", reason="outage", retryable=True, uncertain=written
        )


def seconds(value: str) -> float | None:
    """Retry-After in either of its forms; None when it is neither."""
    if value.strip().isdigit():
        return min(float(value), 86_400.0)
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
