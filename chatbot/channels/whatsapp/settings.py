"""`channels.<account>` of a WhatsApp number in bot.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chatbot.channels.protocol import ApiUrl, RatedSettings, Secret, Unsettled


class WhatsAppSettings(RatedSettings):
    """`channels.<account>` in bot.yaml. `unsettled`: what becomes of a send no status has confirmed in time.

    `carousel`: cards that are alike are sent side by side, in a form that is new at Meta.
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
