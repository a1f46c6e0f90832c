"""A Graph API to test against: a real server on a real socket that says no where Messenger says no.

    async with FakeMessenger() as meta:
        settings = {"kind": "messenger", "api_url": meta.url, **meta.settings}
        meta.customer_wrote("7700")
        ...
        assert meta.texts("7700") == ["Hello!"]

Written from Meta's documents (Send API, Webhooks, Error codes), not from our channel, so that each checks the other.

`python -m chatbot.testing.fake_messenger` lets you be the customer: messenger_terminal.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import aiohttp
from aiohttp import web

from chatbot.testing.messenger_rules import GraphError, check_message
from chatbot.types import Json

WINDOW: Final = 24 * 3600
Mode = Literal["ok", "rate", "outage", "hang", "reset", "reset_after"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message the platform took, in the order of arrival."""

    recipient: str
    message: Mapping[str, Any]
    mid: str
    at: float

    @property
    def text(self) -> str:
        """What the customer reads: the text, or that of a button template."""
        payload = self.message.get("attachment", {}).get("payload", {})
        return str(self.message.get("text") or payload.get("text") or "")


class FakeMessenger:
    """One page. `mode` makes it fail: rate (429-like), outage (500), hang (no answer), reset (before), reset_after.

    `reset_after` takes the message and then breaks the connection: the sender cannot know. With `echo_to` set to the
    bot's webhook URL, every message taken is echoed there as Meta does, signed and with its metadata.
    """

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
        self.page_id = page_id
        self.page_token = page_token
        self.app_secret = app_secret
        self.app_id = app_id
        self.mode: Mode = "ok"
        self.echo_to = ""
        self.sent: list[Sent] = []
        self.typing: list[str] = []
        self.refused: list[GraphError] = []
        self.url = ""
        self.told: Callable[[Sent | GraphError], None] = lambda _: None  # hears of every send, taken or refused
        self._port = port
        self._clock = clock
        self._last_wrote: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._echoes: set[asyncio.Task[int]] = set()

    # --- life ---

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{version}/{node}/messages", self._messages)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for echo in self._echoes:
            echo.cancel()
        await asyncio.gather(*self._echoes, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

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

    # --- looking ---

    def texts(self, recipient: str) -> list[str]:
        return [sent.text for sent in self.sent if sent.recipient == recipient]

    def customer_wrote(self, psid: str, at: float | None = None) -> None:
        """Make a person known to the page and open the 24 hour window."""
        self._last_wrote[psid] = self._clock() if at is None else at

    # --- what customers do: events for a webhook ---

    def message(self, psid: str, text: str, **more: Json) -> dict[str, Any]:
        return self._event(psid, "message", {"mid": self._mid(), "text": text, **more})

    def quick_reply(self, psid: str, title: str, payload: str) -> dict[str, Any]:
        return self.message(psid, title, quick_reply={"payload": payload})

    def postback(self, psid: str, title: str, payload: str) -> dict[str, Any]:
        return self._event(psid, "postback", {"mid": self._mid(), "title": title, "payload": payload})

    def _event(self, psid: str, name: str, fields: Mapping[str, Json]) -> dict[str, Any]:
        self.customer_wrote(psid)
        return {
            "sender": {"id": psid},
            "recipient": {"id": self.page_id},
            "timestamp": self._now_ms(),
            name: dict(fields),
        }

    def _echo(self, sent: Sent) -> dict[str, Any]:
        message = {key: value for key, value in sent.message.items() if key != "quick_replies"}
        return {
            "sender": {"id": self.page_id},
            "recipient": {"id": sent.recipient},
            "timestamp": self._now_ms(),
            "message": {"is_echo": True, "app_id": self.app_id, "mid": sent.mid, **message},
        }

    # --- delivering ---

    def signed_webhook(self, events: Sequence[Json]) -> tuple[dict[str, str], bytes]:
        """Headers and body of the POST that Meta would make for these events: signed, text escaped to ASCII."""
        entry = {"id": self.page_id, "time": self._now_ms(), "messaging": list(events)}
        raw = json.dumps({"object": "page", "entry": [entry]}, separators=(",", ":")).encode("ascii")
        signature = hmac.new(self.app_secret.encode(), raw, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}, raw

    async def deliver(self, webhook: str, events: Sequence[Json], *, times: int = 1, attempts: int = 20) -> int:
        """POST the events `times` over, each repeated until it gets 200; returns how many POSTs that took."""
        headers, raw = self.signed_webhook(events)
        posts = 0
        for _ in range(times):
            for attempt in range(attempts):
                posts += 1
                if await self.post(webhook, headers, raw) == 200:
                    break
                await asyncio.sleep(min(0.05 * 2**attempt, 1.0))
            else:
                raise AssertionError(f"{webhook} did not answer 200 in {attempts} attempts")
        return posts

    async def post(self, webhook: str, headers: Mapping[str, str], raw: bytes) -> int:
        """The status the webhook answered; 0 when nothing listens there."""
        if self._session is None:
            raise RuntimeError("use `async with FakeMessenger()`")
        try:
            async with self._session.post(webhook, data=raw, headers=headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, OSError):
            return 0

    # --- the Send API ---

    async def _messages(self, request: web.Request) -> web.Response:
        mode = self.mode
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode == "reset":
            return _break_off(request)
        try:
            self._check_mode(mode)
            answer = await self._take(request)
        except GraphError as error:
            self.refused.append(error)
            self.told(error)
            return web.json_response(error.body(), status=error.status, headers=error.headers)
        return _break_off(request) if mode == "reset_after" else web.json_response(answer)

    @staticmethod
    def _check_mode(mode: Mode) -> None:
        if mode == "rate":
            raise GraphError(613, "Calls to this api have exceeded the rate limit.", retry_after=1)
        if mode == "outage":
            raise GraphError(2, "Service temporarily unavailable", status=500)

    async def _take(self, request: web.Request) -> dict[str, str]:
        if self._token(request) != self.page_token:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", kind="OAuthException")
        if request.match_info["node"] not in {"me", self.page_id}:
            raise GraphError(100, "Unsupported post request. Object does not exist.", subcode=33)
        try:
            call = json.loads(await request.read())
        except ValueError:
            raise GraphError(100, "Invalid JSON") from None
        recipient = str(call.get("recipient", {}).get("id") or "")
        if recipient not in self._last_wrote:
            raise GraphError(100, "No matching user found", subcode=2018001)
        if "sender_action" in call:
            self.typing.append(recipient)
            return {"recipient_id": recipient}
        if self._clock() - self._last_wrote[recipient] > WINDOW:
            raise GraphError(10, "This message is sent outside of allowed window.", subcode=2018278)
        check_message(call)
        sent = Sent(recipient, call["message"], self._mid(), self._clock())
        self.sent.append(sent)
        self.told(sent)
        if self.echo_to:
            echo = asyncio.create_task(self.deliver(self.echo_to, [self._echo(sent)]))
            self._echoes.add(echo)
            echo.add_done_callback(self._echoed)
        return {"recipient_id": recipient, "message_id": sent.mid}

    def _echoed(self, echo: asyncio.Task[int]) -> None:
        self._echoes.discard(echo)
        if not echo.cancelled():
            echo.exception()  # a bot that is gone hears no echo, and that is all

    @staticmethod
    def _token(request: web.Request) -> str:
        given = request.headers.get("Authorization", "")
        return given.removeprefix("Bearer ") if given else request.query.get("access_token", "")

    def _mid(self) -> str:
        return f"m_{self.page_id}_{next(self._numbers)}"

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _break_off(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


if __name__ == "__main__":
    from chatbot.testing.messenger_terminal import main

    raise SystemExit(main())
