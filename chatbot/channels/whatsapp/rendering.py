"""A message as bodies of the Cloud API; delivery adds who it is for.

Ways on: up to three buttons, under a picture, a video or a document if there is one; else a list; one link alone is a
button that opens it. Docs: WhatsApp Business Platform > Cloud API > Messages; limits in policy/capabilities.py. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatbot.channels.degrading import degrade
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Attachment, AttachmentKind, Button, Json, Message

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
    if part.buttons or part.options:
        shown = {"body": {"text": part.text}, **_ways(part)}
        if part.attachment is not None:
            shown["header"] = _media(part.attachment)
        return {"type": "interactive", "interactive": shown}
    if part.attachment is None:
        return {"type": "text", "text": {"body": part.text, "preview_url": "http" in part.text}}
    if part.attachment.kind == "location":
        return {"type": "location", "location": _place(part.attachment)}
    media = _media(part.attachment)
    if part.text:
        media[media["type"]]["caption"] = part.text
    return media


def _media(attachment: Attachment) -> dict[str, Any]:
    named = _TYPES[attachment.kind]
    fields: dict[str, Any] = {"link": attachment.url}
    if named == "document" and attachment.title:
        fields["filename"] = attachment.title
    if attachment.kind == "voice":
        fields["voice"] = True
    return {"type": named, named: fields}


def _place(place: Attachment) -> dict[str, Any]:
    shown = {"latitude": place.latitude, "longitude": place.longitude, "name": place.title, "address": place.address}
    return {name: value for name, value in shown.items() if value != ""}


def _ways(part: Message) -> dict[str, Any]:
    if part.buttons:
        (link,) = part.buttons
        opens = {"display_text": link.title, "url": link.url}
        return {"type": "cta_url", "action": {"name": "cta_url", "parameters": opens}}
    limits = CAPABILITIES["whatsapp"]
    if len(part.options) <= limits.options and all(len(way.title) <= limits.option_title for way in part.options):
        return {"type": "button", "action": {"buttons": [{"type": "reply", "reply": _reply(w)} for w in part.options]}}
    sections = [{"title": _MENU, "rows": [_reply(way) for way in part.options]}]
    return {"type": "list", "action": {"button": _MENU, "sections": sections}}


def _reply(way: Button) -> dict[str, str]:
    return {"id": way.payload, "title": way.title}
