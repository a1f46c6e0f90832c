"""Calls of Meta's Send API, which Messenger and Instagram share: to a recipient a message, or a sign of typing.

Docs: Messenger Platform > Send API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.payload import load, mapping, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import ParseError
from chatbot.errors import PlatformError


@dataclass(frozen=True, slots=True)
class SendApi:
    """`secrets` never stand in an error."""

    api: Api
    url: str
    secrets: tuple[str, ...]

    async def send(self, recipient: Mapping[str, str], message: Mapping[str, Any]) -> str:
        """The message id; "" where Graph does not tell it. Raises PlatformError."""
        call = {"recipient": recipient, "messaging_type": "RESPONSE", "message": message}
        return text((await self._post(call)).get("message_id"))

    async def typing(self, recipient: Mapping[str, str]) -> None:
        try:
            await self._post({"recipient": recipient, "sender_action": "typing_on"})
        except PlatformError:
            return

    async def _post(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = await self.api.post(self.url, call)
        if answer.status != 200:
            raise refusal(answer.status, answer.headers, answer.raw, self.secrets)
        try:
            return mapping(load(answer.raw))
        except ParseError:
            return {}  # Graph said 200: the message is out, only its id is unknown
