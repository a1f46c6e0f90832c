"""A bucket that is slow, far away, or not ours: what is tried again, and what is said."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from chatbot.content.bot_file import Bucket
from chatbot.errors import OperatorError
from chatbot.storage import s3
from chatbot.storage.s3 import S3, BucketError
from tests.storage.fake_s3 import FakeS3
from tests.storage.test_blobs import kept, pieces


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeS3]:
    monkeypatch.setattr(s3, "PAUSES", (0.0, 0.0))
    async with FakeS3() as opened:
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def bucket(fake: FakeS3, session: aiohttp.ClientSession, **more: Any) -> S3:
    return S3(Bucket.model_validate({**fake.settings, **more}), session)


async def test_files_lie_below_the_prefix_encrypted_if_wanted(fake: FakeS3, session: aiohttp.ClientSession) -> None:
    store = bucket(fake, session, prefix="/chat/files/", encryption="AES256")
    await store.put("site/ana/one", pieces(b"abc"))
    assert fake.objects == {"chat/files/site/ana/one": b"abc"}
    assert fake.headers["chat/files/site/ana/one"]["x-amz-server-side-encryption"] == "AES256"
    assert await kept(store, "site/ana/one") == b"abc"


async def test_a_folder_of_many_pages_is_deleted_and_its_neighbours_are_not(
    fake: FakeS3, session: aiohttp.ClientSession
) -> None:
    store = bucket(fake, session)
    for number in range(7):
        await store.put(f"site/ana/{number}", pieces(b"x"))
    await store.put("site/anabel/1", pieces(b"x"))
    await store.delete("site/ana")
    assert list(fake.objects) == ["site/anabel/1"]


@pytest.mark.parametrize("trouble", [500, 503, 429, "reset"])
async def test_what_passes_is_tried_again_with_the_whole_file(
    fake: FakeS3, session: aiohttp.ClientSession, trouble: int | str
) -> None:
    store = bucket(fake, session)
    large = b"0123456789" * 300_000
    fake.trouble.extend([trouble, trouble])
    await store.put("site/one", pieces(large[:100], large[100:]))
    fake.trouble.append(trouble)
    assert await kept(store, "site/one") == large
    assert fake.asked[:4] == ["HEAD", "HEAD", "HEAD", "PUT"]


async def test_what_does_not_pass_is_said_and_nothing_is_taken_for_gone(
    fake: FakeS3, session: aiohttp.ClientSession
) -> None:
    store = bucket(fake, session)
    await store.put("site/one", pieces(b"abc"))
    fake.trouble.extend([503] * 3)
    with pytest.raises(BucketError, match="503"):
        await store.open("site/one")
    fake.trouble.extend([500] * 3)
    with pytest.raises(BucketError, match="500 InternalError"):
        await store.delete("site")
    assert fake.objects


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"secret_key": "another"}, "correct `secret_key`"),
        ({"access_key": "AKIAOTHER"}, "correct `access_key`"),
        ({"region": "us-east-1"}, "correct `region`"),
        ({"bucket": "nobodys"}, "correct `bucket`"),
    ],
)
async def test_a_wrong_setting_is_named_and_no_secret_told(
    fake: FakeS3, session: aiohttp.ClientSession, settings: dict[str, str], said: str
) -> None:
    store = bucket(fake, session, **settings)
    with pytest.raises(BucketError) as error:
        await store.delete("site/one")
    assert said in str(error.value)
    assert settings.get("secret_key", "fake-secret") not in str(error.value)


async def test_a_wrong_clock_is_named(fake: FakeS3, session: aiohttp.ClientSession) -> None:
    fake.offset = 3600
    with pytest.raises(BucketError, match="clock of this machine"):
        await bucket(fake, session).delete("site/one")


async def test_a_bucket_that_nobody_answers_for_is_said(fake: FakeS3, session: aiohttp.ClientSession) -> None:
    with pytest.raises(BucketError, match="cannot be reached"):
        await bucket(fake, session, endpoint="http://127.0.0.1:9").put("one", pieces(b"x"))


async def test_a_bucket_that_keeps_what_is_deleted_is_known(fake: FakeS3, session: aiohttp.ClientSession) -> None:
    store = bucket(fake, session)
    assert await store.is_versioned() is False
    fake.versioned = True
    assert await store.is_versioned() is True


async def test_a_bucket_that_is_gone_is_not_taken_for_a_file_that_is_gone(
    fake: FakeS3, session: aiohttp.ClientSession
) -> None:
    assert await bucket(fake, session).open("site/one") is None
    with pytest.raises(BucketError, match="correct `bucket`"):
        await bucket(fake, session, bucket="nobodys").open("site/one")


async def test_an_object_that_stays_keeps_none_of_the_others_of_its_folder(
    fake: FakeS3, session: aiohttp.ClientSession
) -> None:
    store = bucket(fake, session)
    for number in range(3):
        await store.put(f"site/ana/{number}", pieces(b"x"))
    fake.locked.add("site/ana/0")
    with pytest.raises(BucketError, match="DeleteObject"):
        await store.delete("site/ana")
    assert list(fake.objects) == ["site/ana/0"]


async def test_whoever_reads_over_a_slow_line_gets_the_whole_file(
    fake: FakeS3, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    store = bucket(fake, session)
    await store.put("site/one", pieces(b"x" * 8_000_000))
    blob, taken = await store.open("site/one"), 0
    assert blob is not None
    async for piece in blob.read():
        taken += len(piece)
        await asyncio.sleep(0.01)
    assert taken == 8_000_000


async def test_without_the_extra_the_line_that_installs_it_is_told(
    fake: FakeS3, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "botocore.auth", None)
    with pytest.raises(OperatorError, match=r"pip install 'chatbot\[s3\]'"):
        bucket(fake, session)
