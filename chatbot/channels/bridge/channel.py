"""One account behind a partner: Standard Webhooks in both directions, and LinkedIn's challenge where that is wanted.

Docs: Standard Webhooks; docs/reference/events.md for what a partner posts and gets.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Self

from chatbot.channels.bridge import linkedin, signature
from chatbot.channels.bridge.parsing import REASONS, parse
from chatbot.channels.bridge.rendering import BridgeRenderer
from chatbot.channels.bridge.settings import BridgeSettings, Challenge
from chatbot.channels.payload import identifier, load, mapping
from chatbot.channels.posting import Answer, Api, seconds
from chatbot.channels.protocol import ParseError, Unsettled, read_settings
from chatbot.channels.signing import same
from chatbot.errors import PlatformError
from chatbot.types import Inbound, Json

if TYPE_CHECKING:
    import aiohttp

_WORD: Final = re.compile(r"[A-Za-z0-9._~+/=-]{1,256}")


class Bridge(BridgeRenderer):
    """Satisfies `Platform`. A partner keeps what it got by `webhook-id`, so a send may be made again."""

    kind: Final = "bridge"
    idempotent: Final = True

    def __init__(self, account: str, settings: BridgeSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self._settings = settings
        secrets = [each.get_secret_value() for each in (settings.secret, settings.old_secret) if each is not None]
        self._keys = [signature.key_of(each) for each in secrets]
        self._linkedin = settings.linkedin_secret.get_secret_value() if settings.linkedin_secret else ""
        self._api = Api("The partner", account, session, {}, {"Content-Type": "application/json"})

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(BridgeSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        wanted = self._settings.challenge
        if wanted is not None and wanted.parameter in query:
            return _answered(wanted, query)
        return linkedin.handshake(self._linkedin, query)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        if signature.signed(self._keys, headers, raw, time.time(), self._settings.tolerance):
            return True
        return linkedin.signed(self._linkedin, headers, raw)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        return parse(raw, self.account, self._settings.account_id, self._settings.map)

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """One signed post: `{"type": "message.send", "timestamp", "data": {"recipient", ...}}`; `{"id"}` comes back."""
        data = {"recipient": recipient, "account": self._settings.account_id, "metadata": reference, **mapping(body)}
        now = int(time.time())
        raw = json.dumps({"type": "message.send", "timestamp": now * 1000, "data": data}).encode()
        signed = {
            "webhook-id": reference,
            "webhook-timestamp": str(now),
            "webhook-signature": signature.signature(self._keys[0], reference, now, raw),
        }
        answer = await self._api.post(self._settings.api_url, raw, signed)
        if not 200 <= answer.status < 300:
            raise _refusal(answer)
        try:
            return identifier(mapping(load(answer.raw)).get("id"))
        except ParseError:
            return ""

    async def typing(self, recipient: str) -> None:
        """Not every platform behind a bridge has it."""
        del recipient


def _answered(wanted: Challenge, query: Mapping[str, str]) -> str | None:
    """Only what has the letters of a token comes back: the answer is a page of ours."""
    if wanted.token is not None and not same(query.get(wanted.token_parameter, ""), wanted.token.get_secret_value()):
        return None
    word = query[wanted.parameter]
    return word if _WORD.fullmatch(word) else None


def _refusal(answer: Answer) -> PlatformError:
    """What HTTP says; a partner may say more: `{"error": {"reason"}}` with one of our words."""
    try:
        told = mapping(mapping(load(answer.raw)).get("error")).get("reason")
    except ParseError:
        told = None
    reason, again = _meaning(answer.status)
    if told in REASONS:
        reason, again = told, False
    return PlatformError(
        f"The partner answered {answer.status}",
        reason=reason,
        retryable=again,
        uncertain=answer.status == 504,
        retry_after=seconds(answer.headers.get("Retry-After", "")) if again else None,
    )


def _meaning(status: int) -> tuple[str, bool]:
    known = {429: ("rate", True), 401: ("token", False), 403: ("permission", False), 404: ("recipient", False)}
    if status in known:
        return known[status]
    return ("content", False) if 400 <= status < 500 and status not in {408, 425} else ("outage", True)
