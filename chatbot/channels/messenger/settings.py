"""`channels.<account>` of a Facebook page in bot.yaml, and what it shares with Instagram."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chatbot.channels.protocol import ApiUrl, RatedSettings, Secret, Unsettled


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IceBreaker(_Shown):
    """A question offered to whoever has not written yet; a press brings `payload`."""

    question: Annotated[str, Field(min_length=1, max_length=80)]
    payload: Annotated[str, Field(min_length=1, max_length=1000)]


class MenuItem(_Shown):
    """A line of the menu that is always there: a press brings `payload`, or opens `url`."""

    title: Annotated[str, Field(min_length=1, max_length=30)]
    payload: Annotated[str, Field(max_length=1000)] = ""
    url: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> MenuItem:
        if bool(self.payload) == bool(self.url):
            raise ValueError("must have a payload or a url")
        return self

    def call(self) -> dict[str, str]:
        if self.url:
            return {"type": "web_url", "title": self.title, "url": self.url}
        return {"type": "postback", "title": self.title, "payload": self.payload}


class MetaSettings(RatedSettings):
    """`app_id` is our own app, `inbox_app_id` the one in which the team answers, if that is not here.

    `human_agent`: Meta has granted the app the human agent permission. `mark_seen`: customers see what was read.
    """

    app_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    inbox_app_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    human_agent: bool = False
    mark_seen: bool = True


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
    get_started: str = ""
    ice_breakers: Annotated[tuple[IceBreaker, ...], Field(max_length=4)] = ()
    menu: Annotated[tuple[MenuItem, ...], Field(max_length=20)] = ()
    profile_fields: Annotated[str, Field(pattern=r"^[a-z_,]+$")] = "first_name,last_name,profile_pic"
    unsettled: Unsettled = "resend"
