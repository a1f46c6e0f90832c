"""Events from systems of the business: `/callbacks/...` with a signed address, `/api/events` with the API token.

`/api/consents` takes what a customer agreed to, or took back, elsewhere, `/api/identities` who is one person on two
channels. Each is stored before it is answered 200, like a message, and one that is brought again changes nothing: it is
told by its `Idempotency-Key` (or Standard Webhooks' `webhook-id`), else an event by its body within a day. A consent
without a key is a new one: who opts out, in and out again has opted out.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import uuid4

import structlog
from aiohttp import web

from chatbot.channels.payload import load, mapping, text
from chatbot.channels.protocol import ParseError
from chatbot.conversation.store import Unavailable
from chatbot.policy.consent import OPTED_IN, OPTED_OUT
from chatbot.policy.contact_ids import contact_ids
from chatbot.server.accepting import stored
from chatbot.server.bodies import BodyRefused, read_body
from chatbot.server.ports import Accept
from chatbot.types import ConversationKey, Inbound, Json

MAX_EVENT: Final = 64 * 1024
_KEYS: Final = ("Idempotency-Key", "webhook-id")

_log = structlog.get_logger()


class Signatures(Protocol):
    """Tells whether an address was made by us."""

    def made(self, conversation: int, event: str, signature: str, /) -> bool: ...


Locate = Callable[[int], Awaitable[ConversationKey | None]]
"""Whose conversation this is; None when there is no such one."""


class Contacts(Protocol):
    """Who is known; a part of the store."""

    async def knows(self, key: ConversationKey, /) -> bool:
        """Whether this contact has a conversation here."""
        ...

    async def link(self, one: ConversationKey, other: ConversationKey, /) -> bool:
        """Make both one contact; False when one of them has no conversation here."""
        ...


class Events:
    """`kinds` are those of the accounts of bot.yaml, by name. `token` guards the API; without one it is off."""

    def __init__(
        self,
        accept: Accept,
        kinds: Mapping[str, str],
        signatures: Signatures,
        locate: Locate,
        contacts: Contacts,
        token: str,
    ) -> None:
        self._accept = accept
        self._kinds = kinds
        self._signatures = signatures
        self._locate = locate
        self._contacts = contacts
        self._token = token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(r"/callbacks/{conversation:\d{1,18}}/{event}/{signature}", self.called_back),
            web.post("/api/events", self.told),
            web.post("/api/consents", self.agreed),
            web.post("/api/identities", self.linked),
        ]

    async def called_back(self, request: web.Request) -> web.Response:
        """The body, a JSON object or nothing, becomes the event's values."""
        conversation, event = int(request.match_info["conversation"]), request.match_info["event"]
        if not self._signatures.made(conversation, event, request.match_info["signature"]):
            return _refuse(403, "this address was not made by us: use {callback.EVENT} as the bot printed it")
        try:
            raw = await read_body(request, MAX_EVENT)
            data = _object(raw)
        except BodyRefused as refused:
            return _refuse(refused.status, refused.reason)
        except ParseError as error:
            return _refuse(400, str(error))
        key = await self._locate(conversation)
        if key is None:
            return _refuse(404, "that conversation is no longer here")
        return await self._store(request, key, event, data, raw)

    async def told(self, request: web.Request) -> web.Response:
        """`{"account", "contact", "event", "data"}`: an event for one contact, by the platform's id of it."""
        asked = await self._asked(request)
        if isinstance(asked, web.Response):
            return asked
        event, data = asked.word("event"), asked.fields.get("data") or {}
        if not (event and isinstance(data, dict)):
            return _refuse(400, "needed are account, contact and event as texts; data, if given, is an object")
        return await self._store(request, asked.key, event, data, asked.raw)

    async def agreed(self, request: web.Request) -> web.Response:
        """`{"account", "contact", "action", "purpose", "text"}`: an entry for the ledger of consents.

        `text` is what the customer saw when they agreed. An `opt_out` without a purpose is one of everything.
        """
        asked = await self._asked(request)
        if isinstance(asked, web.Response):
            return asked
        action, purpose = asked.word("action"), asked.word("purpose")
        if purpose in (OPTED_OUT, OPTED_IN):
            return _refuse(400, f"{purpose!r} is no purpose: it is how a contact stands as a whole")
        if not (action == "opt_out" or (action == "opt_in" and purpose)):
            return _refuse(400, "needed are account, contact, action (opt_in or opt_out) and the purpose of an opt_in")
        mark = _mark(request, action, asked.raw + uuid4().bytes)
        inbound = Inbound(
            asked.key, "opt_in" if action == "opt_in" else "opt_out", f"consent:{mark}",
            _now(), text=asked.word("text"), data={"purpose": purpose} if purpose else {}, raw_type="api",
        )  # fmt: skip
        return await stored(self._accept(asked.key.account, [inbound], asked.raw), asked.key.account)

    async def linked(self, request: web.Request) -> web.Response:
        """`{"account", "contact", "same_as": {"account", "contact"}}`: two identities of one person, as they say.

        Nothing that a customer says links anything: whoever calls has verified both.
        """
        asked = await self._asked(request)
        if isinstance(asked, web.Response):
            return asked
        other = _Asked(b"", mapping(asked.fields.get("same_as"))).key
        if refused := await self._reachable(other):
            return refused
        try:
            known = await self._contacts.link(asked.key, other)
        except Unavailable as error:
            busy = {"Retry-After": str(error.retry_after)}
            return web.json_response({"error": "We are busy. Please try again."}, status=503, headers=busy)
        return (
            web.json_response({"ok": True})
            if known
            else _refuse(404, "one of the two has never written: nothing to link yet")
        )

    async def _asked(self, request: web.Request) -> _Asked | web.Response:
        """Who may use the API, and of whom they speak; else the answer to give."""
        if not self._token:
            return _refuse(404, "the API is off: set CHATBOT_API_TOKEN to turn it on")
        given = request.headers.get("Authorization", "")
        wanted = f"Bearer {self._token}".encode()
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), wanted):
            return _refuse(401, "Authorization: Bearer with the token of CHATBOT_API_TOKEN is needed")
        try:
            raw = await read_body(request, MAX_EVENT)
            asked = _Asked(raw, _object(raw))
        except BodyRefused as refused:
            return _refuse(refused.status, refused.reason)
        except ParseError as error:
            return _refuse(400, str(error))
        return await self._reachable(asked.key) or asked

    async def _reachable(self, key: ConversationKey) -> web.Response | None:
        """The refusal of a contact who cannot be one, or who would have to write first."""
        if not (key.account and key.contact):
            return _refuse(400, "needed are account and contact as texts")
        kind = self._kinds.get(key.account)
        if kind is None:
            return _refuse(404, f"there is no channel account {key.account!r} in bot.yaml")
        ids = contact_ids(kind)
        if not ids.form.fullmatch(key.contact):
            return _refuse(400, f"contact is no id of {kind}, which is {ids.described}")
        if not ids.strangers and not await self._contacts.knows(key):
            return _refuse(
                404, f"nobody with this contact has written to {key.account!r}, as on {kind} they must first"
            )
        return None

    async def _store(
        self, request: web.Request, key: ConversationKey, event: str, data: Mapping[str, Json], raw: bytes
    ) -> web.Response:
        mark = _mark(request, event, raw)
        inbound = Inbound(key, "event", f"event:{mark}", _now(), payload=event, data=data, raw_type="event")
        return await stored(self._accept(key.account, [inbound], raw), key.account)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What stands in a call of the API, and of which contact it speaks."""

    raw: bytes
    fields: Mapping[str, Json]

    def word(self, name: str) -> str:
        return text(self.fields.get(name)).strip()

    @property
    def key(self) -> ConversationKey:
        return ConversationKey(self.word("account"), self.word("contact"))


def _mark(request: web.Request, what: str, raw: bytes) -> str:
    """By what a call is known when it is brought again."""
    given = next((found for name in _KEYS if (found := request.headers.get(name))), "")
    return hashlib.sha256(f"{what}\0{given}".encode() if given else what.encode() + b"\0" + raw).hexdigest()


def _now() -> int:
    return time.time_ns() // 1_000_000


def _object(raw: bytes) -> dict[str, Json]:
    body = load(raw) if raw.strip() else {}
    if not isinstance(body, dict):
        raise ParseError("the body must be a JSON object")
    return dict(mapping(body))


def _refuse(status: int, reason: str) -> web.Response:
    _log.warning("event_refused", status=status, reason=reason)
    return web.json_response({"error": reason}, status=status)
