"""Files in a bucket of S3, or of what speaks as S3 does: the port of blobs.py over HTTP.

Requests are signed by botocore (extra `s3`) and made by aiohttp. Nothing is public: who may read a file is decided
by the links of ours that lead to it, and the bytes pass through this process.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from chatbot.content.bot_file import Bucket
from chatbot.errors import OperatorError
from chatbot.storage.blobs import PIECE, Blob, check_key

if TYPE_CHECKING:
    from botocore.auth import S3SigV4Auth

PAUSES: Final = (0.2, 1.0)
"""Seconds before a request is made again that failed for no fault of ours."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=60, sock_connect=10, sock_read=20)
READING: Final = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=20)
"""Of a file that is read: how long that takes is for whoever reads it, perhaps over a slow line."""
IN_MEMORY: Final = 1 << 20
"""Bytes of a file on its way that are held in memory; a longer one waits on disk, because its length must be known."""

_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
_ADVICE: Final[Mapping[str, str]] = {
    "NoSuchBucket": "there is no such bucket: make it, or correct `bucket`",
    "InvalidAccessKeyId": "the access key is not known there: correct `access_key`",
    "SignatureDoesNotMatch": "the secret does not fit the access key: correct `secret_key`",
    "AccessDenied": "the key may not do this: allow it GetObject, PutObject, DeleteObject and ListBucket on the bucket",
    "RequestTimeTooSkewed": "the clock of this machine is wrong: set it",
    "AuthorizationHeaderMalformed": "the bucket is in another region: correct `region`",
    "PermanentRedirect": "the bucket is in another region: correct `region` or `endpoint`",
}


class BucketError(OperatorError, OSError):
    """The bucket cannot do what was asked; the text says why and what to do, and holds no secret.

    `code` is the bucket's own word for it, "" where it said none.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Object:
    store: S3
    name: str
    size: int

    async def read(self, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes]:
        last = (self.size if stop is None else min(stop, self.size)) - 1
        if start > last:
            return
        headers = {"Range": f"bytes={start}-{last}"}
        async with self.store.answer("GET", self.name, headers=headers, limits=READING) as response:
            async for piece in response.content.iter_chunked(PIECE):
                yield piece


class S3:
    """Blobs as objects below a prefix. Raises BucketError, an OSError, for whatever the bucket refuses."""

    def __init__(self, settings: Bucket, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session
        self._signer = _signer(settings)
        self._base = _base(settings)
        self._prefix = f"{settings.prefix.strip('/')}/" if settings.prefix.strip("/") else ""

    async def put(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        name = self._name(key)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as draft:
            size = 0
            async for piece in pieces:
                size += len(piece)
                await asyncio.to_thread(draft.write, piece)
            if await self._size(name) is not None:
                return
            headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
            if self._settings.encryption:
                headers["x-amz-server-side-encryption"] = self._settings.encryption
            async with self.answer("PUT", name, headers=headers, body=draft):
                pass

    async def open(self, key: str) -> Blob | None:
        name = self._name(key)
        size = await self._size(name)
        if size is not None:
            return _Object(self, name, size)
        try:  # a HEAD has no words: the bucket itself may be gone, and no file is lost for that
            async with self.answer("GET", name):
                return None
        except BucketError as error:
            if error.code != "NoSuchKey":
                raise
            return None

    async def delete(self, key: str) -> None:
        """A folder is what stands before a slash: each object is listed and deleted, and none is forgotten.

        One that the bucket does not let go, as it may be locked, keeps none of the others.
        """
        name = self._name(key)
        refused: BucketError | None = None
        async for each in self._below(f"{name}/"):
            try:
                await self._delete(each)
            except BucketError as error:
                if not error.code:
                    raise  # nobody answers; the others would wait as long
                refused = error
        await self._delete(name)
        if refused is not None:
            raise refused

    async def probe(self) -> None:
        """Keep a file, read it and delete it again. Raises BucketError for what the bucket does not let us do."""
        key, said = f"probe/{secrets.token_hex(8)}", b"written by chatbot doctor"

        async def pieces() -> AsyncIterator[bytes]:
            yield said

        await self.delete(key)  # the listing says why, where a HEAD has no words
        await self.put(key, pieces())
        blob = await self.open(key)
        read = b"".join([piece async for piece in blob.read()]) if blob is not None else b""
        await self.delete(key)
        if read != said:
            raise BucketError(
                f"bucket {self._settings.bucket} at {self._host} gives back something else than it was given"
            )

    async def is_versioned(self) -> bool:
        """Whether the bucket keeps what is deleted in it."""
        async with self.answer("GET", query={"versioning": ""}, also=(501,)) as response:
            return b"<Status>" in await response.read() and response.status == 200

    async def _delete(self, name: str) -> None:
        async with self.answer("DELETE", name, also=(404,)):
            pass

    async def _size(self, name: str) -> int | None:
        async with self.answer("HEAD", name, also=(404,)) as response:
            return None if response.status == 404 else int(response.headers.get("Content-Length", 0))

    async def _below(self, prefix: str) -> AsyncIterator[str]:
        """The objects below a prefix, page by page; what is listed may be deleted on the way."""
        token = ""
        while True:
            query = {"list-type": "2", "prefix": prefix, **({"continuation-token": token} if token else {})}
            async with self.answer("GET", query=query) as response:
                page = await response.text()
            # Names are ours, of letters that XML leaves as they are.
            for name in re.findall(r"<Key>([^<]*)</Key>", page):
                yield name
            found = re.search(r"<NextContinuationToken>([^<]+)</NextContinuationToken>", page)
            if found is None:
                return
            token = found[1]

    def _name(self, key: str) -> str:
        check_key(key)
        return self._prefix + key

    # --- one request -----------------------------------------------------------------------------------------

    @asynccontextmanager
    async def answer(
        self,
        method: str,
        name: str = "",
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: IO[bytes] | None = None,
        also: tuple[int, ...] = (),
        limits: aiohttp.ClientTimeout = TIMEOUT,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """What the bucket answers, 2xx or one of `also`; what passes by itself is tried again."""
        asked = "&".join(f"{key}={quote(value, safe='-_.~')}" for key, value in sorted((query or {}).items()))
        address = f"{self._base}/{quote(name, safe='-_.~/')}{f'?{asked}' if asked else ''}"
        response = await self._try(method, address, headers or {}, body, limits)
        for pause in PAUSES:
            if isinstance(response, aiohttp.ClientResponse) and response.status not in _PASSING:
                break
            if isinstance(response, aiohttp.ClientResponse):
                response.release()
            await asyncio.sleep(pause)
            response = await self._try(method, address, headers or {}, body, limits)
        if isinstance(response, str):
            raise BucketError(f"{self._host} cannot be reached: {response}")
        try:
            if response.status >= 300 and response.status not in also:
                raise await self._refusal(method, response)
            yield response
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BucketError(f"{self._host} broke off: {type(error).__name__}") from None
        finally:
            response.release()

    async def _try(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: IO[bytes] | None,
        limits: aiohttp.ClientTimeout,
    ) -> aiohttp.ClientResponse | str:
        """The response, or why there is none."""
        signed = await asyncio.to_thread(self._signed, method, address, headers, body)
        try:
            return await self._session.request(
                method,
                URL(address, encoded=True),
                headers=signed,
                data=None if body is None else _again(body),
                timeout=limits,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__

    def _signed(self, method: str, address: str, headers: Mapping[str, str], body: IO[bytes] | None) -> dict[str, str]:
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - only where there is a bucket

        if body is not None:
            body.seek(0)
        request = AWSRequest(method=method, url=address, headers=dict(headers), data=body)
        self._signer.add_auth(request)
        return dict(request.headers.items())

    async def _refusal(self, method: str, response: aiohttp.ClientResponse) -> BucketError:
        told = (await response.content.read(PIECE)).decode("utf-8", "replace")
        found = re.search(r"<Code>(\w+)</Code>", told)
        code = found[1] if found else ""
        if method == "HEAD":  # it has no words
            return BucketError(f"{self._host} answers {response.status}: `chatbot doctor --online` says why")
        why = _ADVICE.get(code) or f"answers {response.status}{f' {code}' if code else ''}"
        return BucketError(f"bucket {self._settings.bucket} at {self._host}, {method}: {why}", code)

    @property
    def _host(self) -> str:
        return urlsplit(self._base).netloc


def _signer(settings: Bucket) -> S3SigV4Auth:
    try:
        from botocore.auth import S3SigV4Auth  # noqa: PLC0415
        from botocore.credentials import Credentials  # noqa: PLC0415
    except ImportError:
        said = "files: a bucket needs the extra `s3`: pip install 'chatbot[s3]'"
        raise OperatorError(said) from None
    known = Credentials(settings.access_key.get_secret_value(), settings.secret_key.get_secret_value())
    return S3SigV4Auth(known, "s3", settings.region)


def _base(settings: Bucket) -> str:
    """Where the bucket is: its name stands in the path at an endpoint of one's own, in the host's name at AWS."""
    endpoint = settings.endpoint.rstrip("/") or f"https://s3.{settings.region}.amazonaws.com"
    if settings.path_style is True or (settings.path_style is None and settings.endpoint):
        return f"{endpoint}/{settings.bucket}"
    scheme, _, host = endpoint.partition("://")
    return f"{scheme}://{settings.bucket}.{host}"


async def _again(body: IO[bytes]) -> AsyncGenerator[bytes]:
    """A file from its beginning: each try sends all of it."""
    await asyncio.to_thread(body.seek, 0)
    while piece := await asyncio.to_thread(body.read, PIECE):
        yield piece
