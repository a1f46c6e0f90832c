"""A Business Messaging API to test against: one business of TikTok, its window, and tokens that last a day.

Written from TikTok's documents (TikTok API for Business > Business Messaging), not from our channel. Errors come with
HTTP 200, as there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from aiohttp import web

from chatbot.testing.fake_platform import DAY, PICTURE, Event, FakePlatform, Post, Rate, Refusal, Sent
from chatbot.types import Json

WINDOW: Final = 2 * DAY
MOST: Final = 10
"""Messages of the business in one window."""
LIFETIME: Final = DAY
_TEXT: Final = 6000
_IMAGE: Final = 3 * 1024 * 1024


class TikTokError(Refusal):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(200, {"code": code, "message": message, "request_id": "fake", "data": {}}, f"{code} {message}")
        self.code = code


class FakeTikTok(FakePlatform):
    """Customers are known by name here; what the bot answers to is their conversation, `thread(who)`."""

    kind: ClassVar[str] = "tiktok"

    def __init__(
        self,
        *,
        business_id: str = "fake-business-open-id",
        client_id: str = "7300000000000000000",
        client_secret: str = "fake-app-secret",  # noqa: S107 - a fake
        refresh_token: str = "fake-refresh-0",  # noqa: S107 - a fake
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(clock=clock, port=port)
        self.business_id = business_id
        self.client_id = client_id
        self.client_secret = client_secret
        self.refresh_token = refresh_token
        self.access_token = ""
        self.expires_at = 0.0
        self.refreshed = 0
        self.uploads: dict[str, bytes] = {}
        self.files: dict[str, dict[str, str]] = {}  # what customers sent: media id -> how it must be asked for
        self.takes_images = True  # whether the account's region may send pictures
        self.callback_url = ""
        self.rate = Rate(10, 1.0, clock)
        self._in_window: Counter[str] = Counter()
        self._first_refresh = refresh_token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/tt_user/oauth2/refresh_token/", self._token),
            web.post("/business/message/send/", self._messages),
            web.post("/business/message/media/upload/", self._upload),
            web.post("/business/message/media/download/", self._download),
            web.get("/sent/{media}", self._file),
            web.post("/business/webhook/update/", self._webhook),
            web.get("/business/webhook/list/", self._webhooks),
            web.get("/business/get/", self._business),
        ]

    @property
    def settings(self) -> dict[str, str]:
        return {
            "kind": "tiktok",
            "business_id": self.business_id,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self._first_refresh,
            "api_url": self.url,
            "private_media": "true",
        }

    def texts(self, recipient: str) -> list[str]:
        """By the customer's name or by the conversation."""
        return [sent.text for sent in self.sent if sent.recipient in {recipient, self.thread(recipient)}]

    @staticmethod
    def thread(who: str) -> str:
        return f"{who}+conv=="

    # --- what customers do ---

    def customer_wrote(self, who: str, at: float | None = None) -> None:
        super().customer_wrote(self.thread(who), at)
        self._in_window[self.thread(who)] = 0

    def message(self, who: str, text: str, **more: Json) -> Event:
        return self._received(who, type="text", text={"body": text}, **more)

    def press(self, who: str, title: str, payload: str) -> Event:
        return self.message(who, title, reply_source_payload={"reply_source_unique_id": payload})

    def photo(self, who: str) -> Event:
        media_id = f"media-{self.number()}"
        event = self._received(who, type="image", image={"media_id": media_id})
        self.files[media_id] = {
            "business_id": self.business_id, "conversation_id": self.thread(who),
            "message_id": event["content"]["message_id"], "media_id": media_id, "media_type": "IMAGE",
        }  # fmt: skip
        return event

    def arrived_by(self, who: str, ref: str) -> Event:
        link = {"source": "short_link", "short_link": {"ref": ref, "prefilled_message": "Hi"}}
        event = self._received(who, referral=link)
        del event["content"]["message_id"]
        return {**event, "event": "im_referral_msg"}

    def person_wrote(self, who: str, text: str) -> Event:
        """Somebody answers in TikTok's own app."""
        return self._sent(self.thread(who), self._message_id(), "APP", type="text", text={"body": text})

    def read_all(self, who: str) -> Event:
        event = self._received(who, type="", read={"last_read_timestamp": self.now_ms()})
        return {**event, "event": "im_mark_read_msg"}

    def told_of(self, sent: Sent) -> list[Event]:
        return [self._sent(sent.recipient, sent.mid, "API", type="text", text={"body": sent.text})]

    def _received(self, who: str, **content: Json) -> Event:
        self.customer_wrote(who)
        person, shop = {"id": who, "role": "personal_account"}, {"id": self.business_id, "role": "business_account"}
        common = {"message_id": self._message_id(), "unique_identifier": who, "from_user": person, "to_user": shop}
        return self._event("im_receive_msg", self.thread(who), {"from": who, "to": "shop", **common, **content})

    def _sent(self, thread: str, message_id: str, source: str, **content: Json) -> Event:
        shop, person = {"id": self.business_id, "role": "business_account"}, {"id": "u", "role": "personal_account"}
        common = {"message_id": message_id, "from_user": shop, "to_user": person, "message_tag": {"source": source}}
        return self._event("im_send_msg", thread, {**common, **content})

    def _event(self, name: str, thread: str, content: Mapping[str, Json]) -> Event:
        inner = {"conversation_id": thread, "timestamp": self.now_ms(), **content}
        return {"event": name, "content": inner}

    def _message_id(self) -> str:
        return str(7_400_000_000_000_000_000 + self.number())

    # --- delivering ---

    def signed(self, events: Sequence[Event]) -> list[Post]:
        return [self._signed(event) for event in events]

    def _signed(self, event: Event) -> Post:
        now = int(self._clock())
        body = {
            "client_key": self.client_id, "event": event["event"], "create_time": now,
            "user_openid": self.business_id, "content": json.dumps(event["content"]),
        }  # fmt: skip
        raw = json.dumps(body).encode()
        signature = hmac.new(self.client_secret.encode(), f"{now}.".encode() + raw, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "Tiktok-Signature": f"t={now},s={signature}"}, raw

    # --- the API ---

    async def answer_data(self, request: web.Request, take: Callable[[web.Request], Any]) -> web.Response:
        async def wrapped(asked: web.Request) -> Json:
            return {"code": 0, "message": "OK", "request_id": "fake", "data": await take(asked)}

        return await self.answer(request, wrapped)

    async def _token(self, request: web.Request) -> web.Response:
        return await self.answer_data(request, self._exchange)

    async def _exchange(self, request: web.Request) -> Json:
        call = await self._read(request)
        if (call.get("client_id"), call.get("client_secret")) != (self.client_id, self.client_secret):
            raise TikTokError(40110, "client_id or client_secret is wrong")
        if call.get("refresh_token") != self.refresh_token:
            raise TikTokError(40105, "Refresh token is incorrect or has been revoked.")
        self.refreshed += 1
        self.refresh_token = f"fake-refresh-{self.refreshed}"
        self.access_token = f"fake-access-{self.refreshed}"
        self.expires_at = self._clock() + LIFETIME
        return {
            "access_token": self.access_token, "expires_in": LIFETIME, "refresh_token": self.refresh_token,
            "refresh_token_expires_in": 365 * DAY, "open_id": self.business_id, "token_type": "Bearer",
        }  # fmt: skip

    def expire(self) -> None:
        """The access token ends now, whatever was said about it."""
        self.expires_at = 0.0

    async def _messages(self, request: web.Request) -> web.Response:
        return await self.answer_data(request, self._take)

    async def _take(self, request: web.Request) -> Json:
        self._check_token(request)
        call = await self._read(request)
        if wait := self.rate.take():
            raise self.slow_down(wait)
        thread = str(call.get("recipient", ""))
        if call.get("business_id") != self.business_id or call.get("recipient_type") != "CONVERSATION":
            raise TikTokError(40002, "business_id or recipient_type is wrong")
        if thread not in self._last_wrote:
            raise TikTokError(40007, "The conversation does not exist")
        if call.get("message_type") == "SENDER_ACTION":
            return self._act(thread, call)
        self._check_window(thread)
        text, ways = self._content(call)
        self._in_window[thread] += 1
        sent = self.took(Sent(thread, call, self._message_id(), self._clock(), text, ways))
        return {"message": {"message_id": sent.mid}}

    def _check_window(self, thread: str) -> None:
        if self._clock() - self._last_wrote[thread] > WINDOW:
            raise TikTokError(40064, "Blocked by direct message rules: the window is over")
        if self._in_window[thread] >= MOST:
            raise TikTokError(40064, "Blocked by direct message rules: too many messages in this window")

    def _act(self, thread: str, call: Mapping[str, Any]) -> Json:
        match call.get("sender_action"):
            case "TYPING":
                self.typing.append(thread)
            case "MARK_READ":
                self.seen.append(thread)
            case _:
                raise TikTokError(40002, "sender_action is not known")
        return {}

    def _content(self, call: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        match call.get("message_type"):
            case "TEXT":
                text = call.get("text", {}).get("body")
                _check_text(text, _TEXT, "text.body")
                return text, {}
            case "IMAGE":
                if call.get("image", {}).get("media_id") not in self.uploads:
                    raise TikTokError(40002, "image.media_id is not known")
                return "", {}
            case "TEMPLATE":
                return _card(call.get("template", {}))
        raise TikTokError(40002, "message_type is not supported")

    async def _upload(self, request: web.Request) -> web.Response:
        return await self.answer_data(request, self._take_upload)

    async def _take_upload(self, request: web.Request) -> Json:
        self._check_token(request)
        form = await request.post()
        file = form.get("file")
        if form.get("business_id") != self.business_id or not isinstance(file, web.FileField):
            raise TikTokError(40002, "file is missing")
        raw = file.file.read()
        if not self.takes_images or not raw.startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise TikTokError(40908, "The file is of a type that is not supported")
        if len(raw) > _IMAGE:
            raise TikTokError(40002, "The file is larger than 3 MB")
        media_id = f"media-{self.number()}"
        self.uploads[media_id] = raw
        return {"media_id": media_id}

    async def _download(self, request: web.Request) -> web.Response:
        return await self.answer_data(request, self._give_address)

    async def _give_address(self, request: web.Request) -> Json:
        self._check_token(request)
        call = await self._read(request)
        if call != self.files.get(str(call.get("media_id"))):
            raise TikTokError(40007, "The media does not exist in this message")
        return {"download_url": f"{self.url}/sent/{call['media_id']}"}

    async def _file(self, request: web.Request) -> web.Response:
        """For a day, and for whoever has the token."""
        good = request.headers.get("x-user") == self.access_token and self._clock() < self.expires_at
        if not good or request.match_info["media"] not in self.files:
            return web.Response(status=403)
        return web.Response(body=PICTURE, content_type="image/png")

    async def _webhook(self, request: web.Request) -> web.Response:
        return await self.answer_data(request, self._set_webhook)

    async def _set_webhook(self, request: web.Request) -> Json:
        call = await self._read(request)
        if (call.get("app_id"), call.get("secret")) != (self.client_id, self.client_secret):
            raise TikTokError(40001, "secret is wrong")
        self.callback_url = str(call.get("callback_url", ""))
        return {}

    async def _webhooks(self, request: web.Request) -> web.Response:
        return await self.answer_data(request, self._list_webhooks)

    async def _list_webhooks(self, request: web.Request) -> Json:
        return {"event_type": "DIRECT_MESSAGE", "callback_url": self.callback_url} if self.callback_url else {}

    async def _business(self, request: web.Request) -> web.Response:
        return await self.answer_data(request, self._describe)

    async def _describe(self, request: web.Request) -> Json:
        self._check_token(request)
        if request.query.get("business_id") != self.business_id:
            raise TikTokError(40001, "The access token has no permission to operate the business_id.")
        return {"username": "fake", "display_name": "Fake"}

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("Access-Token", "")
        if not given or given != self.access_token or self._clock() >= self.expires_at:
            raise TikTokError(40105, "Access token is incorrect or has been revoked.")

    @staticmethod
    async def _read(request: web.Request) -> dict[str, Any]:
        try:
            call = json.loads(await request.read())
        except ValueError:
            call = None
        if not isinstance(call, dict):
            raise TikTokError(40002, "The body is no JSON object")
        return call

    def slow_down(self, seconds: float) -> Refusal:
        del seconds
        return TikTokError(40100, "Too many requests. Please retry in some time.")

    def broken(self) -> Refusal:
        return TikTokError(51065, "Internal service error")


def _check_text(value: Json, limit: int, name: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise TikTokError(40002, f"{name} must have 1 to {limit} characters")


def _card(template: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    forms = {"QA_BUTTON_CARD": 20, "QA_LINK_CARD": 40}
    if template.get("type") not in forms:
        raise TikTokError(40002, "template.type is not known")
    _check_text(template.get("title"), 40, "template.title")
    buttons = template.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise TikTokError(40002, "template.buttons must be 1 to 3")
    for button in buttons:
        _check_text(button.get("title"), forms[template["type"]], "button.title")
        _check_text(button.get("id"), 40, "button.id")
        if button.get("type") != "REPLY":
            raise TikTokError(40002, "button.type is not known")
    return template["title"], {button["title"]: button["id"] for button in buttons}


if __name__ == "__main__":
    from chatbot.testing.customer_terminal import main

    raise SystemExit(main(FakeTikTok, "tiktok"))
