"""Calls of the X API for one account: a direct message, a picture or film for it, tokens for the next hours.

Docs: X API v2 > Direct Messages > Manage; Media > Upload; OAuth 2.0 > Authorization code flow with PKCE.
"""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlencode

import aiohttp

from chatbot.channels.payload import identifier, load, mapping, number, sequence, text
from chatbot.channels.posting import Answer, Api, Body
from chatbot.channels.protocol import ParseError
from chatbot.channels.tokens import Tokens
from chatbot.errors import PlatformError
from chatbot.types import Json

_LONGEST_MESSAGE: Final = 200
_LIFETIME: Final = 7200.0
"""Seconds a token is good for where X does not say so."""

_BLOCKED: Final = ("dm one or more participants", "send messages to this user", "message this user", "conversation")
"""Words of a 403 that speaks of the customer: direct messages closed to us, or we are blocked."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What X makes of an upload: pending, in_progress, succeeded or failed, "" if there was nothing to convert.

    `look_again` is after how many seconds it wants to be asked again.
    """

    state: str = ""
    look_again: float = 1.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class XApi:
    """`client_secret` is "" for a public client; `secrets` never stand in an error."""

    api: Api
    url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    async def send(self, token: str, recipient: str, body: Json) -> str:
        """The id of the message's event. Raises PlatformError."""
        url = f"{self.url}/2/dm_conversations/with/{quote(recipient, safe='')}/messages"
        return identifier(mapping((await self._post(token, url, body)).get("data")).get("dm_event_id"))

    async def upload(self, token: str, raw: bytes, category: str) -> str:
        """The id of a picture that one message may show. Raises PlatformError."""
        body = {"media": base64.b64encode(raw).decode("ascii"), "media_category": category}
        told = await self._post(token, f"{self.url}/2/media/upload", body)
        return identifier(mapping(told.get("data")).get("id"))

    async def initialize(self, token: str, mime: str, size: int, category: str) -> str:
        """The id under which so many bytes may be uploaded in pieces. Raises PlatformError."""
        call = {"media_type": mime, "total_bytes": size, "media_category": category}
        told = await self._post(token, f"{self.url}/2/media/upload/initialize", call)
        return identifier(mapping(told.get("data")).get("id"))

    async def append(self, token: str, media_id: str, number: int, piece: bytes) -> None:
        """One piece, counted from 0. Raises PlatformError."""
        form = aiohttp.FormData()
        form.add_field("segment_index", str(number))
        form.add_field("media", io.BytesIO(piece), filename="piece", content_type="application/octet-stream")
        await self._post(token, f"{self.url}/2/media/upload/{quote(media_id, safe='')}/append", form)

    async def finalize(self, token: str, media_id: str) -> Conversion:
        """All pieces are there. Raises PlatformError."""
        return _conversion(
            await self._post(token, f"{self.url}/2/media/upload/{quote(media_id, safe='')}/finalize", {})
        )

    async def look(self, token: str, media_id: str) -> Conversion:
        """How far X is with it. Raises PlatformError."""
        path = f"/2/media/upload?command=STATUS&media_id={quote(media_id, safe='')}"
        return _conversion(await self.ask("GET", token, path))

    async def media_url(self, token: str, event: str, key: str) -> str:
        """Where the file is that a message names by its key; "" where X does not tell. Raises PlatformError."""
        asked = "expansions=attachments.media_keys&media.fields=media_key,type,url,preview_image_url,variants"
        told = await self.ask("GET", token, f"/2/dm_events/{quote(event, safe='')}?{asked}")
        media = [mapping(each) for each in sequence(mapping(told.get("includes")).get("media"))]
        found: Mapping[str, Any] = next((each for each in media if text(each.get("media_key")) == key), {})
        films = [mapping(each) for each in sequence(found.get("variants")) if text(mapping(each).get("url"))]
        best = max(films, key=lambda film: number(film.get("bit_rate")) or 0, default={})
        return text(best.get("url")) or text(found.get("url")) or text(found.get("preview_image_url"))

    async def refresh(self, token: str) -> Tokens:
        """What a refresh token is good for, once. Raises PlatformError."""
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.client_secret:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
        asked_at = time.time()
        answer = await self.api.post(f"{self.url}/2/oauth2/token", urlencode(form).encode("ascii"), headers)
        told = _object(answer)
        access = text(told.get("access_token"))
        if 400 <= answer.status < 500 and answer.status != 429:
            raise PlatformError(
                f"X takes the refresh token no more ({answer.status}): authorise the app again and put the new tokens"
                " where bot.yaml finds them",
                reason="token",
            )
        if answer.status != 200 or not access:
            raise self.refusal(answer, token)
        lifetime = number(told.get("expires_in")) or _LIFETIME
        return Tokens(access, text(told.get("refresh_token")), int((asked_at + lifetime) * 1000))

    async def ask(self, method: str, token: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Any other call. Raises PlatformError."""
        return self._read(
            await self.api.request(method, f"{self.url}{path}", body, {"Authorization": f"Bearer {token}"}), token
        )

    async def _post(self, token: str, url: str, body: Body) -> Mapping[str, Any]:
        return self._read(await self.api.post(url, body, {"Authorization": f"Bearer {token}"}), token)

    def _read(self, answer: Answer, token: str) -> Mapping[str, Any]:
        if not 200 <= answer.status < 300:
            raise self.refusal(answer, token)
        return _object(answer)

    def refusal(self, answer: Answer, token: str = "") -> PlatformError:
        """The error for an answer that is no success."""
        told = _object(answer)
        said = _said(told)
        reason, retryable = _meaning(answer.status, said.lower(), text(told.get("type")))
        for secret in filter(None, (*self.secrets, self.client_secret, token)):
            said = said.replace(secret, "***")
        if answer.status == 402:
            said = "the credits of the app are used up: buy more in X's developer console"
        return PlatformError(
            f"X answered {answer.status}: {said[:_LONGEST_MESSAGE] or 'no explanation'}",
            reason=reason,
            retryable=retryable,
            uncertain=answer.status == 504,
            retry_after=_pause(answer.headers) if reason == "rate" else None,
        )


def _conversion(told: Mapping[str, Any]) -> Conversion:
    at = mapping(mapping(told.get("data")).get("processing_info"))
    error = mapping(at.get("error"))
    why = text(error.get("message")) or text(error.get("name"))
    return Conversion(text(at.get("state")), number(at.get("check_after_secs")) or 1.0, why[:_LONGEST_MESSAGE])


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        return mapping(load(answer.raw))
    except ParseError:
        return {}


def _said(told: Mapping[str, Any]) -> str:
    first = next((mapping(each) for each in sequence(told.get("errors"))), {})
    return (
        text(told.get("detail")) or text(first.get("message")) or text(first.get("detail")) or text(told.get("title"))
    )


def _meaning(status: int, said: str, kind: str) -> tuple[str, bool]:
    """The reason of a refusal and whether trying again helps. Docs: X API > Response codes and errors."""
    match status:
        case 429:
            return "rate", True
        case 401:
            return "token", False
        case 402:
            return "permission", False  # the account has no credits left
        case 403 if any(words in said for words in _BLOCKED) and "client-forbidden" not in kind:
            return "blocked", False
        case 403:
            return "permission", False
        case 404:
            return "recipient", False
        case _ if 400 <= status < 500 and status not in {408, 425}:
            return "content", False
    return "outage", True


def _pause(headers: Mapping[str, str]) -> float | None:
    """Seconds until the spent limit is full again; a day's limit outlasts that of a quarter of an hour."""
    ends = [
        float(headers[reset])
        for left, reset in _LIMITS
        if headers.get(left, "0") == "0" and headers.get(reset, "").isdigit() and len(headers[reset]) <= 12
    ]
    return max(max(ends) - time.time(), 0.0) if ends else None


_LIMITS: Final = (
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"),
    ("x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"),
)
