"""One Facebook page: the Messenger half of `Platform` that has settings, secrets and a network."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Final, Self

import aiohttp

from chatbot.channels import meta
from chatbot.channels.fetching import anywhere
from chatbot.channels.graph import (
    App,
    Graph,
    look_at_app,
    look_at_page,
    look_at_profile,
    look_at_token,
    shown_profile,
)
from chatbot.channels.messenger import parsing
from chatbot.channels.messenger.profiles import profile_of
from chatbot.channels.messenger.rendering import MessengerRenderer
from chatbot.channels.messenger.sending import SendApi
from chatbot.channels.messenger.settings import MessengerSettings
from chatbot.channels.messenger.threads import MetaThreads, whose
from chatbot.channels.payload import identifier, mapping, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import Unsettled, read_settings
from chatbot.channels.setup import Look
from chatbot.conversation.ports import THREAD
from chatbot.errors import PlatformError
from chatbot.types import Attachment, Inbound, Json

_METADATA_LIMIT: Final = 1000
FIELDS: Final = (
    "messages", "messaging_postbacks", "messaging_referrals", "messaging_optins", "message_deliveries",
    "message_reads", "message_echoes", "message_reactions", "message_edits", "messaging_handovers", "standby",
)  # fmt: skip
"""What a page tells us of."""
SCOPES: Final = ("pages_messaging", "pages_manage_metadata")
"""What the token must be allowed: to write, and to subscribe."""


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
        url = f"{settings.api_url}/{settings.version}"
        self._graph = Graph(Api("Graph", account, session, query, {}), url, (token, self._app_secret))
        self._calls = SendApi(self._graph.api, f"{url}/me/messages", self._graph.secrets, self.capabilities)

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
        if "sender_action" in fields:
            return await self._calls.react(_recipient(recipient), fields)
        message = {**mapping(fields.get("message")), "metadata": reference[:_METADATA_LIMIT]}
        return await self._calls.send(_recipient(recipient), message, human_agent=human_agent)

    async def look(self, webhook: str) -> Look:
        """Satisfies `Administered`."""
        settings, look = self._settings, Look()
        try:
            page = await self._graph.get("me", fields="id,name")
        except PlatformError as error:
            look.refused("the page token does not work", error)
            return look
        if identifier(page.get("id")) != settings.page_id:
            look.fail(f"the token is of the page {text(page.get('name'))}, not of page_id", "correct one of them")
            return look
        look.ok(f"the token is of the page {text(page.get('name'))}")
        app = App(settings.app_id, self._app_secret, settings.verify_token.get_secret_value(), "page")
        await look_at_token(look, self._graph, app, settings.page_token.get_secret_value(), SCOPES)
        await look_at_app(look, self._graph, app, webhook, FIELDS)
        await look_at_page(look, self._graph, settings.page_id, settings.app_id, FIELDS)
        await look_at_profile(
            look, self._graph, shown_profile(settings.get_started, settings.ice_breakers, settings.menu)
        )
        return look

    def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        """Meta's address for it works for a while and for anybody."""
        del said
        return anywhere(attachment.url)

    async def profile(self, contact: str) -> Mapping[str, Json]:
        if contact.startswith(parsing.USER_REF):
            return {}  # nobody has told us yet who this is
        return profile_of(await self._calls.fields(contact, self._settings.profile_fields))

    def deletion_subject(self, signed_request: str) -> str:
        return meta.signed_subject(self._app_secret, signed_request)

    async def contacts_of(self, subject: str) -> Sequence[str] | None:
        """Under which id the app's user writes to this page; nobody knows without our own app's id."""
        app = self._settings.app_id
        if not app:
            return None
        return await self._calls.page_ids(
            subject, self._settings.page_id, f"{app}|{self._app_secret}", self._app_secret
        )

    async def typing(self, recipient: str) -> None:
        """Lasts about 20 s on Messenger, or until the next message."""
        await self._calls.act(_recipient(recipient), "typing_on")

    async def seen(self, recipient: str, message_id: str) -> None:
        """Marks the whole conversation."""
        del message_id
        await self._calls.act(_recipient(recipient), "mark_seen")


def _recipient(contact: str) -> dict[str, str]:
    if contact.startswith(parsing.USER_REF):
        return {"user_ref": contact.removeprefix(parsing.USER_REF)}
    return {"id": contact}
