"""Who may write in a thread of a fake page: one app at a time, as Meta's conversation routing has it.

Docs: Messenger Platform > Handover protocol; Conversation routing. What customers write in a thread that is another
app's comes to ours as standby.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from chatbot.testing.fake_platform import Event, FakePlatform
from chatbot.testing.messenger_rules import GraphError, read_json
from chatbot.types import Json


class Threads:
    """`owners` are the apps of those threads that are not ours; `passed` what our app gave away, with its note."""

    def __init__(self, platform: FakePlatform, app_id: int, check_token: Callable[[web.Request], None]) -> None:
        self.owners: dict[str, int] = {}
        self.passed: list[tuple[str, int, str]] = []
        self.taken: list[str] = []
        self.asked: list[str] = []  # whose threads our app has asked for
        self.primary = True  # whether our app is the page's primary receiver, which may take any thread
        self._platform = platform
        self._app_id = app_id
        self._check_token = check_token

    def check(self, recipient: str) -> None:
        """Raise GraphError for a message in a thread of another app."""
        if recipient in self.owners:
            said = "(#10) Message failed to send because another app is controlling this thread now."
            raise GraphError(10, said, subcode=2018300)

    def sorted_out(self, events: Sequence[Event]) -> dict[str, list[Event]]:
        """Events as an entry has them: for us, and those that we may only watch."""
        watched = [event for event in events if self._is_standby(event)]
        ours = [event for event in events if not self._is_standby(event)]
        return {name: found for name, found in (("messaging", ours), ("standby", watched)) if found}

    def _is_standby(self, event: Mapping[str, Any]) -> bool:
        return event.get("sender", {}).get("id") in self.owners and not event.keys() & {
            "pass_thread_control",
            "take_thread_control",
        }

    def given_back(self, who: str) -> dict[str, Json]:
        """The other app gives the thread to ours: fields of the event that says so."""
        before = self.owners.pop(who)
        return {"previous_owner_app_id": str(before), "new_owner_app_id": str(self._app_id), "metadata": ""}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/{version}/{node}/pass_thread_control", self._pass),
            web.post("/{version}/{node}/take_thread_control", self._take),
            web.post("/{version}/{node}/request_thread_control", self._request),
        ]

    async def _pass(self, request: web.Request) -> web.Response:
        return await self._platform.answer(request, self._give)

    async def _give(self, request: web.Request) -> Json:
        self._check_token(request)
        call = await read_json(request)
        who, app = str(call.get("recipient", {}).get("id", "")), str(call.get("target_app_id", ""))
        self.check(who)
        if not who or not app.isdigit():
            raise GraphError(100, "(#100) Param target_app_id must be an app")
        self.owners[who] = int(app)
        self.passed.append((who, int(app), str(call.get("metadata", ""))))
        return {"success": True}

    async def _take(self, request: web.Request) -> web.Response:
        return await self._platform.answer(request, self._get_back)

    async def _get_back(self, request: web.Request) -> Json:
        self._check_token(request)
        who = str((await read_json(request)).get("recipient", {}).get("id", ""))
        if who in self.owners and not self.primary:
            raise GraphError(200, "(#200) Only the primary receiver may take control of a thread of another app.")
        self.owners.pop(who, None)
        self.taken.append(who)
        return {"success": True}

    async def _request(self, request: web.Request) -> web.Response:
        return await self._platform.answer(request, self._ask)

    async def _ask(self, request: web.Request) -> Json:
        """Always a success, and nothing happens until the other app passes the thread."""
        self._check_token(request)
        self.asked.append(str((await read_json(request)).get("recipient", {}).get("id", "")))
        return {"success": True}
