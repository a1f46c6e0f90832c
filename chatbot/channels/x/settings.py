"""`channels.<account>` of an account of X in bot.yaml."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chatbot.channels.protocol import ApiUrl, ChannelSettings, Secret, Unsettled
from chatbot.channels.x.oauth import Signer
from chatbot.policy.pacing import X_QUARTER_HOUR, Rates, per_quarter_hour


class XSettings(ChannelSettings):
    """`channels.<account>` in bot.yaml. `consumer_secret` signs the webhooks; the tokens belong to the bot's user.

    With a `refresh_token` new tokens are fetched and kept as the bot runs; an `access_token` alone ends after hours.
    The `consumer_key` and the `oauth1_` tokens sign requests for the files that customers send: other ones X refuses.
    `messages_per_quarter_hour`: how fast the account may send, of which X's own pages say several things.
    """

    kind: Literal["x"] = "x"
    user_id: Annotated[str, Field(pattern=r"^\d+$")]
    consumer_secret: Secret
    client_id: str = ""
    client_secret: Secret | None = None
    access_token: Secret | None = None
    refresh_token: Secret | None = None
    bearer_token: Secret | None = None
    consumer_key: str = ""
    oauth1_token: Secret | None = None
    oauth1_token_secret: Secret | None = None
    api_url: ApiUrl = "https://api.x.com"
    private_media: bool = False
    unsettled: Unsettled = "resend"
    messages_per_quarter_hour: Annotated[int, Field(ge=1, le=10_000)] = X_QUARTER_HOUR

    @model_validator(mode="after")
    def _some_token(self) -> Self:
        if self.access_token is None and self.refresh_token is None:
            raise ValueError("is missing a token: give it a refresh_token, or an access_token for a trial")
        if self.refresh_token is not None and not self.client_id:
            raise ValueError("is missing the client_id, without which a refresh_token is worth nothing")
        signs = (self.consumer_key, self.oauth1_token, self.oauth1_token_secret)
        if any(signs) and not all(signs):
            raise ValueError("must have all of consumer_key, oauth1_token and oauth1_token_secret, or none of them")
        return self

    @property
    def rates(self) -> Rates:
        return Rates(per_quarter_hour(self.messages_per_quarter_hour))

    @property
    def signer(self) -> Signer | None:
        if self.oauth1_token is None or self.oauth1_token_secret is None:
            return None
        token, secret = self.oauth1_token.get_secret_value(), self.oauth1_token_secret.get_secret_value()
        return Signer(self.consumer_key, self.consumer_secret.get_secret_value(), token, secret)
