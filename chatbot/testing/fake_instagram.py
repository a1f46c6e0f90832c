"""A Graph API to test against, with an Instagram account: Messenger's calls within Instagram's limits.

Both stacks ask for the same: `login` says on which host and with whose token; here there is one host.
"""

from __future__ import annotations

from typing import Any, ClassVar

from aiohttp import web

from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.testing.fake_platform import DAY, Event, Sent
from chatbot.testing.messenger_rules import GraphError, MessengerRules
from chatbot.types import Json


class FakeInstagram(FakeMessenger):
    """One professional account. An echo of what the bot sent carries nothing of ours but the message's id."""

    kind: ClassVar[str] = "instagram"
    product: ClassVar[str] = "instagram"
    rules: ClassVar[MessengerRules] = MessengerRules(text=1000, in_bytes=True, metadata=False, reaction="love")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.tokens = [self.page_token]
        self.too_young = False
        self.tells_linked = True  # whether the token may read which account is linked to the page

    @property
    def settings(self) -> dict[str, str]:
        return {
            "kind": "instagram",
            "account_id": self.page_id,
            "token": self.tokens[0],
            "app_secret": self.app_secret,
            "verify_token": "fake-verify-token",
            "api_url": self.url,
        }

    async def _about(self, request: web.Request) -> Json:
        if request.match_info["node"] in self._last_wrote:
            return await super()._about(request)
        self.check_token(request)
        linked = {"instagram_business_account": {"id": self.page_id}} if self.tells_linked else {}
        return {"user_id": self.page_id, "id": self.page_id, "username": "fake_shop", **linked}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/refresh_access_token", self._refresh), *super().routes()]

    async def _refresh(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._renew)

    async def _renew(self, request: web.Request) -> Json:
        """For a token of Instagram Login that is a day old and still good; the old one stays good, too."""
        if request.query.get("grant_type") != "ig_refresh_token":
            raise GraphError(100, "Unsupported grant_type")
        if request.query.get("access_token") not in self.tokens:
            raise GraphError(190, "Error validating access token", subcode=463)
        if self.too_young:
            raise GraphError(10, "The token is not old enough to be refreshed")
        self.page_token = f"fake-token-{len(self.tokens)}"
        self.tokens.append(self.page_token)
        return {"access_token": self.page_token, "token_type": "bearer", "expires_in": 60 * DAY}

    def check_token(self, request: web.Request, node: str = "me") -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        before, self.page_token = self.page_token, given if given in self.tokens else self.page_token
        try:
            super().check_token(request, node)
        finally:
            self.page_token = before

    def person_wrote(self, who: str, text: str) -> Event:
        """Somebody answers in the Instagram app."""
        return self._from_us(who, {"is_echo": True, "mid": self.mid(), "text": text})

    def told_of(self, sent: Sent) -> list[Event]:
        shown = {key: value for key, value in sent.message.items() if key in {"text", "attachment"}}
        attachment = shown.pop("attachment", None)
        if attachment is not None:
            shown["attachments"] = [attachment]
        return [self._from_us(sent.recipient, {"is_echo": True, "mid": sent.mid, **shown})]

    def mid(self) -> str:
        return f"aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOj{self.page_id}{self.number()}"


if __name__ == "__main__":
    from chatbot.testing.customer_terminal import main

    raise SystemExit(main(FakeInstagram, "instagram"))
