"""Files of customers, in a directory and in a bucket: whole or not at all, once only, and nowhere else."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from chatbot.content.bot_file import Bucket
from chatbot.storage.blobs import Blobs, Directory
from chatbot.storage.s3 import S3
from tests.storage.fake_s3 import FakeS3


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def kept(blobs: Blobs, key: str, start: int = 0, stop: int | None = None) -> bytes | None:
    blob = await blobs.open(key)
    return None if blob is None else b"".join([piece async for piece in blob.read(start, stop)])


@pytest.fixture(params=["directory", "s3"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Blobs]:
    if request.param == "directory":
        yield Directory(tmp_path / "files")
        return
    async with FakeS3() as fake, aiohttp.ClientSession() as session:
        yield S3(Bucket.model_validate(fake.settings), session)


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return Directory(tmp_path / "files")


async def test_what_is_put_can_be_read_whole_and_in_part(blobs: Blobs) -> None:
    await blobs.put("site/one.png", pieces(b"abc", b"", b"def" * 100_000))
    assert await kept(blobs, "site/one.png") == b"abc" + b"def" * 100_000
    assert await kept(blobs, "site/one.png", 2, 5) == b"cde"
    assert await kept(blobs, "site/one.png", 5, 1_000_000) == (b"abc" + b"def" * 100_000)[5:]
    blob = await blobs.open("site/one.png")
    assert blob is not None
    assert blob.size == 300_003
    assert await blobs.open("site/two.png") is None


async def test_the_first_one_stays(blobs: Blobs) -> None:
    await asyncio.gather(*(blobs.put("one", pieces(b"%d" % number * 9)) for number in range(5)))
    first = await kept(blobs, "one")
    await blobs.put("one", pieces(b"other"))
    assert await kept(blobs, "one") == first
    assert len(first or b"") == 9


async def test_what_breaks_off_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await blobs.put("site/one", broken())
    assert await blobs.open("site/one") is None
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


async def test_one_is_deleted_alone_or_a_folder_with_all_in_it(blobs: Blobs) -> None:
    for key in ("ana/one", "ana/two", "bob/one"):
        await blobs.put(key, pieces(b"x"))
    await blobs.delete("ana/one")
    assert await kept(blobs, "ana/two") == b"x"
    await blobs.delete("ana")
    await blobs.delete("ana")
    await blobs.delete("nobody/nothing")
    assert await blobs.open("ana/two") is None
    assert await kept(blobs, "bob/one") == b"x"


async def test_what_cannot_be_deleted_is_said(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    await directory.put("site/one.png", pieces(b"abc"))

    def refuses(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("shutil.rmtree", refuses)
    with pytest.raises(PermissionError):
        await directory.delete("site")
    assert await kept(directory, "site/one.png") == b"abc"


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "..", "a/../b", "a//b", ".hidden", "a/.x", "a\\b", "a\0", "é", "a" * 129]
)
async def test_no_key_leads_out(blobs: Blobs, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await blobs.put(key, pieces(b"x"))
    with pytest.raises(ValueError, match="not a key"):
        await blobs.open(key)
    with pytest.raises(ValueError, match="not a key"):
        await blobs.delete(key)


async def test_only_the_owner_may_read_them(directory: Directory, tmp_path: Path) -> None:
    await directory.put("site/one", pieces(b"x"))
    modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.rglob("*") if each.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "files" / "site").stat().st_mode) == 0o700
