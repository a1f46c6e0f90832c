"""`channels.<account>` of a business account of TikTok in bot.yaml."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chatbot.channels.protocol import ApiUrl, RatedSettings, Secret, Unsettled
from chatbot.channels.tiktok import signature
from chatbot.content.scalars import Duration
from chatbot.policy.sending import WINDOWS
from chatbot.types import Window


class TikTokSettings(RatedSettings):
    """`channels.<account>` in bot.yaml. `client_id` and `client_secret` are the app's, which signs its webhooks.

    With a `refresh_token` new tokens are fetched and kept as the bot runs; an `access_token` alone ends after a day.
    `window` and `messages_per_window`: what TikTok takes after each message of a customer's, as its partners say.
    """

    kind: Literal["tiktok"] = "tiktok"
    business_id: Annotated[str, Field(min_length=1)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Secret
    access_token: Secret | None = None
    refresh_token: Secret | None = None
    tolerance: Annotated[float, Field(gt=0, le=86_400)] = signature.TOLERANCE
    api_url: ApiUrl = "https://business-api.tiktok.com/open_api/v1.3"
    private_media: bool = False
    mark_seen: bool = True
    unsettled: Unsettled = "resend"
    window: Duration = WINDOWS["tiktok"].free
    messages_per_window: Annotated[int, Field(ge=1, le=10_000)] = WINDOWS["tiktok"].most

    @model_validator(mode="after")
    def _some_token(self) -> Self:
        if self.access_token is None and self.refresh_token is None:
            raise ValueError("is missing a token: give it a refresh_token, or an access_token for a trial")
        return self

    @property
    def messaging_window(self) -> Window:
        return replace(WINDOWS["tiktok"], free=self.window, most=self.messages_per_window)
