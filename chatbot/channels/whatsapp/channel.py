"""One WhatsApp number of the Cloud API: settings, signatures and sending.

Docs: WhatsApp Business Platform > Cloud API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import Field

from chatbot.channels import meta
from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.payload import load, mapping, sequence, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import ApiUrl, ParseError, RatedSettings, Secret, Unsettled, read_settings
from chatbot.channels.whatsapp.parsing import parse
from chatbot.channels.whatsapp.refusals import CODES
from chatbot.channels.whatsapp.rendering import WhatsAppRenderer
from chatbot.types import Inbound, Json

if TYPE_CHECKING:
    import aiohttp

_REFERENCE_LIMIT: Final = 512


class WhatsAppSettings(RatedSettings):
    """`channels.<account>` in bot.yaml. `unsettled`: what becomes of a send no status has confirmed in time."""

    kind: Literal["whatsapp"] = "whatsapp"
    phone_number_id: Annotated[str, Field(pattern=r"^\d+$")]
    token: Secret
    app_secret: Secret
    verify_token: Secret
    api_url: ApiUrl = "https://graph.facebook.com"
    version: Annotated[str, Field(pattern=r"^v\d+\.\d+$")] = "v25.0"
    unsettled: Unsettled = "hold"


class WhatsApp(WhatsAppRenderer):
    """Satisfies `Platform`."""

    kind: Final = "whatsapp"
    idempotent: Final = False

    def __init__(self, account: str, settings: WhatsAppSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self.messages_per_second = settings.messages_per_second
        self._settings = settings
        self._app_secret = settings.app_secret.get_secret_value()
        self._token = settings.token.get_secret_value()
        self._url = f"{settings.api_url}/{settings.version}/{settings.phone_number_id}/messages"
        self._api = Api("WhatsApp", account, session, {}, {"Authorization": f"Bearer {self._token}"})

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

    async def typing(self, recipient: str) -> None:
        """WhatsApp shows typing only together with marking one message read, which is not known here."""
        del recipient


def _addressed(contact: str) -> dict[str, str]:
    """A phone number, or the business-scoped id of a customer whose number is not shared."""
    return {"to": contact} if contact.isdigit() else {"recipient": contact}
