"""Calls of TikTok's Business Messaging for one account: a message, a picture for it, tokens for the next day.

Docs: TikTok API for Business > Business Messaging; > Authentication. Errors come with HTTP 200: the `code` decides.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import aiohttp

from chatbot.channels.media import Media
from chatbot.channels.payload import identifier, load, mapping, number, text
from chatbot.channels.posting import Answer, Api, Body, seconds
from chatbot.channels.protocol import ParseError
from chatbot.channels.tokens import Tokens
from chatbot.errors import PlatformError

_LONGEST_MESSAGE: Final = 200
_LIFETIME: Final = 86_400.0
"""Seconds a token is good for where TikTok does not say so."""

CODES: Final[Mapping[int, tuple[str, bool]]] = {
    40100: ("rate", True),
    40016: ("rate", True),
    51065: ("outage", True),
    50000: ("outage", True),
    50002: ("outage", True),
    40105: ("token", False),
    40102: ("token", False),
    40104: ("token", False),
    40001: ("permission", False),
    40002: ("content", False),
    40006: ("content", False),
    40908: ("content", False),
    40007: ("recipient", False),
    40064: ("window", False),  # TikTok's own rules for messages: the window, or too many within it
}
"""What a `code` means, and whether trying again helps."""


@dataclass(frozen=True, slots=True)
class TikTokApi:
    """`client_secret` is the app's; it signs webhooks too. `secrets` never stand in an error."""

    api: Api
    url: str
    business_id: str
    client_id: str
    client_secret: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    async def send(self, token: str, conversation: str, body: Mapping[str, Any]) -> str:
        """The message's id, "" for what is no message. Raises PlatformError."""
        call = {
            "business_id": self.business_id, "recipient_type": "CONVERSATION", "recipient": conversation, **body,
        }  # fmt: skip
        told = await self._post("business/message/send/", call, token)
        return identifier(mapping(told.get("message")).get("message_id"))

    async def upload(self, token: str, media: Media) -> str:
        """The id of a picture that messages may show. Raises PlatformError."""
        form = aiohttp.FormData()
        form.add_field("business_id", self.business_id)
        form.add_field("media_type", "IMAGE")
        name = "image." + media.mime.rpartition("/")[2]
        form.add_field("file", io.BytesIO(media.raw), filename=name, content_type=media.mime)
        told = await self._post("business/message/media/upload/", form, token)
        return identifier(told.get("media_id"))

    async def download(self, token: str, conversation: str, message_id: str, media_id: str, kind: str) -> str:
        """Where a file that came with a message is for a day, for whoever shows the token. Raises PlatformError."""
        call = {
            "business_id": self.business_id, "conversation_id": conversation, "message_id": message_id,
            "media_id": media_id, "media_type": kind,
        }  # fmt: skip
        return text((await self._post("business/message/media/download/", call, token)).get("download_url"))

    async def describe(self, token: str) -> str:
        """Under which name the account goes. Raises PlatformError."""
        asked = {"business_id": self.business_id, "fields": '["username","display_name"]'}
        told = await self._get("business/get/", asked, token)
        return text(told.get("username")) or text(told.get("display_name"))

    async def called(self) -> str:
        """The address TikTok calls for direct messages; "" for none. Raises PlatformError."""
        asked = {"app_id": self.client_id, "secret": self.client_secret, "event_type": "DIRECT_MESSAGE"}
        return text((await self._get("business/webhook/list/", asked)).get("callback_url"))

    async def call_here(self, webhook: str) -> None:
        """Have TikTok call this address for direct messages. Raises PlatformError."""
        call = {
            "app_id": self.client_id, "secret": self.client_secret, "event_type": "DIRECT_MESSAGE",
            "callback_url": webhook,
        }  # fmt: skip
        await self._post("business/webhook/update/", call)

    async def refresh(self, token: str) -> Tokens:
        """What a refresh token is good for, once. Raises PlatformError."""
        call = {
            "client_id": self.client_id, "client_secret": self.client_secret,
            "grant_type": "refresh_token", "refresh_token": token,
        }  # fmt: skip
        asked_at = time.time()
        try:
            answer = await self.api.post(f"{self.url}/tt_user/oauth2/refresh_token/", call)
            told = self._data(answer, token)
        except PlatformError as error:
            if error.retryable:
                raise
            raise PlatformError(
                f"TikTok takes the refresh token no more: authorise the app again and put the new tokens where"
                f" bot.yaml finds them ({error})",
                reason="token",
            ) from None
        access = text(told.get("access_token"))
        if not access:
            raise PlatformError("TikTok gave no token", reason="outage", retryable=True)
        lifetime = number(told.get("expires_in")) or _LIFETIME
        return Tokens(access, text(told.get("refresh_token")), int((asked_at + lifetime) * 1000))

    async def _get(self, path: str, query: Mapping[str, str], token: str = "") -> Mapping[str, Any]:
        api = replace(self.api, query=query)
        answer = await api.request("GET", f"{self.url}/{path}", None, {"Access-Token": token} if token else {})
        return self._data(answer, token)

    async def _post(self, path: str, body: Body, token: str = "") -> Mapping[str, Any]:
        answer = await self.api.post(f"{self.url}/{path}", body, {"Access-Token": token} if token else {})
        return self._data(answer, token)

    def _data(self, answer: Answer, token: str) -> Mapping[str, Any]:
        told = _object(answer)
        code = number(told.get("code"))
        if answer.status != 200 or code != 0:
            raise self._refusal(answer, told, token)
        return mapping(told.get("data"))

    def _refusal(self, answer: Answer, told: Mapping[str, Any], token: str) -> PlatformError:
        code = int(number(told.get("code")) or 0)
        reason, retryable = CODES.get(code) or _by_status(answer.status, code)
        said = text(told.get("message"))
        for secret in filter(None, (*self.secrets, self.client_secret, token)):
            said = said.replace(secret, "***")
        return PlatformError(
            f"TikTok answered {answer.status}, code {code}: {said[:_LONGEST_MESSAGE] or 'no explanation'}",
            reason=reason,
            retryable=retryable,
            # 200 without a code says neither yes nor no.
            uncertain=answer.status == 504 or (answer.status == 200 and "code" not in told),
            retry_after=seconds(answer.headers.get("Retry-After", "")) if retryable else None,
        )


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        return mapping(load(answer.raw))
    except ParseError:
        return {}


def _by_status(status: int, code: int) -> tuple[str, bool]:
    """For a code we do not know: its first digits speak like HTTP."""
    known = {401: ("token", False), 403: ("permission", False), 404: ("recipient", False), 429: ("rate", True)}
    if status in known:
        return known[status]
    if 40_000 <= code < 50_000 or (400 <= status < 500 and status not in {408, 425}):
        return "content", False
    return "outage", True
