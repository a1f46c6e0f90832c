"""One business account of TikTok: settings, signatures, messages and signs of typing.

Docs: TikTok API for Business > Business Messaging. A contact is the conversation's id: nothing else can be answered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self

from chatbot.channels.fetching import anywhere, handed_out, nothing
from chatbot.channels.media import NoMedia, fetch_media
from chatbot.channels.payload import mapping, text
from chatbot.channels.posting import Api, not_made
from chatbot.channels.protocol import Unsettled, read_settings
from chatbot.channels.setup import Look, Step
from chatbot.channels.tiktok import parsing, signature
from chatbot.channels.tiktok.rendering import TikTokRenderer
from chatbot.channels.tiktok.sending import TikTokApi
from chatbot.channels.tiktok.settings import TikTokSettings
from chatbot.channels.tokens import Rotation, WithTokens, seeded
from chatbot.errors import PlatformError
from chatbot.types import Attachment, Inbound, Json

if TYPE_CHECKING:
    import aiohttp

LARGEST_IMAGE: Final = 3 * 1024 * 1024
LARGEST: Final = {"image/jpeg": LARGEST_IMAGE, "image/png": LARGEST_IMAGE}

_log = logging.getLogger(__name__)


class TikTok(WithTokens, TikTokRenderer):
    """Satisfies `Platform` and `Rotating`."""

    kind: Final = "tiktok"
    idempotent: Final = False

    def __init__(self, account: str, settings: TikTokSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self.mark_seen = settings.mark_seen
        self.messaging_window = settings.messaging_window
        self.rates = settings.rates
        self._settings = settings
        self._secret = settings.client_secret.get_secret_value()
        given = [each.get_secret_value() if each else "" for each in (settings.access_token, settings.refresh_token)]
        api = Api("TikTok", account, session, {}, {})
        self._api = TikTokApi(
            api, settings.api_url, settings.business_id, settings.client_id, self._secret, tuple(given)
        )
        self._tokens = Rotation(account, seeded(*given), self._api.refresh, lambda: int(time.time() * 1000))

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(TikTokSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """TikTok asks nothing: the address is given to it by a call of ours."""
        del query
        return None

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return signature.signed(self._secret, headers, raw, time.time(), self._settings.tolerance)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        return parsing.parse(raw, self.account, self._settings.business_id)

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """One message; TikTok carries no reference of ours."""
        del reference
        shown = await self._uploaded(mapping(body))
        return await self._tokens.use(lambda token: self._api.send(token, recipient, shown))

    async def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        """A picture or a video by its handle, whose address wants the token; a sticker at its own, open to anybody."""
        if attachment.url:
            pieces = anywhere(attachment.url)
        else:
            url, token = await self._tokens.use(lambda token: self._address(token, attachment, said))
            pieces = handed_out(self._api.api.session, self._api.url, url, {"x-user": token})
        async for piece in pieces:
            yield piece

    async def _address(self, token: str, attachment: Attachment, said: Inbound) -> tuple[str, str]:
        """Where the file is, and the token that opens it."""
        kind = "VIDEO" if attachment.kind == "video" else "IMAGE"
        url = await self._api.download(token, said.key.contact, said.message_id, attachment.id, kind)
        if not url:
            raise nothing("TikTok gave no address")
        return url, token

    async def typing(self, recipient: str) -> None:
        """Lasts 5 s, or until the next message."""
        await self._act(recipient, "TYPING")

    async def seen(self, recipient: str, message_id: str) -> None:
        """Marks the whole conversation."""
        del message_id
        await self._act(recipient, "MARK_READ")

    async def _act(self, recipient: str, action: str) -> None:
        """A failure is nobody's concern."""
        call = {"message_type": "SENDER_ACTION", "sender_action": action}
        with suppress(PlatformError):
            await self._tokens.use(lambda token: self._api.send(token, recipient, call))

    async def look(self, webhook: str) -> Look:
        """Satisfies `Administered`."""
        look = Look()
        try:
            look.ok(f"the token is of {await self._tokens.use(self._api.describe)}")
        except PlatformError as error:
            look.refused("the tokens do not work for business_id", error)
            return look
        with look.asking("the webhook"):
            called = await self._api.called()
            if not webhook:
                look.warn(f"TikTok calls {called or 'nobody'}", "set public_url in bot.yaml, then it can call here")
            elif called == webhook:
                look.ok(f"TikTok calls {webhook}")
            else:
                does = Step(f"have TikTok call {webhook}", lambda: self._api.call_here(webhook))
                look.missing(f"TikTok calls {called or 'nobody'}", does)
        return look

    async def _uploaded(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The body with its picture uploaded; as a link where that is not possible."""
        url = text(mapping(body.get("image")).get("url"))
        if not url:
            return body
        try:
            media = await fetch_media(url, LARGEST, private=self._settings.private_media)
        except NoMedia as error:
            return self._linked(url, error)
        try:
            media_id = await self._tokens.use(lambda token: self._api.upload(token, media))
        except PlatformError as error:
            if error.reason not in ("content", "permission"):
                raise not_made(error) from None
            return self._linked(url, error)
        return {**body, "image": {"media_id": media_id}}

    def _linked(self, url: str, why: Exception) -> Mapping[str, Any]:
        _log.warning("a picture goes out as a link: account=%s: %s", self.account, why)
        return {"message_type": "TEXT", "text": {"body": url}}
