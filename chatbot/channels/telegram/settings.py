"""`channels.<account>` of a Telegram bot in bot.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SecretStr

from chatbot.channels.protocol import ApiUrl, RatedSettings, Secret, Unsettled

_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def _secret_token(value: SecretStr) -> SecretStr:
    plain = value.get_secret_value()
    if not 1 <= len(plain) <= 256 or not _LETTERS.issuperset(plain):
        raise ValueError("must be 1 to 256 letters, digits, _ or -, as Telegram takes no other")
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    bot_id, colon, rest = value.get_secret_value().partition(":")
    if not (bot_id.isdigit() and colon and rest and _LETTERS.issuperset(rest)):
        raise ValueError("is no bot token: it looks like 123456:ABC-DEF and comes from @BotFather")
    return value


class TelegramSettings(RatedSettings):
    """`channels.<account>` in bot.yaml. `secret_token`: what was given to setWebhook; any word of your own."""

    kind: Literal["telegram"] = "telegram"
    token: Annotated[Secret, AfterValidator(_bot_token)]
    secret_token: Annotated[SecretStr, AfterValidator(_secret_token)]
    api_url: ApiUrl = "https://api.telegram.org"
    commands: Mapping[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")], Annotated[str, Field(max_length=256)]] = (
        Field(default_factory=dict)
    )
    unsettled: Unsettled = "resend"
