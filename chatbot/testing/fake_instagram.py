"""A Graph API to test against, with an Instagram account: Messenger's calls within Instagram's limits.

Both stacks ask for the same: `login` says on which host and with whose token; here there is one host.
"""

from __future__ import annotations

from typing import ClassVar

from aiohttp import web

from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.testing.fake_platform import Event, Sent
from chatbot.testing.messenger_rules import MessengerRules
from chatbot.types import Json


class FakeInstagram(FakeMessenger):
    """One professional account. An echo of what the bot sent carries nothing of ours but the message's id."""

    kind: ClassVar[str] = "instagram"
    product: ClassVar[str] = "instagram"
    rules: ClassVar[MessengerRules] = MessengerRules(text=1000, in_bytes=True, metadata=False)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "kind": "instagram",
            "account_id": self.page_id,
            "token": self.page_token,
            "app_secret": self.app_secret,
            "verify_token": "fake-verify-token",
            "api_url": self.url,
        }

    async def _about(self, request: web.Request) -> Json:
        if request.match_info["node"] in self._last_wrote:
            return await super()._about(request)
        self.check_token(request)
        return {"user_id": self.page_id, "id": self.page_id, "username": "fake_shop"}

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
