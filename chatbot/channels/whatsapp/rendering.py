"""A message as bodies of the Cloud API; delivery adds who it is for.

Ways on: up to three buttons, under a picture, a video or a document if there is one; else a list; one link alone is a
button that opens it. Docs: WhatsApp Business Platform > Cloud API > Messages; limits in policy/capabilities.py. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatbot.channels.degrading import degrade
from chatbot.channels.whatsapp.carousel import side_by_side
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.policy.payloads import carried
from chatbot.types import (
    Attachment,
    AttachmentKind,
    Button,
    Json,
    Message,
    MessageTemplate,
    TemplateButton,
    TemplateValue,
)

_MENU: Final = "☰"
"""On the button that opens a list: it must say something, and this is said in every language."""

_TEMPLATE_PAYLOAD: Final = 128
"""Bytes that a template's quick reply carries."""

_TYPES: Final[Mapping[AttachmentKind, str]] = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "file": "document",
}


class WhatsAppRenderer:
    """`carousel`: cards that are alike stand side by side."""

    carousel: bool = False

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["whatsapp"]

    def render(self, message: Message) -> tuple[Json, ...]:
        if message.template is not None:
            return ({"type": "template", "template": _template(message.template, message.attachment)},)
        shown = side_by_side(message, self.capabilities) if self.carousel else None
        if shown is None:
            return tuple(_body(part) for part in degrade(message, self.capabilities))
        rows = ({"type": "interactive", "interactive": row} for row in shown.rows)
        return (*map(_body, shown.before), *rows, *map(_body, shown.behind))


def _body(part: Message) -> dict[str, Any]:
    if part.reaction is not None:
        return {"type": "reaction", "reaction": {"message_id": part.reaction.message_id, "emoji": part.reaction.emoji}}
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


def _template(template: MessageTemplate, media: Attachment | None) -> dict[str, Any]:
    """Only what fills the holes is sent; the text lies there. A header is one of its media or of its values."""
    header = [_media(media)] if media is not None else [_value(each) for each in template.header]
    components: list[dict[str, Any]] = [
        {"type": "header", "parameters": header},
        {"type": "body", "parameters": [_value(each) for each in template.body]},
        *(_template_button(button) for button in template.buttons),
    ]
    filled = [each for each in components if each["parameters"]]
    shown = {"name": template.name, "language": {"code": template.language}}
    return {**shown, "components": filled} if filled else shown


def _value(value: TemplateValue) -> dict[str, str]:
    named = {"parameter_name": value.name} if value.name else {}
    return {"type": "text", **named, "text": value.text}


def _template_button(button: TemplateButton) -> dict[str, Any]:
    parameter = {"type": "text", "text": button.value}
    if button.kind == "quick_reply":
        parameter = {"type": "payload", "payload": carried(button.value, _TEMPLATE_PAYLOAD)}
    return {"type": "button", "sub_type": button.kind, "index": str(button.index), "parameters": [parameter]}


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
    short = all(len(way.title) <= limits.option_title and not way.text for way in part.options)
    if short and len(part.options) <= limits.options:
        return {"type": "button", "action": {"buttons": [{"type": "reply", "reply": _reply(w)} for w in part.options]}}
    sections = [{"title": _MENU, "rows": [_row(way) for way in part.options]}]
    return {"type": "list", "action": {"button": _MENU, "sections": sections}}


def _row(way: Button) -> dict[str, str]:
    return {**_reply(way), "description": way.text} if way.text else _reply(way)


def _reply(way: Button) -> dict[str, str]:
    return {"id": way.payload, "title": way.title}
