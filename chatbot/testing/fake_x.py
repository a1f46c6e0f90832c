"""An X API to test against: one account with tokens that run out, refresh tokens good once, and narrow limits.

Written from X's documents (X API v2 > Direct Messages, OAuth 2.0, X Activity API), not from our channel.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, parse_qsl, quote, unquote

from aiohttp import web

from chatbot.testing.fake_platform import DAY, PICTURE, Event, FakePlatform, Post, Rate, Refusal, Sent
from chatbot.testing.x_uploads import XUploads
from chatbot.types import Json

_TEXT: Final = 10_000
LIFETIME: Final = 7200
PHOTO_KEY: Final = "3_1880000000000000001"
_UNQUOTED: Final = re.compile(r'(\w+)="([^"]*)"')


class XError(Refusal):
    """A problem as X tells it."""

    def __init__(self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        body = {"title": title, "detail": detail, "type": "about:blank", "status": status}
        super().__init__(status, body, f"{status} {detail}", headers)


class FakeX(FakePlatform):
    """`envelope` is how webhooks come: by the X Activity API (xaa), or the older account activity (aaa)."""

    kind: ClassVar[str] = "x"

    def __init__(
        self,
        *,
        user_id: str = "4337869213",
        client_id: str = "fake-client",
        consumer_secret: str = "fake-consumer-secret",  # noqa: S107 - a fake
        refresh_token: str = "fake-refresh-0",  # noqa: S107 - a fake
        envelope: str = "xaa",
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(clock=clock, port=port)
        self.user_id = user_id
        self.client_id = client_id
        self.consumer_secret = consumer_secret
        self.refresh_token = refresh_token
        self.envelope = envelope
        self.access_token = ""
        self.expires_at = 0.0
        self.refreshed = 0
        self.has_credits = True
        self.closed_to_us: set[str] = set()
        self.media = XUploads(self, self._check_token, lambda status, said: XError(status, "Invalid Request", said))
        self.bearer_token = "fake-bearer"  # noqa: S105 - a fake
        self.consumer_key = "fake-consumer-key"
        self.oauth1_token = f"{user_id}-fake"
        self.oauth1_token_secret = "fake-token-secret"  # noqa: S105 - a fake
        self.nonces: set[str] = set()  # of signed requests: each is good once
        self.webhooks: list[dict[str, Any]] = []
        self.subscriptions: list[dict[str, Any]] = []
        self.send_rate = Rate(15, 900.0, clock)
        self.day_rate = Rate(1440, float(DAY), clock)
        self._first_refresh = refresh_token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/2/oauth2/token", self._token),
            web.post("/2/dm_conversations/with/{who}/messages", self._messages),
            *self.media.routes(),
            web.get("/2/dm_events/{event}", self._event),
            web.get("/1.1/ton/data/dm/{name}", self._file),
            web.get("/2/users/me", self._me),
            web.get("/2/webhooks", self._webhooks),
            web.post("/2/webhooks", self._register),
            web.put("/2/webhooks/{id}", self._register_again),
            web.get("/2/activity/subscriptions", self._subscriptions),
            web.post("/2/activity/subscriptions", self._subscribe),
        ]

    @property
    def settings(self) -> dict[str, str]:
        return {
            "kind": "x",
            "user_id": self.user_id,
            "client_id": self.client_id,
            "consumer_secret": self.consumer_secret,
            "refresh_token": self._first_refresh,
            "bearer_token": self.bearer_token,
            "consumer_key": self.consumer_key,
            "oauth1_token": self.oauth1_token,
            "oauth1_token_secret": self.oauth1_token_secret,
            "api_url": self.url,
            "private_media": "true",
        }

    # --- what customers do ---

    def message(self, who: str, text: str, **more: Json) -> Event:
        return self._written(who, self.user_id, {"text": _escaped(text), **more})

    def press(self, who: str, title: str, payload: str) -> Event:
        """There is nothing to press: a customer writes what stands there."""
        del payload
        return self.message(who, title)

    def photo(self, who: str) -> Event:
        media = {"id_str": str(self.number()), "media_url_https": self._photo_at, "type": "photo"}
        link = "https://t.co/aBc123"
        return self.message(who, link, attachment={"type": "media", "media": media})

    def photo_by_key(self, who: str) -> Event:
        """A picture in the words of API v2, which name it by a key only."""
        self.customer_wrote(who)
        return {
            "id": self._event_id(), "event_type": "MessageCreate", "sender_id": who, "recipient_id": self.user_id,
            "text": "", "attachments": {"media_keys": [PHOTO_KEY]},
        }  # fmt: skip

    @property
    def uploads(self) -> dict[str, bytes]:
        """What messages may show."""
        return self.media.ready

    @property
    def _photo_at(self) -> str:
        """Where customers' pictures are: open to signed requests only."""
        return f"{self.url}/1.1/ton/data/dm/photo.png?name=large"

    def arrived_by(self, who: str, ref: str) -> Event:
        """A press on the button under a post that opens the messages."""
        event = self.message(who, "Hello")
        event["initiated_via"] = {"tweet_id": ref}
        return event

    def person_wrote(self, who: str, text: str) -> Event:
        """Somebody answers in the app of X."""
        return self._written(self.user_id, who, {"text": _escaped(text)})

    def told_of(self, sent: Sent) -> list[Event]:
        return [{**self._written(self.user_id, sent.recipient, {"text": _escaped(sent.text)}), "id": sent.mid}]

    def _written(self, sender: str, recipient: str, data: Mapping[str, Json]) -> Event:
        if sender != self.user_id:
            self.customer_wrote(sender)
        return {
            "type": "message_create",
            "id": self._event_id(),
            "created_timestamp": str(self.now_ms()),
            "message_create": {
                "sender_id": sender, "target": {"recipient_id": recipient}, "message_data": {"entities": {}, **data},
            },
        }  # fmt: skip

    def _event_id(self) -> str:
        return str(1_870_000_000_000_000_000 + self.number())

    # --- delivering ---

    def signed(self, events: Sequence[Event]) -> list[Post]:
        """One call an event: each has a subscription of its own."""
        return [self._signed(self._enveloped(event)) for event in events]

    def _enveloped(self, event: Event) -> Json:
        if "message_create" not in event:
            about = {"event_type": "dm.received", "filter": {"user_id": self.user_id}, "payload": event}
            return {"data": {"event_uuid": f"-{event['id']}", **about}}
        sender = event["message_create"]["sender_id"]
        body = {"direct_message_events": [event]}
        if self.envelope == "aaa":
            users = {sender: {"id": sender, "name": "Ann", "screen_name": "ann"}}
            return {"for_user_id": self.user_id, **body, "users": users}
        users = {sender: {"data": {"name": "Ann", "username": "ann"}}}
        name = "dm.sent" if sender == self.user_id else "dm.received"
        return {
            "data": {
                "event_uuid": f"-{event['id']}", "event_type": name, "filter": {"user_id": self.user_id},
                "tag": "dm", "payload": {**body, "users": users},
            }
        }  # fmt: skip

    def _signed(self, body: Json) -> Post:
        raw = json.dumps(body).encode()
        return {"Content-Type": "application/json", "x-twitter-webhooks-signature": self._signature(raw)}, raw

    def _signature(self, raw: bytes) -> str:
        digest = hmac.new(self.consumer_secret.encode(), raw, hashlib.sha256).digest()
        return "sha256=" + base64.b64encode(digest).decode()

    async def challenge(self, webhook: str, token: str = "c0ffee-1234") -> bool:  # noqa: S107 - a fake
        """Ask the address whether it knows the app's secret, as X does every hour."""
        status, told = await self.ask(webhook, {"crc_token": token})
        return status == 200 and json.loads(told).get("response_token") == self._signature(token.encode())

    # --- the API ---

    async def _token(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._exchange)

    async def _exchange(self, request: web.Request) -> Json:
        form = {name: values[0] for name, values in parse_qs((await request.read()).decode()).items()}
        if form.get("grant_type") != "refresh_token" or form.get("client_id") != self.client_id:
            raise XError(400, "invalid_request", "Missing required parameter")
        if form.get("refresh_token") != self.refresh_token:
            raise XError(400, "invalid_request", "Value passed for the token was invalid.")
        self.refreshed += 1
        self.refresh_token = f"fake-refresh-{self.refreshed}"
        self.access_token = f"fake-access-{self.refreshed}"
        self.expires_at = self._clock() + LIFETIME
        return {
            "token_type": "bearer", "expires_in": LIFETIME, "access_token": self.access_token,
            "scope": "dm.read dm.write tweet.read users.read offline.access", "refresh_token": self.refresh_token,
        }  # fmt: skip

    def expire(self) -> None:
        """The access token ends now, whatever was said about it."""
        self.expires_at = 0.0

    async def _messages(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take, status=201)

    async def _take(self, request: web.Request) -> Json:
        self._check_token(request)
        who = request.match_info["who"]
        call = await self._read(request)
        self._check_rates()
        if who not in self._last_wrote or who in self.closed_to_us:
            raise XError(403, "Forbidden", "You do not have permission to DM one or more participants.")
        text, attachments = call.get("text"), call.get("attachments")
        if not text and not attachments:
            raise XError(400, "Invalid Request", "One or more parameters to your request was invalid.")
        if text is not None and (not isinstance(text, str) or not 0 < len(text) <= _TEXT):
            raise XError(400, "Invalid Request", "The text of your Direct Message is over the max character limit.")
        if attachments is not None:
            self._check_attachments(attachments)
        sent = self.took(Sent(who, call, self._event_id(), self._clock(), text or ""))
        return {"data": {"dm_conversation_id": f"{who}-{self.user_id}", "dm_event_id": sent.mid}}

    def _check_attachments(self, attachments: Json) -> None:
        if len(attachments) != 1 or attachments[0].get("media_id") not in self.media.ready:
            raise XError(400, "Invalid Request", "The `media_id` of your attachment is invalid.")

    def _check_rates(self) -> None:
        if wait := self.send_rate.take():
            raise self.slow_down(wait)
        if wait := self.day_rate.take():
            until = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": str(int(self._clock() + wait))}
            raise XError(429, "Too Many Requests", "Too Many Requests", until)

    async def _event(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._show_event)

    async def _show_event(self, request: web.Request) -> Json:
        self._check_token(request)
        media: dict[str, str] = {"media_key": PHOTO_KEY, "type": "photo"}
        if "url" in request.query.get("media.fields", "").split(","):
            media["url"] = self._photo_at
        shown = "attachments.media_keys" in request.query.get("expansions", "")
        event = {"id": request.match_info["event"], "event_type": "MessageCreate"}
        return {"data": event, **({"includes": {"media": [media]}} if shown else {})}

    async def _file(self, request: web.Request) -> web.Response:
        """Signed by OAuth 1.0a with the token of the account's user, within five minutes, and once."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        given = dict(_UNQUOTED.findall(rest)) if scheme == "OAuth" else {}
        given = {unquote(name): unquote(value) for name, value in given.items()}
        signature, nonce = given.pop("oauth_signature", ""), given.get("oauth_nonce", "")
        known = (given.get("oauth_consumer_key"), given.get("oauth_token")) == (self.consumer_key, self.oauth1_token)
        fresh = abs(self._clock() - int(given.get("oauth_timestamp") or 0)) < 300 and nonce not in self.nonces
        if not known or not fresh or not hmac.compare_digest(signature, self._oauth1(request, given)):
            return web.Response(status=401)
        self.nonces.add(nonce)
        return web.Response(body=PICTURE, content_type="image/png")

    def _oauth1(self, request: web.Request, given: Mapping[str, str]) -> str:
        """What RFC 5849 makes of a request as it came, byte for byte, and of what its header says."""

        def enc(words: str) -> str:
            return quote(words, safe="~")

        path, _, asked = request.raw_path.partition("?")
        query = parse_qsl(asked, keep_blank_values=True)
        parameters = sorted(f"{enc(name)}={enc(value)}" for name, value in (*given.items(), *query))
        signed = "&".join((request.method, enc(f"{self.url}{path}"), enc("&".join(parameters))))
        key = f"{enc(self.consumer_secret)}&{enc(self.oauth1_token_secret)}"
        return base64.b64encode(hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()).decode()

    async def _me(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._who_am_i)

    async def _who_am_i(self, request: web.Request) -> Json:
        self._check_token(request)
        return {"data": {"id": self.user_id, "name": "Fake", "username": "fake"}}

    # --- setting up: webhooks are the app's, subscriptions of private events the user's ---

    async def _webhooks(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._list_webhooks)

    async def _list_webhooks(self, request: web.Request) -> Json:
        self._check_bearer(request)
        return {"data": self.webhooks}

    async def _register(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take_webhook)

    async def _take_webhook(self, request: web.Request) -> Json:
        self._check_bearer(request)
        url = str((await self._read(request)).get("url", ""))
        if not url.startswith("https://") or url.count(":") > 1:
            raise XError(400, "Invalid Request", "The url is not allowed: https, and no port")
        if not await self._answers(url):
            raise XError(400, "CrcValidationFailed", "Crc validation failed")
        made = {"id": str(self.number()), "url": url, "valid": True}
        self.webhooks.append(made)
        return {"data": made}

    async def _register_again(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take_again)

    async def _take_again(self, request: web.Request) -> Json:
        self._check_bearer(request)
        for each in self.webhooks:
            if each["id"] == request.match_info["id"]:
                each["valid"] = await self._answers(each["url"])
        return {"data": {"attempted": True}}

    async def _answers(self, url: str) -> bool:
        """Whether the address knows the app's secret, as X asks before it calls it."""
        home = self.reached_at(url)
        return home is None or await self.challenge(home, secrets.token_hex(8))

    async def _subscriptions(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._list_subscriptions)

    async def _list_subscriptions(self, request: web.Request) -> Json:
        self._check_bearer(request)
        return {"data": self.subscriptions}

    async def _subscribe(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take_subscription)

    async def _take_subscription(self, request: web.Request) -> Json:
        self._check_token(request)
        call = await self._read(request)
        if call.get("webhook_id") not in {each["id"] for each in self.webhooks}:
            raise XError(400, "Invalid Request", "webhook_id is not known")
        self.subscriptions.append({"subscription_id": str(self.number()), **call})
        return {"data": self.subscriptions[-1]}

    def _check_bearer(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.bearer_token}":
            raise XError(401, "Unauthorized", "Unauthorized")

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not given or given != self.access_token or self._clock() >= self.expires_at:
            raise XError(401, "Unauthorized", "Unauthorized")
        if not self.has_credits:
            raise XError(402, "CreditsDepleted", "There are no credits for this request.")

    @staticmethod
    async def _read(request: web.Request) -> dict[str, Any]:
        try:
            call = json.loads(await request.read())
        except ValueError:
            call = None
        if not isinstance(call, dict):
            raise XError(400, "Invalid Request", "The request body is no JSON object.")
        return call

    def slow_down(self, seconds: float) -> Refusal:
        until = str(int(self._clock() + seconds + 0.999))
        headers = {"x-rate-limit-limit": "15", "x-rate-limit-remaining": "0", "x-rate-limit-reset": until}
        return XError(429, "Too Many Requests", "Too Many Requests", headers)

    def broken(self) -> Refusal:
        return XError(503, "Service Unavailable", "Service Unavailable")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


if __name__ == "__main__":
    from chatbot.testing.customer_terminal import main

    raise SystemExit(main(FakeX, "x"))
