"""One account of X: settings, the challenge, signatures, and direct messages.

Docs: X API v2 > Direct Messages; Webhooks; X Activity API. It shows no buttons and no typing.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from yarl import URL

from chatbot.channels.fetching import anywhere, handed_out, nothing
from chatbot.channels.media import NoMedia
from chatbot.channels.payload import mapping, sequence, text
from chatbot.channels.posting import Api, not_made
from chatbot.channels.protocol import Unsettled, read_settings
from chatbot.channels.setup import Look
from chatbot.channels.tokens import Rotation, WithTokens, seeded
from chatbot.channels.x import parsing, signature
from chatbot.channels.x.registering import Registration
from chatbot.channels.x.rendering import XRenderer
from chatbot.channels.x.sending import XApi
from chatbot.channels.x.settings import XSettings
from chatbot.channels.x.uploading import Uploads
from chatbot.errors import PlatformError
from chatbot.types import Attachment, Inbound, Json

if TYPE_CHECKING:
    import aiohttp

MEDIA_HOSTS: Final = ("ton.twitter.com", "ton.x.com", "pbs.twimg.com", "video.twimg.com")
"""Where X gives out what customers send, to requests that the account's user has signed."""

_log = logging.getLogger(__name__)


class X(WithTokens, XRenderer):
    """Satisfies `Platform` and `Rotating`."""

    kind: Final = "x"
    idempotent: Final = False

    def __init__(self, account: str, settings: XSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self.messaging_window = settings.messaging_window
        self.rates = settings.rates
        self._settings = settings
        self._secret = settings.consumer_secret.get_secret_value()
        self._signer = settings.signer
        given = [each.get_secret_value() if each else "" for each in (settings.access_token, settings.refresh_token)]
        client_secret = settings.client_secret.get_secret_value() if settings.client_secret else ""
        api = Api("X", account, session, {}, {})
        self._api = XApi(api, settings.api_url, settings.client_id, client_secret, (self._secret, *given))
        self._tokens = Rotation(account, seeded(*given), self._api.refresh, lambda: int(time.time() * 1000))
        self._uploads = Uploads(self._api, self._tokens, settings.private_media)

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(XSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        return signature.handshake(self._secret, query)

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return signature.signed(self._secret, headers, raw)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        return parsing.parse(raw, self.account, self._settings.user_id)

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """One message; X carries no reference of ours."""
        del reference
        shown = await self._uploaded(recipient, mapping(body))
        sent = await self._tokens.use(lambda token: self._api.send(token, recipient, shown))
        self._uploads.used(recipient, _file_of(mapping(body)))
        return sent

    @property
    def guards_media(self) -> bool:
        """Satisfies `Guarding`: X opens its addresses to signed requests only."""
        return self._signer is not None

    async def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        """At the address that came with the message, or that X tells for a key; signed where it is one of X's own."""
        url = attachment.url or await self._tokens.use(
            lambda token: self._api.media_url(token, said.message_id, attachment.id)
        )
        pieces = anywhere(url)
        if _is_of_x(url, self._settings.api_url):
            if self._signer is None:
                raise nothing("X wants it signed: set consumer_key, oauth1_token and oauth1_token_secret")
            signed = self._signer.header("GET", URL(url), secrets.token_hex(16), int(time.time()))
            pieces = handed_out(self._api.api.session, self._settings.api_url, url, {"Authorization": signed})
        async for piece in pieces:
            yield piece

    async def typing(self, recipient: str) -> None:
        """The current API has none."""
        del recipient

    async def look(self, webhook: str) -> Look:
        """Satisfies `Administered`."""
        bearer = self._settings.bearer_token.get_secret_value() if self._settings.bearer_token else ""
        look = await Registration(self._api, self._tokens, self._settings.user_id, bearer).look(webhook)
        if self._signer is None:
            look.warn("oauth1_token is not set: files that customers send are not fetched", "set it, with its secret")
        return look

    async def _uploaded(self, recipient: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The body with its picture or film uploaded; as a link behind its text where that is not possible."""
        url = _file_of(body)
        if not url:
            return body
        try:
            media_id = await self._uploads.upload(recipient, url)
        except NoMedia as error:
            return self._linked(url, body, error)
        except PlatformError as error:
            if error.retryable or error.reason not in ("content", "permission"):
                raise not_made(error) from None
            return self._linked(url, body, error)
        return {**body, "attachments": [{"media_id": media_id}]}

    def _linked(self, url: str, body: Mapping[str, Any], why: Exception) -> Mapping[str, Any]:
        _log.warning("a file goes out as a link: account=%s: %s", self.account, why)
        return {"text": "\n".join(part for part in (text(body.get("text")), url) if part)}


def _file_of(body: Mapping[str, Any]) -> str:
    """Where the picture or film of a message lies, "" for none."""
    return text(next((mapping(each) for each in sequence(body.get("attachments"))), {}).get("url"))


def _is_of_x(url: str, api_url: str) -> bool:
    """Whether an address is one that X itself hands files out at."""
    try:
        address = URL(url)
        own = address.absolute and address.origin() == URL(api_url).origin()
    except ValueError:
        return False
    return own or (address.scheme == "https" and address.host in MEDIA_HOSTS)
