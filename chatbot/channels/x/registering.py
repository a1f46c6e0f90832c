"""X's side of an account: whose tokens these are, which address X calls, and what it tells of.

Docs: X API v2 > Webhooks; X Activity API > Subscriptions. Webhooks are the app's: they take its bearer token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chatbot.channels.payload import identifier, mapping, sequence, text
from chatbot.channels.setup import Look, Step
from chatbot.channels.tokens import Rotation
from chatbot.channels.x.sending import XApi
from chatbot.errors import PlatformError

EVENTS: Final = ("dm.received", "dm.sent")
"""What is subscribed to; own messages are for free, and say when a person answers in the app."""


@dataclass(frozen=True, slots=True)
class Registration:
    """`bearer` is the app's token, "" when bot.yaml has none."""

    api: XApi
    tokens: Rotation
    user_id: str
    bearer: str

    async def look(self, webhook: str) -> Look:
        look = Look()
        try:
            told = await self.tokens.use(lambda token: self.api.ask("GET", token, "/2/users/me"))
        except PlatformError as error:
            look.refused("the tokens do not work", error)
            return look
        user = mapping(told.get("data"))
        if identifier(user.get("id")) != self.user_id:
            look.fail(f"the tokens are of @{text(user.get('username'))}, not of user_id", "correct one of them")
            return look
        look.ok(f"the tokens are of @{text(user.get('username'))}")
        if not self.bearer:
            look.warn("bearer_token is not set: nobody can see here which address X calls", "set it in bot.yaml")
        elif not webhook:
            look.warn("nobody knows which address X should call", "set public_url in bot.yaml")
        else:
            with look.asking("the webhooks"):
                await self._look_at_webhook(look, webhook)
            with look.asking("the subscriptions"):
                await self._look_at_subscriptions(look, webhook)
        return look

    async def _look_at_webhook(self, look: Look, webhook: str) -> None:
        found = await self._webhook(webhook)
        if not found:
            does = Step(f"have X call {webhook}", lambda: self._register("POST", "/2/webhooks", webhook))
            look.missing("X does not call here", does)
        elif found.get("valid") is False:
            path = f"/2/webhooks/{identifier(found.get('id'))}"
            look.missing("X has given up calling here", Step("have X try again", lambda: self._register("PUT", path)))
        else:
            look.ok(f"X calls {webhook}")

    async def _register(self, method: str, path: str, webhook: str = "") -> Mapping[str, Any]:
        """X asks the address for a proof before it takes it."""
        try:
            return await self._ask(method, path, {"url": webhook} if webhook else None)
        except PlatformError as error:
            if "crc" not in str(error).lower():
                raise
            raise PlatformError(
                "X asked the address for its proof and did not get it: see that the server runs there, and that"
                " `consumer_secret` is the one of this app",
                reason="permission",
            ) from None

    async def _look_at_subscriptions(self, look: Look, webhook: str) -> None:
        told = await self._ask("GET", "/2/activity/subscriptions")
        subscribed = [mapping(each) for each in sequence(told.get("data"))]
        known = {
            text(each.get("event_type"))
            for each in subscribed
            if identifier(mapping(each.get("filter")).get("user_id")) == self.user_id
        }
        missing = [name for name in EVENTS if name not in known]
        if not missing:
            look.ok(f"X tells of {', '.join(EVENTS)}")
            return
        named = ", ".join(missing)
        look.missing(
            f"X does not tell of {named}", Step(f"subscribe to {named}", lambda: self._subscribe(webhook, missing))
        )

    async def _subscribe(self, webhook: str, events: list[str]) -> None:
        """The webhook may have been made a moment ago, so its id is asked for now."""
        found = await self._webhook(webhook)
        for name in events:
            body = {
                "event_type": name, "filter": {"user_id": self.user_id}, "tag": "chatbot",
                "webhook_id": identifier(found.get("id")),
            }  # fmt: skip
            await self.tokens.use(
                lambda token, body=body: self.api.ask("POST", token, "/2/activity/subscriptions", body)  # type: ignore[misc]  # bound now
            )

    async def _webhook(self, url: str) -> Mapping[str, Any]:
        told = await self._ask("GET", "/2/webhooks")
        return next((mapping(each) for each in sequence(told.get("data")) if mapping(each).get("url") == url), {})

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        return await self.api.ask(method, self.bearer, path, body)
