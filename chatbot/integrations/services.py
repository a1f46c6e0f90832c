"""The services a flow's `fetch` may call: base URL, credentials and one HTTP attempt at a time.

Only services named in bot.yaml can be reached, only at addresses they may have, and no secret leaves this room.
Retries and deadlines are not decided here: conversation/calls.py owns them, durably.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from chatbot.connecting import Refused, check_literal, open_session
from chatbot.content.bot_file import Service
from chatbot.errors import OperatorError
from chatbot.integrations.bodies import ENCODINGS, Invalid, parsed, read_body, retry_after
from chatbot.integrations.masking import Mask
from chatbot.integrations.oauth import NoToken, Tokens
from chatbot.policy.addresses import is_never, is_private
from chatbot.types import Call, CallAnswer

MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SAFE: Final = frozenset({"GET", "HEAD"})


class Services:
    """Makes calls on the project's services. Its sessions live as long as the process and are closed by `close`.

    `resolver` turns names into addresses (default: the machine's own), `clock` counts the seconds of tokens.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        mask: Mask | None = None,
        *,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for name, service in services.items():
            _check_address(name, service)
        self._services = services
        self._mask = mask or Mask()
        self._resolver = resolver
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._masked: dict[str, str] = {}
        self._tokens = {
            name: Tokens(service.auth.oauth, private=service.private, clock=clock)
            for name, service in services.items()
            if service.auth is not None and service.auth.oauth is not None
        }

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        """One attempt. A remote failure is an answer with `error` "timeout", "connection", "invalid" or "refused"."""
        service = self._services.get(call.service)
        if service is None:
            return CallAnswer(call.id, error="connection")
        try:
            async with asyncio.timeout(call.timeout / 1000):
                return await self._authorized(call, service, idempotency_key)
        except TimeoutError:
            return CallAnswer(call.id, error="timeout")
        except NoToken as refusal:
            return _without_token(call, refusal)
        except Invalid:
            return CallAnswer(call.id, error="invalid")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return CallAnswer(call.id, error="refused" if _is_refusal(error) else "connection")

    async def _authorized(self, call: Call, service: Service, key: str) -> CallAnswer:
        """The attempt with what proves who we are; a token that is turned down is replaced once."""
        tokens = self._tokens.get(call.service)
        if tokens is None:
            return await self._requested(call, service, key, _credentials(service))
        token = await self._token(call.service, tokens)
        answer = await self._requested(call, service, key, {"Authorization": f"Bearer {token}"})
        if answer.status != 401:
            return answer
        token = await self._token(call.service, tokens, refused=token)
        return await self._requested(call, service, key, {"Authorization": f"Bearer {token}"})

    async def _token(self, name: str, tokens: Tokens, refused: str = "") -> str:
        """The token to use now; the one before it is no secret any more, and would pile up with all others."""
        token = await tokens.get(self._session(self._services[name]), refused=refused)
        before = self._masked.get(name, "")
        if before != token:
            self._mask.forget(before)
            self._masked[name] = token
        self._mask.add(token)
        return token

    async def _requested(self, call: Call, service: Service, key: str, proof: Mapping[str, str]) -> CallAnswer:
        """Follow redirects as far as they stay with the service; the answer at their end."""
        base = URL(service.url.rstrip("/") + call.path, encoded=True)
        hop = _Hop(call.method, base.update_query(dict(call.query)) if call.query else base, call.json is not None)
        headers = _headers(call, service, key, proof)
        for _ in range(MOST_REDIRECTS + 1):
            check_literal(hop.url, private=service.private)
            async with self._session(service).request(
                hop.method, hop.url, json=call.json if hop.body else None, headers=headers, allow_redirects=False
            ) as response:
                following = hop.after(response)
                if following is None:
                    return await self._answer(call, response)
            hop = following
        return CallAnswer(call.id, error="refused")

    async def _answer(self, call: Call, response: aiohttp.ClientResponse) -> CallAnswer:
        status, wait = response.status, retry_after(response.headers)
        try:
            body = self._mask.json(parsed(await read_body(response)))
        except (Invalid, RecursionError):
            # What is not JSON matters only where a flow would read it: an error page of a failed call does not.
            return CallAnswer(call.id, status, "invalid" if 200 <= status < 300 else "", retry_after=wait)
        return CallAnswer(call.id, status, body=body, retry_after=wait)

    def _session(self, service: Service) -> aiohttp.ClientSession:
        """One for the services that may be at private addresses, one for all others: connections are never shared."""
        if service.private not in self._sessions:
            self._sessions[service.private] = open_session(self._resolver, private=service.private)
        return self._sessions[service.private]


@dataclass(frozen=True, slots=True)
class _Hop:
    """One request of an attempt: the first, or one that a redirect asks for."""

    method: str
    url: URL
    body: bool

    def after(self, response: aiohttp.ClientResponse) -> _Hop | None:
        """Where a redirect leads; None for an answer to keep. Raises Refused where it leads to somebody else.

        A POST is never made twice by a 301 or 302, which leave open what is meant: such an answer is kept.
        """
        status, location = response.status, response.headers.get("Location", "")
        if status not in _REDIRECTS or not location:
            return None
        if status in (301, 302) and self.method not in _SAFE:
            return None
        try:
            target = self.url.join(URL(location)).with_fragment(None)
        except ValueError:
            raise Refused("a redirect to no address") from None
        upgraded = self.url.scheme == "http" and target.scheme == "https" and target.is_default_port()
        same = target.origin() == self.url.origin() if target.is_absolute() and target.host else False
        if not same and not (upgraded and self.url.is_default_port() and target.host == self.url.host):
            raise Refused("a redirect to another host, or away from https")
        if status == 303 and self.method not in _SAFE:
            return _Hop("GET", target, body=False)
        return _Hop(self.method, target, self.body)


def _headers(call: Call, service: Service, key: str, proof: Mapping[str, str]) -> dict[str, str]:
    """What a flow says gives way to what the service is told, whatever its case."""
    ours = {"Idempotency-Key": key, "Accept": "application/json"}
    settled = {name: value.get_secret_value() for name, value in service.headers.items()}
    settled["Accept-Encoding"] = ENCODINGS
    by_name = {
        name.lower(): (name, value) for each in (ours, call.headers, settled, proof) for name, value in each.items()
    }
    return dict(by_name.values())


def _credentials(service: Service) -> dict[str, str]:
    """The headers that prove who we are to a service."""
    auth = service.auth
    if auth is None:
        return {}
    if auth.bearer is not None:
        return {"Authorization": f"Bearer {auth.bearer.get_secret_value()}"}
    if auth.basic is not None:
        return {"Authorization": aiohttp.encode_basic_auth(auth.basic.user, auth.basic.password.get_secret_value())}
    return {name: value.get_secret_value() for name, value in (auth.header or {}).items()}


def _without_token(call: Call, refusal: NoToken) -> CallAnswer:
    """A token server that is down may be up again; one that refuses us is as a service that does."""
    if refusal.status == 429 or refusal.status >= 500:
        return CallAnswer(call.id, error="connection")
    return CallAnswer(call.id, 401) if refusal.status else CallAnswer(call.id, error="invalid")


def _is_refusal(error: BaseException) -> bool:
    """Whether we refused it ourselves; aiohttp wraps what its resolver raises."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, Refused):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _check_address(name: str, service: Service) -> None:
    """Raises OperatorError for a service whose address can never be reached, before a customer finds out."""
    where = {"url": service.url}
    if service.auth is not None and service.auth.oauth is not None:
        where["auth.oauth.token_url"] = service.auth.oauth.token_url
    for key, address in where.items():
        if is_never(_host(address)):
            raise OperatorError(
                f"services.{name}.{key} is an address that no service may be at: link-local or metadata"
            )
        if not service.private and is_private(_host(address)):
            raise OperatorError(
                f"services.{name}.{key} is an address of this machine or the local network, which a service may not"
                " have by itself: if it is meant, write `private: true` beside `url` in bot.yaml"
            )


def _host(address: str) -> str:
    try:
        return URL(address).host or ""
    except ValueError:
        return ""
