"""A message as bodies of TikTok's send call; delivery adds business and conversation.

Up to three ways on make a card under a question: of the button form, or of the "link" form, whose titles may be twice
as long; a press answers on both. Docs: TikTok API for Business > Business Messaging > Send a message. Pure.
"""

from __future__ import annotations

from typing import Final

from chatbot.channels.degrading import degrade
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Button, Json, Message

_FORMS: Final = ("QA_BUTTON_CARD", "QA_LINK_CARD")
"""For options and for rows of the capability table, in its words."""


class TikTokRenderer:
    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["tiktok"]

    def render(self, message: Message) -> tuple[Json, ...]:
        """An image is `{"url"}`: `send` uploads what is there and puts its `media_id` in place."""
        return tuple(_body(part) for part in degrade(message, self.capabilities))


def _body(part: Message) -> dict[str, Json]:
    if part.attachment is not None:
        return {"message_type": "IMAGE", "image": {"url": part.attachment.url}}
    if part.options:
        return {"message_type": "TEMPLATE", "template": _question(part.text, part.options)}
    return {"message_type": "TEXT", "text": {"body": part.text}}


def _question(title: str, ways: tuple[Button, ...]) -> dict[str, Json]:
    longer = any(len(way.title) > CAPABILITIES["tiktok"].option_title for way in ways)
    return {"type": _FORMS[longer], "title": title, "buttons": [_button(way) for way in ways]}


def _button(way: Button) -> dict[str, Json]:
    return {"type": "REPLY", "title": way.title, "id": way.payload}
