"""The app behind fake accounts of Meta: what it has told Meta to call, and with which fields."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from aiohttp import web

from chatbot.testing.fake_platform import FakePlatform
from chatbot.testing.messenger_rules import GraphError, read_json
from chatbot.types import Json


class MetaApp:
    """`subscriptions` by product: page, instagram, whatsapp_business_account.

    `scopes` and `ends_at` (Unix seconds, 0 for never) are those of every token made with it. An address that is to be
    called must first say back what it is asked, where `homes` of the platform knows it.
    """

    def __init__(self, platform: FakePlatform, app_id: int, app_secret: str) -> None:
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.scopes = [
            "pages_messaging", "pages_manage_metadata", "instagram_basic", "instagram_manage_messages",
            "whatsapp_business_messaging", "whatsapp_business_management",
        ]  # fmt: skip
        self.ends_at = 0
        self._platform = platform
        self._token = f"{app_id}|{app_secret}"
        self._path = f"/{{version}}/{app_id}/subscriptions"

    def routes(self) -> list[web.RouteDef]:
        debug = web.get("/{version}/debug_token", self._debug)
        return [debug, web.get(self._path, self._get), web.post(self._path, self._post)]

    async def _debug(self, request: web.Request) -> web.Response:
        return await self._platform.answer(request, self._token_told)

    async def _token_told(self, request: web.Request) -> Json:
        self._check(request)
        if request.query.get("input_token") not in self._platform.settings.values():
            return {"data": {"is_valid": False, "scopes": [], "error": {"code": 190, "message": "Invalid token"}}}
        return {"data": {"is_valid": True, "scopes": self.scopes, "expires_at": self.ends_at}}

    async def _get(self, request: web.Request) -> web.Response:
        return await self._platform.answer(request, self._list)

    async def _list(self, request: web.Request) -> Json:
        self._check(request)
        return {"data": list(self.subscriptions.values())}

    async def _post(self, request: web.Request) -> web.Response:
        return await self._platform.answer(request, self._subscribe)

    async def _subscribe(self, request: web.Request) -> Json:
        self._check(request)
        call = await read_json(request)
        if not str(call.get("callback_url", "")).startswith("https://") or not call.get("verify_token"):
            raise GraphError(2200, "(#2200) callback verification failed")
        await self._verify(call["callback_url"], call["verify_token"])
        fields = [{"name": name, "version": "v25.0"} for name in call.get("fields", "").split(",")]
        self.subscriptions[call["object"]] = {
            "object": call["object"], "callback_url": call["callback_url"], "fields": fields, "active": True,
        }  # fmt: skip
        return {"success": True}

    async def _verify(self, address: str, token: str) -> None:
        challenge = str(secrets.randbelow(1 << 31))
        asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token}
        home = self._platform.reached_at(address)
        if home is None:
            return
        status, said_back = await self._platform.ask(home, asked)
        if (status, said_back) == (200, challenge):
            return
        said = f"HTTP Status Code = {status}; HTTP Message = {HTTPStatus(status).phrase}"
        raise GraphError(2200, f"(#2200) Callback verification failed with the following errors: {said}")

    def _check(self, request: web.Request) -> None:
        if request.query.get("access_token") != self._token or "Authorization" in request.headers:
            raise GraphError(190, "An app access token is needed", status=401)
