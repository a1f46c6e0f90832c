"""A bucket to test against: checks who asks, pages its listings, and fails when told to.

Signatures are worked out here from AWS's document (Signature Version 4), not by the library that made them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import deque
from datetime import UTC, datetime
from typing import Final, Self
from urllib.parse import quote

from aiohttp import web

ACCESS, SECRET, REGION, BUCKET = "AKIAFAKE", "fake-secret", "eu-west-1", "acme-chat"
PAGE: Final = 2
"""Keys in one page of a listing."""


class FakeS3:
    """`objects` by key; `trouble`: what the next requests meet instead: a status, or "reset"."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.trouble: deque[int | str] = deque()
        self.versioned = False
        self.locked: set[str] = set()  # objects that nobody may delete
        self.asked: list[str] = []
        self.url = ""
        self.offset = 0.0  # seconds that this machine's clock is ahead

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{bucket}/{key:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        return {"bucket": BUCKET, "access_key": ACCESS, "secret_key": SECRET, "region": REGION, "endpoint": self.url}

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(request.method)
        if self.trouble:
            trouble = self.trouble.popleft()
            if isinstance(trouble, str):
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            return _error(trouble, "SlowDown" if trouble == 503 else "InternalError")
        if (wrong := self._wrong(request, body)) is not None:
            return wrong
        if request.match_info["bucket"] != BUCKET:
            return _error(404, "NoSuchBucket")
        return self._answer(request, request.match_info["key"], body)

    def _answer(self, request: web.Request, key: str, body: bytes) -> web.Response:
        if request.method == "PUT":
            self.objects[key] = body
            self.headers[key] = dict(request.headers)
            return web.Response()
        if request.method == "DELETE" and key in self.locked:
            return _error(403, "AccessDenied")
        if request.method == "DELETE":
            self.objects.pop(key, None)
            return web.Response(status=204)
        if not key and "versioning" in request.query:
            return web.Response(text="<V><Status>Enabled</Status></V>" if self.versioned else "<V/>")
        if not key:
            return self._page(request)
        if key not in self.objects:
            return _error(404, "NoSuchKey")
        found, asked = self.objects[key], request.headers.get("Range", "")
        if request.method == "HEAD" or not asked:
            return web.Response(body=found)
        first, last = (int(each) for each in asked.removeprefix("bytes=").split("-"))
        return web.Response(status=206, body=found[first : last + 1])

    def _page(self, request: web.Request) -> web.Response:
        below = sorted(key for key in self.objects if key.startswith(request.query.get("prefix", "")))
        after = request.query.get("continuation-token", "")
        left = [key for key in below if key > after]
        shown = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in left[:PAGE])
        more = f"<NextContinuationToken>{left[PAGE - 1]}</NextContinuationToken>" if len(left) > PAGE else ""
        return web.Response(text=f"<ListBucketResult>{shown}{more}</ListBucketResult>", content_type="application/xml")

    def _wrong(self, request: web.Request, body: bytes) -> web.Response | None:
        """Why a request is not believed."""
        given = dict(
            part.strip().split("=", 1)
            for part in request.headers.get("Authorization", "").removeprefix("AWS4-HMAC-SHA256 ").split(",")
            if "=" in part
        )
        who, _, scope = given.get("Credential", "").partition("/")
        if who != ACCESS:
            return _error(403, "InvalidAccessKeyId")
        at = request.headers["X-Amz-Date"]
        now = datetime.now(UTC).timestamp() + self.offset
        if abs(datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp() - now) > 900:
            return _error(403, "RequestTimeTooSkewed")
        if scope != f"{at[:8]}/{REGION}/s3/aws4_request":
            return _error(400, "AuthorizationHeaderMalformed")
        digest = request.headers["X-Amz-Content-SHA256"]
        if digest not in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
            return _error(400, "XAmzContentSHA256Mismatch")
        names = given["SignedHeaders"].split(";")
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
            return _error(403, "AccessDenied")
        query = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(request.query.items())
        )
        shown = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in names)
        asked = "\n".join([request.method, request.raw_path.partition("?")[0], query, shown, ";".join(names), digest])
        said = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(asked.encode()).hexdigest()])
        key = f"AWS4{SECRET}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        if not hmac.compare_digest(hmac.new(key, said.encode(), "sha256").hexdigest(), given["Signature"]):
            return _error(403, "SignatureDoesNotMatch")
        return None


def _error(status: int, code: str) -> web.Response:
    return web.Response(status=status, text=f"<Error><Code>{code}</Code></Error>", content_type="application/xml")
