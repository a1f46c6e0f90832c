"""`channels.<account>` of a WhatsApp number in bot.yaml."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from chatbot.channels.protocol import ApiUrl, RatedSettings, Secret, Unsettled
from chatbot.content.scalars import Duration
from chatbot.policy.pacing import WHATSAPP_CONTACT, Rates
from chatbot.policy.sending import WINDOWS
from chatbot.types import Window


class WhatsAppSettings(RatedSettings):
    """`channels.<account>` in bot.yaml. `unsettled`: what becomes of a send no status has confirmed in time.

    `carousel`: cards that are alike are sent side by side, in a form that is new at Meta. `ad_window`: so long free
    text is taken after a customer came by an ad. `contact_burst`: so many messages to one customer are taken at once.
    """

    kind: Literal["whatsapp"] = "whatsapp"
    phone_number_id: Annotated[str, Field(pattern=r"^\d+$")]
    token: Secret
    app_secret: Secret
    verify_token: Secret
    api_url: ApiUrl = "https://graph.facebook.com"
    version: Annotated[str, Field(pattern=r"^v\d+\.\d+$")] = "v25.0"
    business_account_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    app_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    mark_seen: bool = True
    carousel: bool = False
    unsettled: Unsettled = "hold"
    ad_window: Duration = WINDOWS["whatsapp"].ad
    contact_burst: Annotated[int, Field(ge=1, le=10_000)] = WHATSAPP_CONTACT.burst

    @property
    def messaging_window(self) -> Window:
        return replace(WINDOWS["whatsapp"], ad=self.ad_window)

    @property
    def rates(self) -> Rates:
        return replace(super().rates, contact=replace(WHATSAPP_CONTACT, burst=self.contact_burst))
