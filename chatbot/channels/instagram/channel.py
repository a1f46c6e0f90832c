"""One Instagram account, through a linked page or with Instagram Login: other hosts and tokens, the same calls.

Docs: Instagram Platform > Messaging; Messenger Platform > Instagram messaging.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

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
from chatbot.channels.instagram import tokens
from chatbot.channels.instagram.parsing import parse
from chatbot.channels.instagram.rendering import InstagramRenderer
from chatbot.channels.instagram.settings import InstagramSettings
from chatbot.channels.messenger.profiles import profile_of
from chatbot.channels.messenger.sending import SendApi
from chatbot.channels.messenger.threads import MetaThreads, whose
from chatbot.channels.payload import identifier, mapping, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import Unsettled, read_settings
from chatbot.channels.setup import Look
from chatbot.channels.tokens import Rotation, WithTokens, seeded
from chatbot.conversation.ports import THREAD
from chatbot.errors import PlatformError
from chatbot.types import Attachment, Inbound, Json

if TYPE_CHECKING:
    import aiohttp

FIELDS: Final = (
    "messages", "messaging_postbacks", "messaging_seen", "messaging_referral", "message_reactions", "message_edit",
    "messaging_handover", "standby", "comments",
)  # fmt: skip
"""What an account tells us of."""
SCOPES: Final = ("instagram_basic", "instagram_manage_messages", "pages_manage_metadata")
"""What the token of a linked page must be allowed."""

_LINKED: Final = "instagram_business_account"
"""The field of a page that names the account linked to it."""

_HOSTS: Final = {"facebook": "https://graph.facebook.com", "instagram": "https://graph.instagram.com"}


class Instagram(MetaThreads, WithTokens, InstagramRenderer):
    """Satisfies `Platform` and `Rotating`."""

    kind: Final = "instagram"
    idempotent: Final = False

    def __init__(self, account: str, settings: InstagramSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self._settings = self._shared = settings
        self._app_secret = settings.app_secret.get_secret_value()
        token, host = settings.token.get_secret_value(), settings.api_url or _HOSTS[settings.login]
        api = Api("Instagram", account, session, {}, {})
        self._graph = Graph(api, f"{host}/{settings.version}", (token, self._app_secret))
        renewal = tokens.Renewal(api, host, self._graph.secrets)
        # A page's token has no end; that of Instagram Login has.
        held = tokens.first(token) if settings.login == "instagram" else seeded(token, "")
        self._tokens = Rotation(account, held, renewal, lambda: int(time.time() * 1000))

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(InstagramSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        return meta.handshake(self._settings.verify_token.get_secret_value(), query)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return meta.signed(self._app_secret, headers, raw)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        found = parse(raw, self.account, self._settings.account_id)
        return tuple(whose(each, self._settings.app_id) for each in found)

    async def send(self, recipient: str, body: Json, reference: str, *, human_agent: bool = False) -> str:
        """One call. Instagram documents no metadata: an echo is known by its message id."""
        del reference
        fields, to = mapping(body), {"id": recipient}
        if THREAD in fields:
            return await self._tokens.use(lambda token: self._calls(token).thread(to, fields))
        if "sender_action" in fields:
            return await self._tokens.use(lambda token: self._calls(token).react(to, fields))
        message = mapping(fields.get("message"))
        return await self._tokens.use(lambda token: self._calls(token).send(to, message, human_agent=human_agent))

    def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        """Meta's address for it works for a while and for anybody."""
        del said
        return anywhere(attachment.url)

    async def profile(self, contact: str) -> Mapping[str, Json]:
        names = "name,username,profile_pic"
        return profile_of(await self._tokens.use(lambda token: self._calls(token).fields(contact, names)))

    def deletion_subject(self, signed_request: str) -> str:
        return meta.signed_subject(self._app_secret, signed_request)

    async def contacts_of(self, subject: str) -> None:
        """Meta tells of nobody under which id they write here."""

    async def typing(self, recipient: str) -> None:
        await self._act(recipient, "typing_on")

    async def seen(self, recipient: str, message_id: str) -> None:
        """Marks the whole conversation."""
        del message_id
        await self._act(recipient, "mark_seen")

    async def _act(self, recipient: str, action: str) -> None:
        """Softly: a sign that is not shown is nobody's concern."""
        try:
            await self._tokens.use(lambda token: self._calls(token).act({"id": recipient}, action))
        except PlatformError:
            return

    def _calls(self, token: str) -> SendApi:
        graph = self._with(token)
        return SendApi(graph.api, f"{graph.url}/me/messages", graph.secrets, self.capabilities)

    def _with(self, token: str) -> Graph:
        api = replace(self._graph.api, headers={"Authorization": f"Bearer {token}"})
        return replace(self._graph, api=api, secrets=(*self._graph.secrets, token))

    async def look(self, webhook: str) -> Look:
        """Satisfies `Administered`. With a linked page the token is the page's, and the page is what is subscribed."""
        settings, look = self._settings, Look()
        own = settings.login == "instagram"
        try:
            asked = "user_id,username" if own else "id,name"
            told = await self._tokens.use(lambda token: self._with(token).get("me", fields=asked))
            graph = self._with(await self._tokens.get())
        except PlatformError as error:
            look.refused("the token does not work", error)
            return look
        name = text(told.get("username")) or text(told.get("name")) or "this account"
        if await _speaks_for(graph, told, own=own) not in ("", settings.account_id):
            look.fail(f"the token is of {name}, not of account_id", "correct one of them: what else comes is ignored")
            return look
        look.ok(f"the token is of {name}")
        app = App(settings.app_id, self._app_secret, settings.verify_token.get_secret_value(), "instagram")
        if not own:  # of a token of Instagram Login nobody tells
            await look_at_token(look, graph, app, await self._tokens.get(), SCOPES)
        await look_at_app(look, graph, app, webhook, FIELDS)
        # A page is subscribed to its own fields; without `messages` among them nothing of Instagram comes either.
        node, fields = (settings.account_id, FIELDS) if own else ("me", ("messages",))
        await look_at_page(look, graph, node, settings.app_id, fields)
        wanted = shown_profile("", settings.ice_breakers, settings.menu)
        wanted.pop("get_started", None)
        await look_at_profile(look, graph, wanted, platform="instagram")
        return look


async def _speaks_for(graph: Graph, told: Mapping[str, Any], *, own: bool) -> str:
    """The account whose messages the token answers; "" where Meta does not say, as without `instagram_basic`."""
    if own:
        return identifier(told.get("user_id"))
    with suppress(PlatformError):
        return identifier(mapping((await graph.get("me", fields=_LINKED)).get(_LINKED)).get("id"))
    return ""
