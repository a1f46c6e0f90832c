"""One WhatsApp number of the Cloud API: settings, signatures and sending.

Docs: WhatsApp Business Platform > Cloud API.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote

from yarl import URL

from chatbot.channels import meta
from chatbot.channels.fetching import nothing, stream
from chatbot.channels.graph import App, Graph, look_at_app, look_at_token
from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.payload import load, mapping, sequence, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import ParseError, Unsettled, read_settings
from chatbot.channels.setup import Look, Step
from chatbot.channels.whatsapp.parsing import parse
from chatbot.channels.whatsapp.refusals import CODES
from chatbot.channels.whatsapp.rendering import WhatsAppRenderer
from chatbot.channels.whatsapp.settings import WhatsAppSettings
from chatbot.channels.whatsapp.templates import look_at_templates
from chatbot.content.bot_file import TemplateText
from chatbot.errors import PlatformError
from chatbot.types import Attachment, Inbound, Json

if TYPE_CHECKING:
    import aiohttp

_REFERENCE_LIMIT: Final = 512
_REMEMBERED: Final = 10_000
"""Customers whose last message is known, so that typing can be shown to them."""
MEDIA_HOSTS: Final = (".fbsbx.com", ".fbcdn.net", ".whatsapp.net", ".facebook.com")
"""Where Meta gives out what customers send."""
FIELDS: Final = ("messages", "smb_message_echoes", "user_preferences", "standby")
"""What a number tells us of."""
SCOPES: Final = ("whatsapp_business_messaging", "whatsapp_business_management")
"""What the token must be allowed: to write, and to look after the account."""


class WhatsApp(WhatsAppRenderer):
    """Satisfies `Platform`."""

    kind: Final = "whatsapp"
    idempotent: Final = False

    def __init__(self, account: str, settings: WhatsAppSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self.mark_seen = settings.mark_seen
        self.carousel = settings.carousel
        self._read: dict[str, str] = {}
        self._templates: Mapping[str, TemplateText] = {}
        self._default = ""
        self.messaging_window = settings.messaging_window
        self.rates = settings.rates
        self._settings = settings
        self._app_secret = settings.app_secret.get_secret_value()
        self._token = settings.token.get_secret_value()
        url = f"{settings.api_url}/{settings.version}"
        self._url = f"{url}/{settings.phone_number_id}/messages"
        self._api = Api("WhatsApp", account, session, {}, {"Authorization": f"Bearer {self._token}"})
        self._graph = Graph(self._api, url, (self._token, self._app_secret))

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(WhatsAppSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        return meta.handshake(self._settings.verify_token.get_secret_value(), query)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return meta.signed(self._app_secret, headers, raw)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        return parse(raw, self.account, self._settings.phone_number_id)

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """One call. `reference` comes back with each status of the message."""
        call = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_addressed(recipient),
            **mapping(body),
            "biz_opaque_callback_data": reference[:_REFERENCE_LIMIT],
        }
        answer = await self._api.post(self._url, call)
        if answer.status != 200:
            raise refusal(answer.status, answer.headers, answer.raw, (self._token, self._app_secret), CODES)
        try:
            sent = sequence(mapping(load(answer.raw)).get("messages"))
        except ParseError:
            return ""  # 200: the message is out, only its id is unknown
        return text(mapping(sent[0]).get("id")) if sent else ""

    async def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        """By its handle, which gives an address for some minutes; there the token is wanted, and shown only to Meta."""
        del said
        settings = self._settings
        found = await self._api.request("GET", f"{settings.api_url}/{settings.version}/{quote(attachment.id, safe='')}")
        if found.status != 200:
            raise refusal(found.status, found.headers, found.raw, (self._token, self._app_secret), CODES)
        try:
            address = URL(text(mapping(load(found.raw)).get("url")))
        except (ParseError, ValueError):
            raise nothing("no address") from None
        own = address.origin() == URL(settings.api_url).origin() if address.absolute else False
        if not own and not (address.scheme == "https" and str(address.host).endswith(MEDIA_HOSTS)):
            raise nothing("its address is not Meta's")
        async for piece in stream(self._api.session, str(address), self._api.headers):
            yield piece

    def deletion_subject(self, signed_request: str) -> str:
        return meta.signed_subject(self._app_secret, signed_request)

    async def contacts_of(self, subject: str) -> None:
        """Meta tells of nobody under which id they write here."""

    def expect_templates(self, templates: Mapping[str, TemplateText], default: str) -> None:
        self._templates, self._default = templates, default

    async def look(self, webhook: str) -> Look:
        """Satisfies `Administered`."""
        settings, look = self._settings, Look()
        try:
            asked = "display_phone_number,verified_name,quality_rating"
            number = await self._graph.get(settings.phone_number_id, fields=asked)
        except PlatformError as error:
            look.refused("the token does not work for phone_number_id", error)
            return look
        look.ok(f"{text(number.get('display_phone_number'))}, {text(number.get('verified_name'))}")
        if text(number.get("quality_rating")) == "RED":
            look.warn("Meta rates the quality of this number low", "send less that customers block or report")
        product: Final = "whatsapp_business_account"
        app = App(settings.app_id, self._app_secret, settings.verify_token.get_secret_value(), product)
        await look_at_token(look, self._graph, app, self._token, SCOPES)
        await look_at_app(look, self._graph, app, webhook, FIELDS)
        await self._look_at_account(look)
        if self._templates and settings.business_account_id:
            await look_at_templates(look, self._graph, settings.business_account_id, self._templates, self._default)
        return look

    async def _look_at_account(self, look: Look) -> None:
        """Whether the business account passes its events on to the app."""
        account = self._settings.business_account_id
        if not account:
            look.warn("business_account_id is not set: nobody can see here whether the app gets its events", "set it")
            return
        with look.asking("the apps of the business account"):
            if sequence((await self._graph.get(f"{account}/subscribed_apps")).get("data")):
                look.ok("the business account passes its events on")
                return
            does = Step("subscribe the app to it", lambda: self._graph.post(f"{account}/subscribed_apps", {}))
            look.missing("the business account passes nothing on", does)

    async def typing(self, recipient: str) -> None:
        """Lasts 25 s, or until the next message; shown only together with a message that was marked read."""
        message_id = self._read.get(recipient)
        if message_id is not None:
            await self._mark(message_id, typing_indicator={"type": "text"})

    async def seen(self, recipient: str, message_id: str) -> None:
        """Marks earlier ones, too."""
        self._read.pop(recipient, None)
        self._read[recipient] = message_id
        while len(self._read) > _REMEMBERED:
            del self._read[next(iter(self._read))]
        await self._mark(message_id)

    async def _mark(self, message_id: str, **more: Json) -> None:
        """A failure is nobody's concern."""
        call = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id, **more}
        with suppress(PlatformError):
            await self._api.post(self._url, call)


def _addressed(contact: str) -> dict[str, str]:
    """A phone number, or the business-scoped id of a customer whose number is not shared."""
    return {"to": contact} if contact.isdigit() else {"recipient": contact}
