"""Tokens that run out: exchanged once for all who wait, and on disk before anything else happens."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from chatbot.channels.tokens import EARLY, Rotation, Tokens, seeded
from chatbot.conversation.store import Unavailable
from chatbot.errors import PlatformError

NOW = 1_800_000_000_000
HOUR = 3_600_000


class Clock:
    now = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class Server:
    """Takes each refresh token once, as X and TikTok do."""

    good: str = "r0"
    count: int = 0
    clock: Clock = field(default_factory=Clock)
    slow: asyncio.Event = field(default_factory=asyncio.Event)
    down: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    lifetime: int = 2 * HOUR

    def __post_init__(self) -> None:
        self.slow.set()

    async def refresh(self, token: str) -> Tokens:
        self.begun.set()
        if self.down:
            raise PlatformError("down", reason="outage", retryable=True)
        if token != self.good:
            raise PlatformError("used already", reason="token")
        self.count += 1
        self.good = f"r{self.count}"
        await self.slow.wait()
        return Tokens(f"a{self.count}", self.good, self.clock() + self.lifetime)


@dataclass
class Disk:
    kept: dict[str, Tokens] = field(default_factory=dict)
    full: bool = False

    async def get(self, account: str) -> Tokens | None:
        return self.kept.get(account)

    async def put(self, account: str, tokens: Tokens) -> None:
        if self.full:
            raise Unavailable("disk full")
        self.kept[account] = tokens


def rotation(server: Server, disk: Disk, first: Tokens | None = None, clock: Clock | None = None) -> Rotation:
    made = Rotation("acct", first or seeded("", "r0"), server.refresh, clock or Clock())
    made.keep_in(disk)
    return made


async def test_all_who_wait_get_the_one_new_token() -> None:
    server, disk = Server(), Disk()
    tokens = rotation(server, disk)
    assert set(await asyncio.gather(*(tokens.get() for _ in range(20)))) == {"a1"}
    assert server.count == 1
    assert disk.kept["acct"].refresh == "r1"


async def test_it_is_stored_before_it_is_used() -> None:
    server, disk = Server(), Disk()
    await rotation(server, disk).get()
    again = rotation(server, disk)  # as after a crash
    assert await again.get() == "a1"
    assert await again.get(refused="a1") == "a2"
    assert disk.kept["acct"].refresh == "r2"


async def test_whoever_gives_up_waiting_does_not_lose_the_token() -> None:
    server, disk = Server(), Disk()
    server.slow.clear()
    tokens = rotation(server, disk)
    waiting = asyncio.create_task(tokens.get())
    await server.begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    server.slow.set()
    await tokens.settle()
    assert disk.kept["acct"].access == "a1"
    assert await tokens.get() == "a1"


async def test_what_a_full_disk_did_not_take_is_used_and_stored_later() -> None:
    server, disk = Server(), Disk(full=True)
    tokens = rotation(server, disk)
    assert await tokens.get() == "a1"
    disk.full = False
    assert await tokens.get() == "a1"
    assert disk.kept["acct"].refresh == "r1"
    assert server.count == 1


async def test_a_token_is_renewed_before_it_ends_and_an_outage_then_costs_nothing() -> None:
    clock = Clock()
    server, disk = Server(clock=clock), Disk()
    tokens = rotation(server, disk, clock=clock)
    await tokens.get()
    clock.now = NOW + 2 * HOUR - EARLY - 1
    assert await tokens.get() == "a1"
    clock.now += 2
    server.down = True
    assert await tokens.get() == "a1", "still good, although it was to be renewed"
    server.down = False
    assert await tokens.get() == "a2"
    clock.now = NOW + 5 * HOUR
    server.down = True
    with pytest.raises(PlatformError):
        await tokens.get()


async def test_new_tokens_in_the_settings_replace_the_stored_ones() -> None:
    server, disk = Server(), Disk()
    await rotation(server, disk).get()
    server.good = "by hand"
    assert await rotation(server, disk, seeded("", "by hand")).get() == "a2"
    assert await rotation(server, disk, seeded("", "by hand")).get() == "a2", "which has become the stored one"
    with pytest.raises(PlatformError):  # whoever goes back to the first one has used it already
        await rotation(server, disk, seeded("", "r0")).get()


async def test_a_token_without_a_successor_is_used_until_it_is_refused() -> None:
    tokens = rotation(Server(), Disk(), seeded("mine", ""))
    assert await tokens.get() == "mine"
    with pytest.raises(PlatformError) as caught:
        await tokens.get(refused="mine")
    assert caught.value.reason == "token"


async def test_a_first_access_token_serves_until_it_is_refused() -> None:
    server = Server()
    tokens = rotation(server, Disk(), seeded("first", "r0"))
    assert await tokens.get() == "first"
    assert server.count == 0
    assert await tokens.get(refused="first") == "a1"


async def test_an_answer_without_a_refresh_token_leaves_the_old_one_good() -> None:
    async def refresh(token: str) -> Tokens:
        return Tokens(f"for {token}", "", NOW + HOUR)

    disk = Disk()
    tokens = Rotation("acct", seeded("", "r0"), refresh, Clock())
    tokens.keep_in(disk)
    assert await tokens.get() == "for r0"
    assert disk.kept["acct"] == replace(seeded("", "r0"), access="for r0", expires_at=NOW + HOUR)


async def test_a_token_that_lives_a_minute_is_used_for_half_of_it() -> None:
    server = Server(lifetime=60_000)
    rotation = Rotation("acme", seeded("", "r0"), server.refresh, server.clock)
    for _ in range(3):
        assert await rotation.get() == "a1"
    server.clock.now += 31_000
    assert await rotation.get() == "a2"


def test_tokens_never_show_in_a_log() -> None:
    assert "secret" not in repr(Tokens("secret-a", "secret-r"))
