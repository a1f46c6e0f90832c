"""A message as the bodies of Send API calls; delivery adds recipient and metadata.

`{"message": {...}}` each, or a sender action for a reaction.

Docs: Messenger Platform > Send Messages; limits in policy/capabilities.py. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from chatbot.channels.degrading import POINTER, degrade
from chatbot.channels.graphemes import shorten
from chatbot.channels.splitting import split_text
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Attachment, AttachmentKind, Button, Card, Json, Message, Reaction

_TYPES: Final[Mapping[AttachmentKind, str]] = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "file": "file",
}


_ONLY: Final = "love"
"""The heart, which is what Instagram takes."""


class MessengerRenderer:
    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["messenger"]

    def render(self, message: Message) -> tuple[Json, ...]:
        """One attachment or one text a call; buttons and cards as templates, options as quick replies."""
        return bodies(message, self.capabilities)


def bodies(message: Message, limits: Capabilities) -> tuple[Json, ...]:
    """What Messenger and Instagram both take, each within its own limits."""
    return tuple(
        _action(part.reaction, limits) if part.reaction is not None else {"message": _message(part)}
        for part in degrade(message, limits)
    )


def without_file(message: Mapping[str, Any], limits: Capabilities) -> dict[str, Any] | None:
    """The same message with the file's address as its text, for a file Meta does not take; None if it has no file.

    An address longer than a text may be stands behind a button: in two pieces it would lead nowhere.
    """
    attachment = message.get("attachment", {})
    if attachment.get("type") not in _TYPES.values():
        return None
    rest = {name: value for name, value in message.items() if name != "attachment"}
    url = attachment["payload"]["url"]
    if len(split_text(url, limits.text_limit, limits.text_unit)) == 1:
        return {"text": url, **rest}
    opens = Button(shorten(urlsplit(url).netloc, limits.button_title), url=url)
    return {**_message(Message(POINTER, (opens,))), **rest}


def _action(reaction: Reaction, limits: Capabilities) -> dict[str, Any]:
    """Where a product has one reaction only, it goes by its name."""
    if not reaction.emoji:
        return {"sender_action": "unreact", "payload": {"message_id": reaction.message_id}}
    shown = _ONLY if limits.emoji else reaction.emoji
    return {"sender_action": "react", "payload": {"message_id": reaction.message_id, "reaction": shown}}


def _message(part: Message) -> dict[str, Any]:
    if part.attachment is not None:
        return {"attachment": _attachment(part.attachment)}
    body: dict[str, Any] = {"text": part.text}
    if part.cards:
        template = {"template_type": "generic", "elements": [_element(card) for card in part.cards]}
        body = {"attachment": {"type": "template", "payload": template}}
    if part.buttons:
        template = {"template_type": "button", "text": part.text, "buttons": [_button(way) for way in part.buttons]}
        body = {"attachment": {"type": "template", "payload": template}}
    if part.options:
        body["quick_replies"] = [_quick_reply(way) for way in part.options]
    return body


def _element(card: Card) -> dict[str, Any]:
    element: dict[str, Any] = {"title": card.title}
    if card.text:
        element["subtitle"] = card.text
    if card.image:
        element["image_url"] = card.image
    if card.url:
        element["default_action"] = {"type": "web_url", "url": card.url}
    if card.buttons:
        element["buttons"] = [_button(way) for way in card.buttons]
    return element


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {"type": _TYPES[attachment.kind], "payload": {"url": attachment.url, "is_reusable": True}}


def _button(way: Button) -> dict[str, str]:
    if way.url:
        return {"type": "web_url", "url": way.url, "title": way.title}
    return {"type": "postback", "title": way.title, "payload": way.payload}


def _quick_reply(way: Button) -> dict[str, str]:
    return {"content_type": "text", "title": way.title, "payload": way.payload}
