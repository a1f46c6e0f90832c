"""A Graph API to test against: a real server on a real socket that says no where Messenger says no.

    async with FakeMessenger() as meta:
        settings = {"kind": "messenger", "api_url": meta.url, **meta.settings}
        meta.customer_wrote("7700")
        ...
        assert meta.texts("7700") == ["Hello!"]

Written from Meta's documents (Send API, Webhooks, Error codes), not from our channel, so that each checks the other.

`python -m chatbot.testing.fake_messenger` lets you be the customer: customer_terminal.py.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from aiohttp import web

from chatbot.testing.fake_meta_app import MetaApp
from chatbot.testing.fake_platform import DAY, Event, FakePlatform, Mode, Post, Rate, Refusal, Sent
from chatbot.testing.fake_threads import Threads
from chatbot.testing.messenger_rules import GraphError, MessengerRules, check_message, check_reaction, read_json
from chatbot.types import Json

__all__ = ["WINDOW", "FakeMessenger", "Mode", "Sent"]

WINDOW: Final = DAY
PERSONS_WINDOW: Final = 7 * DAY
INBOX_APP: Final = 263902037430900
"""Meta's own inbox, where people answer."""


class FakeMessenger(FakePlatform):
    """One page of Facebook. What its own inbox answers is `person_wrote`."""

    kind: ClassVar[str] = "messenger"
    product: ClassVar[str] = "page"
    rules: ClassVar[MessengerRules] = MessengerRules()

    def __init__(
        self,
        *,
        page_id: str = "1029384756",
        page_token: str = "fake-page-token",  # noqa: S107 - a fake
        app_secret: str = "fake-app-secret",  # noqa: S107 - a fake
        app_id: int = 4242,
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(clock=clock, port=port)
        self.page_id = page_id
        self.page_token = page_token
        self.app_secret = app_secret
        self.app_id = app_id
        self.human_agent = False  # whether Meta has granted the tag HUMAN_AGENT
        self.subscribed: list[str] = []
        self.profile: dict[str, Json] = {}
        self.rate = Rate(300, 1.0, clock)
        self.app = MetaApp(self, app_id, app_secret)
        self.threads = Threads(self, app_id, self.check_token)

    def routes(self) -> list[web.RouteDef]:
        return [
            *self.app.routes(),
            *self.threads.routes(),
            web.post("/{version}/{node}/messages", self._messages),
            web.get("/{version}/{node}/subscribed_apps", self._subscriptions),
            web.post("/{version}/{node}/subscribed_apps", self._subscribe),
            web.get("/{version}/{node}/messenger_profile", self._shown_profile),
            web.post("/{version}/{node}/messenger_profile", self._set_profile),
            web.get("/{version}/{node}", self._node),
        ]

    @property
    def settings(self) -> dict[str, str]:
        """What bot.yaml says about this page; the verify token is ours to choose."""
        return {
            "kind": "messenger",
            "page_id": self.page_id,
            "page_token": self.page_token,
            "app_secret": self.app_secret,
            "verify_token": "fake-verify-token",
            "api_url": self.url,
        }

    # --- what customers do: events for a webhook ---

    def message(self, who: str, text: str, **more: Json) -> Event:
        return self.event(who, "message", {"mid": self.mid(), "text": text, **more})

    def press(self, who: str, title: str, payload: str) -> Event:
        return self.quick_reply(who, title, payload)

    def quick_reply(self, who: str, title: str, payload: str) -> Event:
        return self.message(who, title, quick_reply={"payload": payload})

    def postback(self, who: str, title: str, payload: str) -> Event:
        return self.event(who, "postback", {"mid": self.mid(), "title": title, "payload": payload})

    def photo(self, who: str) -> Event:
        shown = {"type": "image", "payload": {"url": self.photo_url}}
        return self.event(who, "message", {"mid": self.mid(), "attachments": [shown]})

    def arrived_by(self, who: str, ref: str) -> Event:
        return self.event(who, "referral", {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"})

    def came_by_ad(self, who: str, text: str, ref: str, ad_id: str) -> Event:
        """A first message after a click on an ad."""
        referral = {"ref": ref, "source": "ADS", "type": "OPEN_THREAD", "ad_id": ad_id}
        return self.message(who, text, referral=referral)

    def person_wrote(self, who: str, text: str) -> Event:
        """Somebody of the business answers in Meta's own inbox."""
        return self._from_us(who, {"is_echo": True, "app_id": INBOX_APP, "mid": self.mid(), "text": text})

    def given_back(self, who: str) -> Event:
        """The app that answers in this thread gives it back to ours."""
        return self.event(who, "pass_thread_control", self.threads.given_back(who))

    def role_changed(self, *roles: str) -> Event:
        """Somebody gives our app another role on the page; names no customer."""
        self.threads.primary = "primary_receiver" in roles
        return {
            "recipient": {"id": self.page_id}, "timestamp": self.now_ms(),
            "app_roles": {str(self.app_id): list(roles)},
        }  # fmt: skip

    def event(self, who: str, name: str, fields: Mapping[str, Json]) -> Event:
        self.customer_wrote(who)
        if name == "message":
            self._said[str(fields["mid"])] = who
        return {
            "sender": {"id": who},
            "recipient": {"id": self.page_id},
            "timestamp": self.now_ms(),
            name: dict(fields),
        }

    def told_of(self, sent: Sent) -> list[Event]:
        message = {key: value for key, value in sent.message.items() if key != "quick_replies"}
        return [self._from_us(sent.recipient, {"is_echo": True, "app_id": self.app_id, "mid": sent.mid, **message})]

    def _from_us(self, who: str, message: Event) -> Event:
        return {
            "sender": {"id": self.page_id},
            "recipient": {"id": who},
            "timestamp": self.now_ms(),
            "message": message,
        }

    # --- delivering ---

    def signed(self, events: Sequence[Event]) -> list[Post]:
        return [self.signed_webhook(events)]

    def signed_webhook(self, events: Sequence[Json]) -> Post:
        """Headers and body of the POST that Meta would make for these events: signed, text escaped to ASCII."""
        entry = {"id": self.page_id, "time": self.now_ms(), **self.threads.sorted_out(events)}
        return sign({"object": self.product, "entry": [entry]}, self.app_secret)

    # --- the Send API ---

    async def _messages(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take)

    async def _take(self, request: web.Request) -> dict[str, str]:
        self.check_token(request)
        call = await read_json(request)
        recipient = str(call.get("recipient", {}).get("id") or "")
        if recipient not in self._last_wrote:
            raise GraphError(100, "No matching user found", subcode=2018001)
        if wait := self.rate.take():
            raise self.slow_down(wait)
        self.threads.check(recipient)
        if "sender_action" in call:
            self._act(recipient, call)
            return {"recipient_id": recipient}
        self._check_window(recipient, call)
        check_message(call, self.rules)
        message = call["message"]
        if message.get("attachment", {}).get("payload", {}).get("url") in self.unreachable:
            raise GraphError(100, "(#100) Failed to fetch the file from the url", subcode=2018008)
        sent = self.took(Sent(recipient, message, self.mid(), self._clock(), _text(message), _ways(message)))
        return {"recipient_id": recipient, "message_id": sent.mid}

    def _act(self, recipient: str, call: Mapping[str, Any]) -> None:
        match call["sender_action"]:
            case "typing_on":
                self.typing.append(recipient)
            case "mark_seen":
                self.seen.append(recipient)
            case "react" | "unreact" as action:
                self._check_window(recipient, call)
                payload = call.get("payload", {})
                check_reaction(payload, self.rules, taken_back=action == "unreact")
                if self._said.get(str(payload.get("message_id"))) != recipient:
                    raise GraphError(100, "(#100) Param payload[message_id] is not a message of this thread")
                self.reacted(payload["message_id"], payload["reaction"] if action == "react" else "")
            case _:
                raise GraphError(100, "(#100) Param sender_action is not supported")

    def _check_window(self, recipient: str, call: Mapping[str, Any]) -> None:
        age = self._clock() - self._last_wrote[recipient]
        tagged = call.get("messaging_type") == "MESSAGE_TAG"
        if tagged and (call.get("tag") != "HUMAN_AGENT" or not self.human_agent):
            raise GraphError(10, "Application does not have permission to use this tag", subcode=2018065)
        if age > (PERSONS_WINDOW if tagged else WINDOW):
            raise GraphError(10, "This message is sent outside of allowed window.", subcode=2018278)

    def check_token(self, request: web.Request, node: str = "me") -> None:
        given = request.headers.get("Authorization", "")
        token = given.removeprefix("Bearer ") if given else request.query.get("access_token", "")
        if token != self.page_token:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", kind="OAuthException")
        if request.match_info["node"] not in {node, "me", self.page_id}:
            raise GraphError(100, "Unsupported post request. Object does not exist.", subcode=33)

    def slow_down(self, seconds: float) -> Refusal:
        said = "Calls to this api have exceeded the rate limit."
        return GraphError(613, said, retry_after=max(1, int(seconds + 0.999)))

    def broken(self) -> Refusal:
        return GraphError(2, "Service temporarily unavailable", status=500)

    def mid(self) -> str:
        return f"m_{self.page_id}_{self.number()}"

    # --- setting up ---

    async def _node(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._about)

    async def _about(self, request: web.Request) -> Json:
        if (who := request.match_info["node"]) in self._last_wrote:
            self.check_token(request, who)
            person = {"first_name": "Ann", "last_name": "Example", "name": "Ann Example", "username": "ann"}
            return {"id": who, **{name: person[name] for name in request.query["fields"].split(",") if name in person}}
        self.check_token(request)
        return {"id": self.page_id, "name": "Fake page"}

    async def _subscriptions(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._list_subscriptions)

    async def _list_subscriptions(self, request: web.Request) -> Json:
        self.check_token(request)
        app = {"id": str(self.app_id), "name": "Fake app", "subscribed_fields": self.subscribed}
        return {"data": [app] if self.subscribed else []}

    async def _subscribe(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take_subscription)

    async def _take_subscription(self, request: web.Request) -> Json:
        self.check_token(request)
        fields = (await read_json(request)).get("subscribed_fields", "")
        self.subscribed = fields.split(",") if isinstance(fields, str) else list(fields)
        return {"success": True}

    async def _shown_profile(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._read_profile)

    async def _read_profile(self, request: web.Request) -> Json:
        self.check_token(request)
        asked = request.query.get("fields", "").split(",")
        return {"data": [{name: self.profile[name] for name in asked if name in self.profile}]}

    async def _set_profile(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take_profile)

    async def _take_profile(self, request: web.Request) -> Json:
        self.check_token(request)
        self.profile |= await read_json(request)
        return {"result": "success"}


def sign(body: Json, app_secret: str) -> Post:
    """A webhook call of Meta: the body escaped to ASCII, and its signature."""
    raw = json.dumps(body, separators=(",", ":")).encode("ascii")
    signature = hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}, raw


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = message.get("attachment", {}).get("payload", {})
    return found


def _text(message: Mapping[str, Any]) -> str:
    """What the customer reads: the text, or that of a button template."""
    return str(message.get("text") or _payload(message).get("text") or "")


def _ways(message: Mapping[str, Any]) -> dict[str, str]:
    payload = _payload(message)
    cards = [button for element in payload.get("elements", ()) for button in element.get("buttons", ())]
    buttons = [*message.get("quick_replies", ()), *payload.get("buttons", ()), *cards]
    return {each["title"]: each["payload"] for each in buttons if "payload" in each}


if __name__ == "__main__":
    from chatbot.testing.customer_terminal import main

    raise SystemExit(main(FakeMessenger, "messenger"))
