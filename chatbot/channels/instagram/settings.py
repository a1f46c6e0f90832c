"""`channels.<account>` of an Instagram account in bot.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chatbot.channels.messenger.settings import IceBreaker, MenuItem, MetaSettings
from chatbot.channels.protocol import ApiUrl, Secret, Unsettled


class InstagramSettings(MetaSettings):
    """`channels.<account>` in bot.yaml. `login`: whose token and app secret these are."""

    kind: Literal["instagram"] = "instagram"
    account_id: Annotated[str, Field(min_length=1)]
    token: Secret
    app_secret: Secret
    verify_token: Secret
    login: Literal["facebook", "instagram"] = "facebook"
    api_url: ApiUrl | None = None
    version: Annotated[str, Field(pattern=r"^v\d+\.\d+$")] = "v25.0"
    ice_breakers: Annotated[tuple[IceBreaker, ...], Field(max_length=4)] = ()
    menu: Annotated[tuple[MenuItem, ...], Field(max_length=20)] = ()
    unsettled: Unsettled = "resend"
