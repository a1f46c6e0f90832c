"""A Cloud API to test against: one business number with its windows, limits, receipts and webhooks.

Written from Meta's documents (WhatsApp Business Platform > Cloud API), not from our channel.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from aiohttp import web

from chatbot.testing.fake_messenger import sign
from chatbot.testing.fake_meta_app import MetaApp
from chatbot.testing.fake_platform import DAY, PICTURE, Event, FakePlatform, Post, Rate, Refusal, Sent
from chatbot.testing.messenger_rules import GraphError, read_json
from chatbot.testing.whatsapp_rules import check_message, check_parameters, check_template
from chatbot.types import Json


class FakeWhatsApp(FakePlatform):
    """`templates` are the approved ones; with `echo_to` each message taken gets its receipts, up to `read`."""

    kind: ClassVar[str] = "whatsapp"

    def __init__(
        self,
        *,
        phone_number_id: str = "106540352242922",
        token: str = "fake-system-token",  # noqa: S107 - a fake
        app_secret: str = "fake-app-secret",  # noqa: S107 - a fake
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(clock=clock, port=port)
        self.phone_number_id = phone_number_id
        self.business = "15550001111"
        self.token = token
        self.app_secret = app_secret
        self.templates: set[str] = set()
        self.submitted: dict[tuple[str, str], dict[str, Any]] = {}
        self.subscribed = False
        self.account_id = "102290129340398"
        self.app = MetaApp(self, 4242, app_secret)
        self.rate = Rate(80, 1.0, clock)
        self.pair_rate = Rate(45, 270.0, clock)  # a burst of 45 to one customer, then one in six seconds

    def routes(self) -> list[web.RouteDef]:
        return [
            *self.app.routes(),
            web.post("/{version}/{node}/messages", self._messages),
            web.get("/{version}/{node}/subscribed_apps", self._subscriptions),
            web.post("/{version}/{node}/subscribed_apps", self._subscribe),
            web.get("/{version}/{node}/message_templates", self._list_templates),
            web.post("/{version}/{node}/message_templates", self._submit),
            web.get("/{version}/{node}", self._node),
            web.get("/media/{media}", self._download),
        ]

    @property
    def settings(self) -> dict[str, str]:
        return {
            "kind": "whatsapp",
            "phone_number_id": self.phone_number_id,
            "token": self.token,
            "app_secret": self.app_secret,
            "verify_token": "fake-verify-token",
            "api_url": self.url,
        }

    # --- what customers do ---

    def message(self, who: str, text: str, **more: Json) -> Event:
        return self.event(who, "text", {"body": text}, **more)

    def press(self, who: str, title: str, payload: str) -> Event:
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
        return self.event(who, "interactive", reply, context=self._context(who))

    def row(self, who: str, title: str, payload: str) -> Event:
        """A customer chooses a row of a list."""
        reply = {"type": "list_reply", "list_reply": {"id": payload, "title": title}}
        return self.event(who, "interactive", reply, context=self._context(who))

    def _context(self, who: str) -> Json:
        """Which message was answered: the newest one that offered something."""
        shown = next((sent.mid for sent in reversed(self.sent) if sent.recipient == who and sent.ways), "wamid.before")
        return {"from": self.business, "id": shown}

    def photo(self, who: str) -> Event:
        shown = {"id": f"media-{self.number()}", "mime_type": "image/png", "sha256": "x"}
        return self.event(who, "image", shown)

    def arrived_by(self, who: str, ref: str) -> Event:
        """A click on the ad of this id opens the chat, with a first message in it; each click has an id of its own."""
        click = f"ARA{self.number()}"
        ad = {"source_url": "https://fb.me/x", "source_id": ref, "source_type": "ad", "ctwa_clid": click}
        return self.message(who, "hello", referral=ad)

    def stopped_marketing(self, who: str) -> Event:
        wish = {"wa_id": who, "value": "stop", "category": "marketing_messages", "timestamp": self._seconds()}
        return {"field": "user_preferences", "value": self._about({"user_preferences": [wish]})}

    def event(self, who: str, kind: str, content: Mapping[str, Json], **more: Json) -> Event:
        self.customer_wrote(who)
        said = self._wamid()
        self._said[said] = who
        message = {
            "from": who, "from_user_id": user_id(who), "id": said, "timestamp": self._seconds(),
            "type": kind, kind: dict(content), **more,
        }  # fmt: skip
        return {"field": "messages", "value": self._about({"contacts": [person(who)], "messages": [message]})}

    def person_wrote(self, who: str, text: str) -> Event:
        """Somebody answers in the WhatsApp Business app, which shares the number."""
        echo = {
            "from": self.business, "to": who, "id": self._wamid(), "timestamp": self._seconds(),
            "type": "text", "text": {"body": text},
        }  # fmt: skip
        return {"field": "smb_message_echoes", "value": self._about({"message_echoes": [echo]})}

    def status(self, sent: Sent, status: str) -> Event:
        told: dict[str, Json] = {
            "id": sent.mid, "status": status, "timestamp": self._seconds(), "recipient_id": sent.recipient,
            "recipient_user_id": user_id(sent.recipient),
        }  # fmt: skip
        if carried := sent.message.get("biz_opaque_callback_data"):
            told["biz_opaque_callback_data"] = carried
        if status == "failed":
            said = "Message undeliverable"
            details = {"details": "Message Undeliverable."}
            told["errors"] = [{"code": 131026, "title": said, "message": said, "error_data": details}]
        about = {"contacts": [person(sent.recipient)], "statuses": [told]}
        return {"field": "messages", "value": self._about(about)}

    def told_of(self, sent: Sent) -> list[Event]:
        return [self.status(sent, each) for each in ("sent", "delivered", "read")]

    def _about(self, value: Mapping[str, Json]) -> Event:
        metadata = {"display_phone_number": self.business, "phone_number_id": self.phone_number_id}
        return {"messaging_product": "whatsapp", "metadata": metadata, **value}

    def _seconds(self) -> str:
        return str(int(self._clock()))

    def _wamid(self) -> str:
        return f"wamid.HBgL{self.phone_number_id}{self.number()}"

    def signed(self, events: Sequence[Event]) -> list[Post]:
        entry = {"id": self.account_id, "changes": list(events)}
        return [sign({"object": "whatsapp_business_account", "entry": [entry]}, self.app_secret)]

    # --- the API ---

    async def _messages(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take)

    async def _take(self, request: web.Request) -> Json:
        self._check_token(request)
        if request.match_info["node"] != self.phone_number_id:
            raise GraphError(100, "Unsupported post request. Object does not exist.", subcode=33)
        call = await read_json(request)
        if call.get("status") == "read":
            return self._see(call)
        recipient = str(call.get("to") or call.get("recipient") or "")
        check_message(call)
        self._check_recipient(recipient, call)
        if wait := self.rate.take():
            raise self.slow_down(wait)
        if wait := self.pair_rate.take(recipient):
            said = "(#131056) Business Account, Consumer Account pair rate limit hit"
            raise GraphError(131056, said, retry_after=max(6, int(wait)))
        if call.get("type") == "reaction":
            self._react(recipient, call["reaction"])
        sent = self.took(Sent(recipient, call, self._wamid(), self._clock(), text_of(call), ways_of(call)))
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": recipient, "wa_id": recipient, "user_id": user_id(recipient)}],
            "messages": [{"id": sent.mid}],
        }

    def _check_recipient(self, recipient: str, call: Mapping[str, Any]) -> None:
        if call.get("type") == "template":
            self._check_template(call["template"])
            return
        if recipient not in self._last_wrote:
            raise GraphError(131026, "(#131026) Message undeliverable")
        if self._clock() - self._last_wrote[recipient] > DAY:
            raise GraphError(131047, "(#131047) Re-engagement message")

    def _react(self, recipient: str, reaction: Mapping[str, Any]) -> None:
        if self._said.get(str(reaction.get("message_id"))) != recipient:
            raise GraphError(131009, "(#131009) Parameter value is not valid: reaction['message_id']")
        self.reacted(reaction["message_id"], reaction["emoji"])

    def _check_template(self, content: Mapping[str, Any]) -> None:
        name, language = content["name"], content["language"]["code"]
        known = self.submitted.get((name, language))
        if name not in self.templates or (known is None and any(each == name for each, _ in self.submitted)):
            raise GraphError(132001, "(#132001) Template name does not exist in the translation")
        if known is not None:
            if known["status"] == "PAUSED":
                raise GraphError(132015, "(#132015) Template is paused")
            check_parameters(known, content)

    def _see(self, call: Mapping[str, Any]) -> Json:
        if call.get("message_id") not in self._said:
            raise GraphError(131009, "(#131009) Parameter value is not valid: message_id")
        self.seen.append(call["message_id"])
        if "typing_indicator" in call:
            self.typing.append(call["message_id"])
        return {"success": True}

    def _check_token(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", status=401)

    async def _node(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._describe)

    async def _describe(self, request: web.Request) -> Json:
        self._check_token(request)
        node = request.match_info["node"]
        if node.startswith("media-"):
            return {"id": node, "url": f"{self.url}/media/{node}", "mime_type": "image/png", "file_size": len(PICTURE)}
        if node != self.phone_number_id:
            raise GraphError(100, "Unsupported get request. Object does not exist.", subcode=33)
        return {"id": node, "display_phone_number": self.business, "verified_name": "Fake", "quality_rating": "GREEN"}

    async def _download(self, request: web.Request) -> web.Response:
        """A media address wants the token too."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        return web.Response(body=PICTURE, content_type="image/png")

    async def _subscriptions(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._list_subscriptions)

    async def _list_subscriptions(self, request: web.Request) -> Json:
        self._check_token(request)
        return {"data": [{"whatsapp_business_api_data": {"id": "4242", "name": "Fake app"}}] if self.subscribed else []}

    async def _subscribe(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take_subscription)

    async def _take_subscription(self, request: web.Request) -> Json:
        self._check_token(request)
        self.subscribed = True
        return {"success": True}

    async def _list_templates(self, request: web.Request) -> web.Response:
        """One a page, so that whoever reads must turn pages."""
        return await self.answer(request, self._page_of_templates)

    async def _page_of_templates(self, request: web.Request) -> Json:
        self._check_token(request)
        at = int(request.query.get("after") or 0)
        known = list(self.submitted.values())
        paging = {"cursors": {"after": str(at + 1)}, **({"next": "https://more"} if at + 1 < len(known) else {})}
        return {"data": known[at : at + 1], "paging": paging}

    async def _submit(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take_template)

    async def _take_template(self, request: web.Request) -> Json:
        self._check_token(request)
        template = await read_json(request)
        check_template(template)
        key = (template["name"], template["language"])
        if key in self.submitted:
            raise GraphError(100, "(#100) Content in this language already exists", subcode=2388024)
        self.submitted[key] = {**template, "status": "PENDING"}
        return {"id": str(self.number()), "status": "PENDING", "category": template["category"]}

    def approve(self, name: str, language: str) -> None:
        """From now on it may be sent."""
        self.submitted[name, language]["status"] = "APPROVED"
        self.templates.add(name)

    def slow_down(self, seconds: float) -> Refusal:
        said = "(#130429) Rate limit hit"
        return GraphError(130429, said, status=429, retry_after=max(1, int(seconds + 0.999)))

    def broken(self) -> Refusal:
        return GraphError(131000, "(#131000) Something went wrong", status=500)


def user_id(who: str) -> str:
    """The business-scoped id of a customer, which comes beside the number since 2026."""
    return f"US.{who}"


def person(who: str) -> Json:
    return {"profile": {"name": "Ann Example", "username": "ann"}, "wa_id": who, "user_id": user_id(who)}


def text_of(call: Mapping[str, Any]) -> str:
    """What the customer reads of a message."""
    kind = call.get("type", "text")
    content = call.get(kind, {})
    if kind == "interactive":
        return str(content["body"]["text"])
    if kind == "template":
        return f"[template {content['name']}]"
    return str(content.get("body") or content.get("caption") or "")


def ways_of(call: Mapping[str, Any]) -> dict[str, str]:
    action = call.get("interactive", {}).get("action", {})
    buttons = [button["reply"] for button in action.get("buttons", ())]
    rows = [row for section in action.get("sections", ()) for row in section.get("rows", ())]
    on_cards = [each["quick_reply"] for card in action.get("cards", ()) for each in card["action"].get("buttons", ())]
    return {each["title"]: each["id"] for each in (*buttons, *rows, *on_cards)}


if __name__ == "__main__":
    from chatbot.testing.customer_terminal import main

    raise SystemExit(main(FakeWhatsApp, "whatsapp"))
