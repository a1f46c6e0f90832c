"""What all fake platforms share: a real server, a page of messages taken, ways to fail, and webhooks that come again.

    async with FakeTelegram() as telegram:
        settings = telegram.settings                      # the account as bot.yaml has it
        await telegram.deliver(webhook, [telegram.message("7700", "hello")])
        assert telegram.texts("7700") == ["Hi!"]

Each fake is written from its platform's documents, not from our channel, so that each checks the other.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias

import aiohttp
from aiohttp import web

from chatbot.types import Json

Mode = Literal["ok", "rate", "outage", "hang", "reset", "reset_after"]
Event: TypeAlias = dict[str, Any]
Post: TypeAlias = tuple[dict[str, str], bytes]
"""Headers and body of one webhook call."""

DAY: Final = 24 * 3600
PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf50"
    "0f0003860180a5f0d1a70000000049454e44ae426082"
)
"""The smallest PNG: what a customer's photo shows."""

LARGEST_CALL: Final = 64 * 1024 * 1024
FILM: Final = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(1_000)
"""What begins as a film does, and shows nothing."""


class Refusal(Exception):
    """An error answer of a platform, as it goes over the wire."""

    def __init__(self, status: int, body: Json, said: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(said)
        self.status = status
        self.answer = body
        self.headers = dict(headers or {})

    def body(self) -> Json:
        return self.answer


@dataclass(frozen=True, slots=True)
class Sent:
    """One message the platform took, in the order of arrival; `ways` are titles to press and what they stand for."""

    recipient: str
    message: Mapping[str, Any]
    mid: str
    at: float
    text: str = ""
    ways: Mapping[str, str] = field(default_factory=dict)


class Rate:
    """At most so many calls in so many seconds, for each key."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, key: str = "") -> float:
        """0 when the call is within the limit, else the seconds until the next one is."""
        now, taken = self._clock(), self._taken[key]
        while taken and taken[0] <= now - self.seconds:
            taken.popleft()
        if len(taken) >= self.most:
            return taken[0] + self.seconds - now
        taken.append(now)
        return 0.0

    def left(self, key: str = "") -> int:
        return self.most - len(self._taken[key])


class FakePlatform(ABC):
    """One account. `mode` makes it fail: rate, outage (500), hang (no answer), reset (before), reset_after.

    `reset_after` takes the message and then breaks the connection: the sender cannot know. With `echo_to` set to the
    bot's webhook URL, every message taken is told there as the platform does: by an echo, or by receipts.
    """

    kind: ClassVar[str]

    def __init__(self, *, clock: Callable[[], float] = time.time, port: int = 0) -> None:
        self.mode: Mode = "ok"
        self.echo_to = ""
        self.sent: list[Sent] = []
        self.typing: list[str] = []
        self.seen: list[str] = []  # whose messages were marked read, on WhatsApp which
        self.reactions: dict[str, str] = {}  # a customer's message -> the emoji of the bot on it
        self.refused: list[Refusal] = []
        self.unreachable: set[str] = set()  # addresses of files that the platform cannot fetch
        self.homes: dict[str, str] = {}  # public address -> where it is reached from here
        self.url = ""
        self.told: Callable[[Any], None] = lambda _: None  # hears of every send, taken or refused
        self._port = port
        self._clock = clock
        self._last_wrote: dict[str, float] = {}
        self._said: dict[str, str] = {}  # what may be reacted to: a customer's message -> whose it is
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._news: set[asyncio.Task[None]] = set()

    # --- what each platform says for itself ---

    @property
    @abstractmethod
    def settings(self) -> dict[str, str]:
        """What bot.yaml says about this account."""

    @abstractmethod
    def routes(self) -> list[web.RouteDef]: ...

    @abstractmethod
    def signed(self, events: Sequence[Event]) -> list[Post]:
        """The webhook calls that bring these events, as the platform makes and signs them."""

    @abstractmethod
    def message(self, who: str, text: str) -> Event:
        """A customer writes."""

    @abstractmethod
    def press(self, who: str, title: str, payload: str) -> Event:
        """A customer presses a button or chooses an answer that was offered."""

    @abstractmethod
    def photo(self, who: str) -> Event:
        """A customer sends a picture."""

    @abstractmethod
    def arrived_by(self, who: str, ref: str) -> Event:
        """A customer comes by a link or an ad that carries `ref`."""

    @abstractmethod
    def told_of(self, sent: Sent) -> list[Event]:
        """What the platform tells the bot about a message it took: an echo, receipts, or nothing."""

    @abstractmethod
    def slow_down(self, seconds: float) -> Refusal:
        """The answer to too many calls."""

    @abstractmethod
    def broken(self) -> Refusal:
        """The answer of a platform with troubles of its own."""

    # --- life ---

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_CALL)
        app.router.add_routes([*self.routes(), web.get("/files/photo.png", self._picture)])
        app.router.add_get("/files/film.mp4", self._film)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for news in self._news:
            news.cancel()
        await asyncio.gather(*self._news, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- looking ---

    def texts(self, recipient: str) -> list[str]:
        return [sent.text for sent in self.sent if sent.recipient == recipient]

    @property
    def photo_url(self) -> str:
        return f"{self.url}/files/photo.png"

    @property
    def film_url(self) -> str:
        return f"{self.url}/files/film.mp4"

    @staticmethod
    async def _film(_request: web.Request) -> web.Response:
        return web.Response(body=FILM, content_type="video/mp4")

    @staticmethod
    async def _picture(_request: web.Request) -> web.Response:
        return web.Response(body=PICTURE, content_type="image/png")

    # --- what customers do ---

    def customer_wrote(self, who: str, at: float | None = None) -> None:
        """Make a person known to the account and open the window."""
        self._last_wrote[who] = self._clock() if at is None else at

    # --- delivering ---

    async def deliver(self, webhook: str, events: Sequence[Event], *, times: int = 1, attempts: int = 20) -> int:
        """POST the events `times` over, each repeated until it gets 200; returns how many POSTs that took."""
        posts = 0
        for headers, raw in self.signed(events) * times:
            for attempt in range(attempts):
                posts += 1
                if await self.post(webhook, headers, raw) == 200:
                    break
                await asyncio.sleep(min(0.05 * 2**attempt, 1.0))
            else:
                raise AssertionError(f"{webhook} did not answer 200 in {attempts} attempts")
        return posts

    def reached_at(self, address: str) -> str | None:
        """Where a public address is from here, as `homes` say; None where nobody said."""
        home = next((each for each in self.homes if address.startswith(each)), None)
        return None if home is None else self.homes[home] + address.removeprefix(home)

    async def ask(self, address: str, params: Mapping[str, str]) -> tuple[int, str]:
        """What an address answers to a GET: status and text."""
        if self._session is None:
            raise RuntimeError(f"use `async with {type(self).__name__}()`")
        async with self._session.get(address, params=params) as response:
            return response.status, await response.text()

    async def post(self, webhook: str, headers: Mapping[str, str], raw: bytes) -> int:
        """The status the webhook answered; 0 when nothing listens there."""
        if self._session is None:
            raise RuntimeError(f"use `async with {type(self).__name__}()`")
        try:
            async with self._session.post(webhook, data=raw, headers=headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, OSError):
            return 0

    def reacted(self, message_id: str, emoji: str) -> None:
        """The bot put an emoji on a message, or ("") took it back."""
        self.reactions.pop(message_id, None)
        if emoji:
            self.reactions[message_id] = emoji

    # --- answering calls ---

    async def answer(
        self, request: web.Request, take: Callable[[web.Request], Awaitable[Json]], status: int = 200
    ) -> web.Response:
        """One call of the API: `take` gives the JSON of a success, or raises Refusal."""
        mode = self.mode
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode == "reset":
            return _break_off(request)
        try:
            if mode == "rate":
                raise self.slow_down(1)
            if mode == "outage":
                raise self.broken()
            told = await take(request)
        except Refusal as error:
            self.refused.append(error)
            self.told(error)
            return web.json_response(error.body(), status=error.status, headers=error.headers)
        return _break_off(request) if mode == "reset_after" else web.json_response(told, status=status)

    def took(self, sent: Sent) -> Sent:
        """Note a message, and tell the bot of it where the platform would."""
        self.sent.append(sent)
        self.told(sent)
        if self.echo_to and (events := self.told_of(sent)):
            self._later(self._tell(self.echo_to, events))
        return sent

    async def _tell(self, webhook: str, events: Sequence[Event]) -> None:
        for event in events:
            await self.deliver(webhook, [event])

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._news.add(task)
        task.add_done_callback(self._told)

    def _told(self, task: asyncio.Task[None]) -> None:
        self._news.discard(task)
        if not task.cancelled():
            task.exception()  # a bot that is gone hears nothing, and that is all

    # --- counting ---

    def number(self) -> int:
        return next(self._numbers)

    def now_ms(self) -> int:
        return int(self._clock() * 1000)


def _break_off(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
