"""`channels.<account>` behind a partner in bot.yaml."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from chatbot.channels.bridge import signature
from chatbot.channels.bridge.mapping import BridgeMap
from chatbot.channels.protocol import ApiUrl, ChannelSettings, Secret, Unsettled

LEAST_KEY: Final = 16
"""Bytes of a signing secret; shorter ones can be guessed. Standard Webhooks makes them of 24."""


def _signing_secret(value: SecretStr) -> SecretStr:
    if len(signature.key_of(value.get_secret_value())) < LEAST_KEY:
        raise ValueError(f"is too short: it must stand for at least {LEAST_KEY} random bytes")
    return value


SigningSecret = Annotated[Secret, AfterValidator(_signing_secret)]


class Challenge(BaseModel):
    """How a partner asks whether an address is ours: what it sends as `parameter` is the answer.

    With a `token`, `token_parameter` has to bring it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    parameter: Annotated[str, Field(min_length=1)] = "challenge"
    token_parameter: Annotated[str, Field(min_length=1)] = "verify_token"  # noqa: S105 - the name of one
    token: Secret | None = None


class BridgeSettings(ChannelSettings):
    """`channels.<account>` in bot.yaml. `old_secret` is still good for what comes in while a secret is changed.

    `map` reads a partner's own JSON, `challenge` answers when it asks whether the address is ours.
    """

    kind: Literal["bridge"] = "bridge"
    api_url: ApiUrl
    secret: SigningSecret
    old_secret: SigningSecret | None = None
    account_id: str = ""
    tolerance: Annotated[float, Field(gt=0, le=86_400)] = signature.TOLERANCE
    linkedin_secret: Secret | None = None
    challenge: Challenge | None = None
    map: BridgeMap | None = None
    unsettled: Unsettled = "resend"
