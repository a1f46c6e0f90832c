"""Data deletion: `/webhooks/<account>/data-deletion`, which a platform calls, and the page on which people see it done.

Meta posts a form with a `signed_request` and wants an address and a code back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Protocol
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from chatbot.server.accepting import retry_after
from chatbot.server.bodies import BodyRefused, read_body

MAX_FORM: Final = 16 * 1024

_log = structlog.get_logger()


class Asked(Protocol):
    """When it was asked for and done, in ms since 1970 UTC."""

    @property
    def asked_at(self) -> int: ...
    @property
    def done_at(self) -> int | None: ...


class Wishes(Protocol):
    async def ask(self, account: str, signed_request: str, /) -> Mapping[str, str] | None:
        """The answer for the platform, once the wish is noted; None when it did not sign this."""
        ...

    async def status(self, code: str, /) -> Asked | None: ...


class DataDeletion:
    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/webhooks/{account}/data-deletion", self.asked),
            web.get(r"/data-deletion/{code:[0-9a-f]{24}}", self.shown),
        ]

    async def asked(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        try:
            form = parse_qs((await read_body(request, MAX_FORM)).decode("utf-8", "replace"), max_num_fields=20)
        except BodyRefused as refused:
            return _refuse(account, refused.status, refused.reason)
        except ValueError:
            return _refuse(account, 400, "too many fields")
        try:
            answer = await self._wishes.ask(account, form.get("signed_request", [""])[0])
        # The edge of the house: what is not noted has to be asked again.
        except Exception as error:  # noqa: BLE001
            _log.warning("data_deletion_not_noted", account=account, error=type(error).__name__)
            wait = str(retry_after(error))
            return web.json_response({"error": "please try again"}, status=503, headers={"Retry-After": wait})
        if answer is None:
            return _refuse(account, 403, "signed_request missing or not signed by the platform")
        return web.json_response(answer)

    async def shown(self, request: web.Request) -> web.Response:
        found = await self._wishes.status(request.match_info["code"])
        if found is None:
            raise web.HTTPNotFound
        done = f"Done on {_day(found.done_at)}." if found.done_at is not None else "Not done yet."
        text = f"Deletion of data, asked for on {_day(found.asked_at)}.\n{done}\n"
        return web.Response(text=text, content_type="text/plain", charset="utf-8")


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def _refuse(account: str, status: int, reason: str) -> web.Response:
    _log.warning("data_deletion_refused", account=account[:64], status=status, reason=reason)
    return web.json_response({"error": reason}, status=status)
