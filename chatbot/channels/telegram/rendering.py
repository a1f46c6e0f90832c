"""A message as calls of the Bot API, `{"method": ..., fields}` each; delivery adds the chat.

Text goes out plain: what a customer or an author wrote cannot break markup that is not there. All ways on are buttons
under the message; what one stands for has 64 bytes. Limits in policy/capabilities.py. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatbot.channels.degrading import degrade
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import AttachmentKind, Button, Json, Message

_METHODS: Final[Mapping[AttachmentKind, tuple[str, str]]] = {
    "image": ("sendPhoto", "photo"),
    "audio": ("sendAudio", "audio"),
    "voice": ("sendVoice", "voice"),
    "video": ("sendVideo", "video"),
    "file": ("sendDocument", "document"),
}


class TelegramRenderer:
    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["telegram"]

    def render(self, message: Message) -> tuple[Json, ...]:
        return tuple(_call(part, self.capabilities.payload) for part in degrade(message, self.capabilities))


def _call(part: Message, limit: int) -> dict[str, Any]:
    if part.attachment is not None:
        method, field = _METHODS[part.attachment.kind]
        return {"method": method, field: part.attachment.url}
    call: dict[str, Any] = {"method": "sendMessage", "text": part.text}
    if ways := (*part.buttons, *part.options):
        call["reply_markup"] = {"inline_keyboard": [[_button(way, limit)] for way in ways]}
    return call


def _button(way: Button, limit: int) -> dict[str, str]:
    if way.url:
        return {"text": way.title, "url": way.url}
    data = (way.payload or way.title).encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")
    return {"text": way.title, "callback_data": data}
