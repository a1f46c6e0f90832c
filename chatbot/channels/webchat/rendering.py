"""A message as one web chat body. The page shows everything natively, so nothing is split or degraded. Pure."""

from __future__ import annotations

from typing import Any

from chatbot.channels.degrading import describe, described, map_link
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Attachment, Button, Card, Json, Message


class WebChatRenderer:
    """Bodies are `{"text", "buttons", "options", "attachment", "cards"}`, each only where there is something."""

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["webchat"]

    def render(self, message: Message) -> tuple[Json, ...]:
        body = shown(message)
        return (body,) if body else ()


def shown(message: Message) -> dict[str, Any]:
    """What the page is told about a message; it trusts none of it with markup."""
    body: dict[str, Any] = {}
    if text := "\n".join(part for part in (message.text, *described(message.options)) if part):
        body["text"] = text
    if message.buttons:
        body["buttons"] = [_way(way) for way in message.buttons]
    if message.options:
        body["options"] = [_way(way) for way in message.options]
    if message.attachment is not None:
        body["attachment"] = _attachment(message.attachment)
    if message.cards:
        body["cards"] = [_card(card) for card in message.cards]
    return body


def _way(way: Button) -> dict[str, str]:
    return {"title": way.title, "url": way.url} if way.url else {"title": way.title, "payload": way.payload}


def _card(card: Card) -> dict[str, Any]:
    shown: dict[str, Any] = {"title": card.title, "text": card.text, "image": card.image, "url": card.url}
    shown = {name: value for name, value in shown.items() if value}
    return shown | ({"buttons": [_way(way) for way in card.buttons]} if card.buttons else {})


def _attachment(attachment: Attachment) -> dict[str, str]:
    if attachment.kind == "location":
        words = ", ".join(part for part in (attachment.title, attachment.address) if part)
        where = words or f"{attachment.latitude:g}, {attachment.longitude:g}"
        return {"kind": "location", "url": map_link(attachment), "title": where}
    return {"kind": attachment.kind, "url": attachment.url, "title": attachment.title or describe(attachment)}
