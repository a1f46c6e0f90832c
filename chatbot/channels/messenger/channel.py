"""One Facebook page: the Messenger half of `Platform` that has settings, secrets and a network."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

import aiohttp
from pydantic import Field

from chatbot.channels import meta
from chatbot.channels.messenger import parsing
from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.messenger.rendering import MessengerRenderer
from chatbot.channels.payload import load, mapping, text
from chatbot.channels.protocol import ApiUrl, ChannelSettings, ParseError, Secret, Unsettled, read_settings
from chatbot.errors import OperatorError, PlatformError
from chatbot.types import Inbound, Json

_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)
_METADATA_LIMIT: Final = 1000


class MessengerSettings(ChannelSettings):
    """`channels.<account>` in bot.yaml. `unsettled`: what becomes of a send no echo has confirmed in time."""

    kind: Literal["messenger"] = "messenger"
    page_id: Annotated[str, Field(min_length=1)]
    page_token: Secret
    app_secret: Secret
    verify_token: Secret
    api_url: ApiUrl = "https://graph.facebook.com"
    version: Annotated[str, Field(pattern=r"^v\d+\.\d+$")] = "v25.0"
    appsecret_proof: bool = False
    unsettled: Unsettled = "resend"


class Messenger(MessengerRenderer):
    """Docs: Messenger Platform > Send API reference, and Webhooks."""

    kind: Final = "messenger"
    idempotent: Final = False

    def __init__(self, account: str, settings: MessengerSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self._settings = settings
        self._session = session
        self._app_secret = settings.app_secret.get_secret_value()
        self._token = settings.page_token.get_secret_value()
        self._url = f"{settings.api_url}/{settings.version}/me/messages"
        # The Send API documents the token as a parameter. It stands in the URL, so no URL is ever put in a message.
        self._query = {"access_token": self._token}
        if settings.appsecret_proof:
            proof = hmac.new(self._app_secret.encode(), self._token.encode(), hashlib.sha256)
            self._query["appsecret_proof"] = proof.hexdigest()

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(MessengerSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        return meta.handshake(self._settings.verify_token.get_secret_value(), query)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return meta.signed(self._app_secret, headers, raw)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        return parsing.parse(raw, self.account, self._settings.page_id)

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """One Send API call. `reference` travels as metadata and comes back in the echo."""
        message = {**mapping(mapping(body).get("message")), "metadata": reference[:_METADATA_LIMIT]}
        call = {"recipient": _recipient(recipient), "messaging_type": "RESPONSE", "message": message}
        answer = await self._post(call)
        return text(answer.get("message_id"))

    async def typing(self, recipient: str) -> None:
        """Lasts about 20 s on Messenger, or until the next message. A failure is nobody's concern."""
        try:
            await self._post({"recipient": _recipient(recipient), "sender_action": "typing_on"})
        except PlatformError:
            return

    async def _post(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._session is None:
            raise OperatorError(f"channel {self.account} was opened without a session and cannot send")
        try:
            async with self._session.post(
                self._url, params=self._query, json=call, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                status, headers, raw = response.status, response.headers, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _lost(error, written=False) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _lost(error, written=True) from None
        if status != 200:
            raise refusal(status, headers, raw, (self._token, self._app_secret))
        try:
            return mapping(load(raw))
        except ParseError:
            return {}  # Graph said 200: the message is out, only its id is unknown


def _recipient(contact: str) -> dict[str, str]:
    if contact.startswith(parsing.USER_REF):
        return {"user_ref": contact.removeprefix(parsing.USER_REF)}
    return {"id": contact}


def _lost(error: Exception, *, written: bool) -> PlatformError:
    """No answer. Once the request was written the message may have gone out; the name of the error says enough."""
    what = "gave no answer" if written else "could not be reached"
    return PlatformError(f"Graph {what} ({type(error).__name__})", reason="outage", retryable=True, uncertain=written)
