"""What customers send is kept before their platform forgets it, by what it is, and goes when they are forgotten."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path as File

import aiohttp
import pytest
from aiohttp import web

from chatbot.contacts import media as media_room
from chatbot.contacts.media import BUDGET, MOST_HELD, Media
from chatbot.contacts.shredding import Shredder
from chatbot.conversation.codec import INBOUND
from chatbot.conversation.path import Path
from chatbot.conversation.record import Arrival, Mark, Record, Result
from chatbot.conversation.store import Outcome, Unavailable, Work
from chatbot.errors import PlatformError
from chatbot.server.webchat.files import Files
from chatbot.storage.blobs import Blob, Directory
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.types import Attachment, Event, Facts, Inbound
from tests.conversation.path_kit import ACCOUNT, FakeChannel, Ticking, make_path, said, say, until
from tests.storage.store_kit import commit, open_sqlite, pending, put, rows, speaks

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 9_000


@pytest.fixture
async def store(tmp_path: File) -> AsyncIterator[SqliteStore]:
    opened = open_sqlite(tmp_path / "chatbot.db")
    yield opened
    await opened.close(clean=True)


@dataclass
class Giving(FakeChannel):
    """A platform that gives out files by their handle or address."""

    files: dict[str, bytes] = field(
        default_factory=lambda: {"h1": PNG, "https://x.example/a": PNG, "odd": b"\x00\x01\x02"}
    )
    gate: asyncio.Event | None = None
    asked: list[str] = field(default_factory=list)

    async def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        name = attachment.url or attachment.id
        self.asked.append(name)
        if self.gate is not None:
            await self.gate.wait()
        if name not in self.files:
            raise PlatformError("gone", reason="content")
        raw = self.files[name]
        for start in range(0, len(raw), 1_000):
            yield raw[start : start + 1_000]


def shows(record: Record, arrival: Arrival, programs: object, renderer: object, queues: object) -> Result:
    """Answers with the addresses it was given."""
    if arrival.inbound is None:
        return Result(record)
    return Result(record, lines=(say(" ".join(each.url for each in arrival.inbound.attachments) or "-", renderer),))


@dataclass
class House:
    path: Path
    media: Media
    channel: Giving
    clock: Ticking
    folder: File
    files: Files
    blobs: Shredder[Blob]

    @property
    def kept(self) -> list[File]:
        return sorted(each for each in self.folder.rglob("*") if each.is_file())

    def attachments(self) -> list[tuple[Attachment, ...]]:
        """As the transcript has them."""
        found = rows(self.folder.parent / "chatbot.db", "SELECT body FROM messages WHERE author = 'customer'")
        return [INBOUND.decode(str(body)).attachments for (body,) in found]


@pytest.fixture
def house(store: SqliteStore, tmp_path: File) -> House:
    channel, clock = Giving(), Ticking()
    blobs = Shredder(Directory(tmp_path / "files"), store)
    path = make_path(store, clock, [channel], turn=shows)
    media, files = Media(store, blobs, {ACCOUNT: channel}, clock), Files(blobs, b"k" * 32, "https://bot.example")
    path.turns.patience, media.on_kept, media.link = (media,), path.inbox.on_turns, files.address
    return House(path, media, channel, clock, tmp_path / "files", files, blobs)


def sends(number: int, *attachments: Attachment) -> Inbound:
    return said("", number, kind="attachment", attachments=attachments)


BY_HANDLE = Attachment("image", id="h1")
BY_ADDRESS = Attachment("image", "https://x.example/a")


async def test_a_file_with_a_handle_only_has_an_address_of_ours_when_the_flow_sees_it(house: House) -> None:
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await house.path.quiet()
    await house.media.close()
    [answer] = house.channel.texts()
    assert answer.startswith(f"https://bot.example/media/{ACCOUNT}/")
    [[kept]] = house.attachments()
    assert (kept.mime, kept.title, kept.url) == ("image/png", "image.png", answer)
    [file] = house.kept
    assert file.read_bytes() == PNG
    assert "ana" not in str(file.relative_to(house.folder))


async def test_nobody_waits_for_a_file_that_has_an_address_and_the_transcript_learns_of_ours(house: House) -> None:
    house.channel.gate = asyncio.Event()
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_ADDRESS)])
        await house.path.quiet()
        assert house.channel.texts() == ["https://x.example/a"]
        house.channel.gate.set()
        await until(lambda: not house.media._tasks)
    [[kept]] = house.attachments()
    assert kept.id.startswith("blob:")
    assert len(house.kept) == 1


async def test_an_address_that_only_we_can_open_is_waited_for_like_a_handle(store: SqliteStore, tmp_path: File) -> None:
    @dataclass
    class Guards(Giving):
        guards_media: bool = True

    channel, clock = Guards(), Ticking()
    blobs = Shredder(Directory(tmp_path / "files"), store)
    path = make_path(store, clock, [channel], turn=shows)
    media = Media(store, blobs, {ACCOUNT: channel}, clock)
    path.turns.patience, media.on_kept, media.link = (media,), path.inbox.on_turns, lambda _: "https://bot.example/ours"
    async with path.running():
        await path.accept(ACCOUNT, [sends(1, BY_ADDRESS)])
        await path.quiet()
    assert channel.texts() == ["https://bot.example/ours"]


async def test_who_is_forgotten_while_their_file_is_fetched_leaves_none(house: House, store: SqliteStore) -> None:
    house.channel.gate = asyncio.Event()
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_ADDRESS)])
        await house.path.quiet()
        await store.erase(ACCOUNT, ["ana"], house.clock.now)
        await house.blobs.shred()
        house.channel.gate.set()
        await until(lambda: not house.media._tasks)
    assert house.kept == []


async def test_a_file_that_nobody_has_any_more_and_that_stays_at_first_is_not_lost_track_of(
    house: House, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.channel.gate = asyncio.Event()
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_ADDRESS)])
        await house.path.quiet()
        await store.erase(ACCOUNT, ["ana"], house.clock.now)
        await house.blobs.shred()

        async def refuses(self: Directory, key: str) -> None:
            raise PermissionError

        with monkeypatch.context() as patched:
            patched.setattr(Directory, "delete", refuses)
            house.channel.gate.set()
            await until(lambda: not house.media._tasks)
            assert len(house.kept) == 1
    await house.blobs.shred()
    assert house.kept == []


async def test_a_platform_that_is_slow_costs_no_more_than_some_seconds(house: House) -> None:
    house.channel.gate = asyncio.Event()
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await until(lambda: house.channel.asked == ["h1"])
        await asyncio.sleep(0.02)
        assert house.channel.sent == []
        house.clock.now += BUDGET
        house.path.inbox.on_turns.ring()
        await house.path.quiet()
        assert house.channel.texts() == ["-"]
    await house.media.close()


async def test_a_crowd_that_sends_pictures_holds_up_nobody_who_writes(house: House) -> None:
    house.channel.gate = asyncio.Event()
    async with house.path.running():
        crowd = [
            said("", number, contact=f"c{number}", kind="attachment", attachments=(BY_HANDLE,)) for number in range(200)
        ]
        await house.path.accept(ACCOUNT, [*crowd, said("hello", 999)])
        await until(lambda: house.channel.texts() == ["-"])
        assert len(house.channel.sent) == 200 + 1 - MOST_HELD
        house.channel.gate.set()
        await house.path.quiet()
    await house.media.close()


@pytest.mark.parametrize(
    "attachment",
    [Attachment("file", id="odd"), Attachment("image", id="gone"), Attachment("location", latitude=1, longitude=2)],
)
async def test_what_is_gone_or_of_no_known_type_stays_as_it_came(house: House, attachment: Attachment) -> None:
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, attachment)])
        await house.path.quiet()
    assert house.attachments() == [(attachment,)]
    assert house.kept == []


async def test_what_is_too_large_is_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_room, "LARGEST", 8_000)
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await house.path.quiet()
    assert house.kept == []
    assert house.attachments() == [(BY_HANDLE,)]


async def test_a_file_that_cannot_be_noted_is_not_kept(
    house: House, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> bool:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(store, "attach", full)
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await house.path.quiet()
    assert house.kept == []


async def test_files_go_with_the_contact_and_only_theirs(house: House, store: SqliteStore) -> None:
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await house.path.accept(ACCOUNT, [said("", 2, contact="bo", kind="attachment", attachments=(BY_HANDLE,))])
        await house.path.quiet()
    assert len(house.kept) == 2
    await store.erase(ACCOUNT, ["ana"], house.clock.now)
    assert len(await store.erased_files()) == 1
    await house.blobs.shred()
    assert len(house.kept) == 1
    assert await store.erased_files() == []


async def test_what_the_forgotten_send_next_is_kept(house: House, store: SqliteStore) -> None:
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await house.path.quiet()
        await store.erase(ACCOUNT, ["ana"], house.clock.now)
        await house.path.accept(ACCOUNT, [sends(2, BY_HANDLE)])
        await house.path.quiet()
    await house.blobs.shred()
    assert len(house.kept) == 1


async def test_one_folder_that_cannot_be_deleted_keeps_nobody_elses(
    house: House, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.path.running():
        for number, who in enumerate(("ana", "bo"), 1):
            sent = said("", number, contact=who, kind="attachment", attachments=(BY_HANDLE,))
            await house.path.accept(ACCOUNT, [sent])
        await house.path.quiet()
        await store.erase(ACCOUNT, ["ana", "bo"], house.clock.now)
        first, delete = (await store.erased_files())[0], Directory.delete

        async def failing(self: Directory, key: str) -> None:
            if key == first:
                raise PermissionError
            await delete(self, key)

        monkeypatch.setattr(Directory, "delete", failing)
        await house.blobs.shred()
        assert await store.erased_files() == [first]
        await house.path.accept(ACCOUNT, [said("", 3, contact="cy", kind="attachment", attachments=(BY_HANDLE,))])
        await house.path.quiet()
    assert len(house.kept) == 2, "the one that is stuck, and a new one of somebody else"


async def test_a_picture_that_was_taken_back_is_deleted(house: House, store: SqliteStore) -> None:
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await house.path.quiet()
    await put(store, said("", 2, kind="delete", refers_to="m1"))
    [work] = await pending(store, house.clock.now + 9)
    await commit(store, Outcome(work, Result(work.record, mark=Mark("delete", "m1")), 0))
    await house.blobs.shred()
    assert house.kept == []


KEPT = (Attachment("image", "https://bot.example/m", id="blob:page/ana/1.png"),)


async def test_an_edited_caption_keeps_its_picture_and_another_picture_replaces_it(
    store: SqliteStore, tmp_path: File
) -> None:
    database = tmp_path / "chatbot.db"
    await put(store, said("my hat", 1, kind="attachment", attachments=KEPT))
    [work] = await pending(store)
    await commit(store, Outcome(work, Result(work.record), 0))
    await marks(store, said("my cap", 2, kind="edit", refers_to="m1"), Mark("edit", "m1", "my cap"))
    assert bodies(database) == [("my cap", KEPT)]
    assert await store.erased_files() == []
    other = said("my cap", 3, kind="edit", refers_to="m1", attachments=(BY_HANDLE,))
    row = await marks(store, other, Mark("edit", "m1", "my cap"))
    assert bodies(database) == [("my cap", (BY_HANDLE,))]
    assert await store.erased_files() == ["page/ana/1.png"]
    assert await store.attach(1, row, replace(other, attachments=KEPT))
    assert bodies(database) == [("my cap", KEPT)], "what an edit brings is fetched too"


async def test_what_was_edited_and_then_taken_back_is_nowhere(store: SqliteStore, tmp_path: File) -> None:
    await put(store, said("first secret", 1))
    [work] = await pending(store)
    await commit(store, speaks(work, "ok", event=told_in("first secret", work)))
    await marks(store, said("second secret", 2, kind="edit", refers_to="m1"), Mark("edit", "m1", "second secret"))
    await marks(store, said("", 3, kind="delete", refers_to="m1"), Mark("delete", "m1"))
    with closing(sqlite3.connect(tmp_path / "chatbot.db")) as conn:
        assert "secret" not in "\n".join(conn.iterdump())


async def test_a_picture_that_is_taken_back_before_it_was_read_is_deleted(store: SqliteStore) -> None:
    await put(store, said("", 1, kind="attachment", attachments=KEPT))
    [work] = await pending(store)
    await commit(store, Outcome(work, Result(work.record, parked=True), 0))
    await marks(store, said("", 2, kind="delete", refers_to="m1"), Mark("delete", "m1"))
    assert await store.erased_files() == ["page/ana/1.png"]


async def marks(store: SqliteStore, inbound: Inbound, mark: Mark) -> int:
    """A turn that takes up an edit or a deletion; gives its row of the inbox."""
    await put(store, inbound)
    [work] = [each for each in await pending(store) if each.arrival.inbound == inbound]
    assert await commit(store, Outcome(work, Result(work.record, mark=mark), 0)) == [True]
    return work.row


def told_in(text: str, work: Work) -> Event:
    return Event("message", work.arrival.at, Facts(work.record.id, ACCOUNT, "messenger", "en"), text=text)


def bodies(database: File) -> list[tuple[object, tuple[Attachment, ...]]]:
    found = rows(database, "SELECT text, body FROM messages WHERE author = 'customer'")
    return [(text, INBOUND.decode(str(body)).attachments) for text, body in found]


async def test_a_file_that_comes_while_its_turn_is_computed_is_not_lost(store: SqliteStore) -> None:
    """The turn that did not see it is out of date and computed again."""
    await put(store, sends(1, BY_ADDRESS))
    [work] = await pending(store)
    assert work.arrival.inbound is not None
    kept = replace(work.arrival.inbound, attachments=(replace(BY_ADDRESS, id="blob:a/b.png"),))
    assert await store.attach(work.record.id, work.row, kept)
    assert await commit(store, speaks(work, "thanks")) == [False]
    [again] = await pending(store)
    assert again.arrival.inbound == kept


async def test_the_address_works_for_whoever_has_it_and_no_other_does(house: House) -> None:
    async with house.path.running():
        await house.path.accept(ACCOUNT, [sends(1, BY_HANDLE)])
        await house.path.quiet()
    [address] = house.channel.texts()
    app = web.Application()
    app.router.add_routes(house.files.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    here = address.replace("https://bot.example", f"http://127.0.0.1:{runner.addresses[0][1]}")
    async with aiohttp.ClientSession() as session:
        async with session.get(here) as answer:
            assert (answer.status, await answer.read()) == (200, PNG)
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        for wrong in (here[:-1], here.replace("image.png", "image.html"), here.partition("?")[0]):
            async with session.get(wrong) as answer:
                assert answer.status == 404
    await runner.cleanup()
