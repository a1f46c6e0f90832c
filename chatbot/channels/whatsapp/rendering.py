"""A message as bodies of the Cloud API; delivery adds who it is for. Ways on: up to three buttons, else a list.

Docs: WhatsApp Business Platform > Cloud API > Messages; limits in policy/capabilities.py. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatbot.channels.degrading import degrade
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Attachment, AttachmentKind, Button, Json, Message

BUTTONS: Final = 3
BUTTON_TITLE: Final = 20
_MENU: Final = "☰"
"""On the button that opens a list: it must say something, and this is said in every language."""

_TYPES: Final[Mapping[AttachmentKind, str]] = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "file": "document",
}


class WhatsAppRenderer:
    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["whatsapp"]

    def render(self, message: Message) -> tuple[Json, ...]:
        return tuple(_body(part) for part in degrade(message, self.capabilities))


def _body(part: Message) -> dict[str, Any]:
    if part.attachment is not None:
        return _media(part.attachment)
    if part.options:
        return {"type": "interactive", "interactive": _interactive(part.text, part.options)}
    return _text(part.text)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": "http" in text}}


def _media(attachment: Attachment) -> dict[str, Any]:
    named = _TYPES[attachment.kind]
    fields = {"link": attachment.url}
    if named == "document" and attachment.title:
        fields["filename"] = attachment.title
    return {"type": named, named: fields}


def _interactive(text: str, ways: tuple[Button, ...]) -> dict[str, Any]:
    if len(ways) <= BUTTONS and all(len(way.title) <= BUTTON_TITLE for way in ways):
        buttons = [{"type": "reply", "reply": _reply(way)} for way in ways]
        return {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}
    sections = [{"title": _MENU, "rows": [_reply(way) for way in ways]}]
    return {"type": "list", "body": {"text": text}, "action": {"button": _MENU, "sections": sections}}


def _reply(way: Button) -> dict[str, str]:
    return {"id": way.payload or way.title, "title": way.title}
