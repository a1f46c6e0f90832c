"""One Facebook page: the Messenger half of `Platform` that has settings, secrets and a network."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

import aiohttp
from pydantic import Field

from chatbot.channels import meta
from chatbot.channels.messenger import parsing
from chatbot.channels.messenger.rendering import MessengerRenderer
from chatbot.channels.messenger.sending import SendApi
from chatbot.channels.messenger.threads import MetaSettings, MetaThreads, whose
from chatbot.channels.payload import mapping
from chatbot.channels.posting import Api
from chatbot.channels.protocol import ApiUrl, Secret, Unsettled, read_settings
from chatbot.conversation.ports import THREAD
from chatbot.types import Inbound, Json

_METADATA_LIMIT: Final = 1000


class MessengerSettings(MetaSettings):
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


class Messenger(MetaThreads, MessengerRenderer):
    """Docs: Messenger Platform > Send API reference, and Webhooks."""

    kind: Final = "messenger"
    idempotent: Final = False

    def __init__(self, account: str, settings: MessengerSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self._settings = self._shared = settings
        self._app_secret = settings.app_secret.get_secret_value()
        token = settings.page_token.get_secret_value()
        # The Send API documents the token as a parameter. It stands in the URL, so no URL is ever put in a message.
        query = {"access_token": token}
        if settings.appsecret_proof:
            proof = hmac.new(self._app_secret.encode(), token.encode(), hashlib.sha256)
            query["appsecret_proof"] = proof.hexdigest()
        url = f"{settings.api_url}/{settings.version}/me/messages"
        self._calls = SendApi(Api("Graph", account, session, query, {}), url, (token, self._app_secret))

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(MessengerSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        return meta.handshake(self._settings.verify_token.get_secret_value(), query)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return meta.signed(self._app_secret, headers, raw)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        found = parsing.parse(raw, self.account, self._settings.page_id)
        return tuple(whose(each, self._settings.app_id) for each in found)

    async def send(self, recipient: str, body: Json, reference: str, *, human_agent: bool = False) -> str:
        """One Send API call. `reference` travels as metadata and comes back in the echo."""
        fields = mapping(body)
        if THREAD in fields:
            return await self._calls.thread(_recipient(recipient), fields)
        message = {**mapping(fields.get("message")), "metadata": reference[:_METADATA_LIMIT]}
        return await self._calls.send(_recipient(recipient), message, human_agent=human_agent)

    async def typing(self, recipient: str) -> None:
        """Lasts about 20 s on Messenger, or until the next message. A failure is nobody's concern."""
        await self._calls.typing(_recipient(recipient))


def _recipient(contact: str) -> dict[str, str]:
    if contact.startswith(parsing.USER_REF):
        return {"user_ref": contact.removeprefix(parsing.USER_REF)}
    return {"id": contact}
