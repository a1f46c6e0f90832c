"""A partner to test against: relays a platform without a public API, signed as Standard Webhooks asks, both ways.

Written from the Standard Webhooks specification and docs/reference/events.md, not from our channel.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from aiohttp import web

from chatbot.testing.fake_platform import Event, FakePlatform, Post, Rate, Refusal, Sent
from chatbot.types import Json

Shape = Callable[[Event], Json]
"""How this partner writes an event: for partners with JSON of their own."""


class PartnerError(Refusal):
    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, {"error": {"reason": reason}}, f"{status} {reason}", headers)


class FakeBridge(FakePlatform):
    """`window` is how many seconds after a customer's last words the platform behind takes answers; 0 is for ever.

    A message that comes again under the same webhook-id is taken once. `shape` writes events in the partner's words.
    """

    kind: ClassVar[str] = "bridge"

    def __init__(
        self,
        *,
        secret: str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",  # noqa: S107 - a fake
        window: int = 0,
        shape: Shape = lambda event: event,
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(clock=clock, port=port)
        self.secret = secret
        self.window = window
        self.shape = shape
        self.rate = Rate(50, 1.0, clock)
        self._taken: dict[str, Sent] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/send", self._messages)]

    @property
    def settings(self) -> dict[str, Any]:
        return {"kind": "bridge", "api_url": f"{self.url}/send", "secret": self.secret}

    # --- what customers do ---

    def message(self, who: str, text: str, **more: Json) -> Event:
        return self._event(who, "text", text=text, **more)

    def press(self, who: str, title: str, payload: str) -> Event:
        return self._event(who, "button", text=title, payload=payload)

    def photo(self, who: str) -> Event:
        return self._event(who, "attachment", attachments=[{"kind": "image", "url": self.photo_url}])

    def arrived_by(self, who: str, ref: str) -> Event:
        return self._event(who, "referral", referral={"ref": ref, "source": "link"})

    def opted_out(self, who: str) -> Event:
        return self._event(who, "opt_out")

    def person_wrote(self, who: str, text: str) -> Event:
        """Somebody answers in the platform's own inbox."""
        return {**self._about("echo", text=text), "recipient": who}

    def told_of(self, sent: Sent) -> list[Event]:
        echo = {"recipient": sent.recipient, "id": sent.mid, "metadata": sent.message.get("metadata", "")}
        return [{**self._about("echo", text=sent.text), **echo}]

    def _event(self, who: str, kind: str, **content: Json) -> Event:
        self.customer_wrote(who)
        return {**self._about(kind, **content), "sender": who}

    def _about(self, kind: str, **content: Json) -> Event:
        return {"kind": kind, "id": f"p-{self.number()}", "timestamp": self.now_ms(), **content}

    # --- delivering ---

    def signed(self, events: Sequence[Event]) -> list[Post]:
        """One call an event, as most partners make it."""
        return [self._signed(self.shape(event)) for event in events]

    def batch(self, events: Sequence[Event]) -> Post:
        """One call for all of them."""
        return self._signed({"events": [self.shape(event) for event in events]})

    def _signed(self, body: Json) -> Post:
        raw, sent_at, message_id = json.dumps(body).encode(), str(int(self._clock())), f"msg_{self.number()}"
        return {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": sent_at,
            "webhook-signature": self._signature(message_id, sent_at, raw),
        }, raw

    def _signature(self, message_id: str, sent_at: str, raw: bytes) -> str:
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{message_id}.{sent_at}.".encode() + raw, hashlib.sha256).digest()
        return "v1," + base64.b64encode(digest).decode()

    # --- the API ---

    async def _messages(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take)

    async def _take(self, request: web.Request) -> Json:
        raw = await request.read()
        message_id, sent_at = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        if request.headers.get("webhook-signature") != self._signature(message_id, sent_at, raw):
            raise PartnerError(401, "token")
        if not sent_at.isdigit() or abs(self._clock() - int(sent_at)) > 300:
            raise PartnerError(401, "token")
        if message_id in self._taken:
            return {"id": self._taken[message_id].mid}
        if wait := self.rate.take():
            raise self.slow_down(wait)
        call = json.loads(raw)
        data = call.get("data", {})
        who = str(data.get("recipient", ""))
        if call.get("type") != "message.send" or not data.keys() & {"text", "attachments", "cards"}:
            raise PartnerError(422, "content")
        if who not in self._last_wrote:
            raise PartnerError(404, "recipient")
        if self.window and self._clock() - self._last_wrote[who] > self.window:
            raise PartnerError(403, "window")
        sent = Sent(who, data, f"p-{self.number()}", self._clock(), str(data.get("text", "")), ways_of(data))
        self._taken[message_id] = sent
        return {"id": self.took(sent).mid}

    def slow_down(self, seconds: float) -> Refusal:
        return PartnerError(429, "rate", {"Retry-After": str(max(1, int(seconds + 0.999)))})

    def broken(self) -> Refusal:
        return PartnerError(503, "outage")


def ways_of(data: Mapping[str, Any]) -> dict[str, str]:
    cards = [button for card in data.get("cards", ()) for button in card.get("buttons", ())]
    return {
        way["title"]: way["payload"]
        for way in (*data.get("options", ()), *data.get("buttons", ()), *cards)
        if "payload" in way
    }
