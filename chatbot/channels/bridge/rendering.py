"""A message as JSON for a partner, who shows it as the platform behind allows.

The partner gets text, ways on and cards apart, and may degrade them further; what presses mean comes back as `payload`.
"""

from __future__ import annotations

from typing import Any

from chatbot.channels.degrading import degrade, map_link
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Attachment, Button, Card, Json, Message


class BridgeRenderer:
    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["bridge"]

    def render(self, message: Message) -> tuple[Json, ...]:
        return tuple(_shown(part) for part in degrade(message, self.capabilities))


def _shown(part: Message) -> dict[str, Any]:
    body: dict[str, Any] = {"text": part.text} if part.text else {}
    if part.attachment is not None:
        body["attachments"] = [_attachment(part.attachment)]
    if part.buttons:
        body["buttons"] = [_way(way) for way in part.buttons]
    if part.options:
        body["options"] = [_way(way) for way in part.options]
    if part.cards:
        body["cards"] = [_card(card) for card in part.cards]
    return body


def _attachment(attachment: Attachment) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": attachment.kind, "url": attachment.url, "title": attachment.title}
    if attachment.kind == "location":
        shown |= {"url": map_link(attachment), "latitude": attachment.latitude, "longitude": attachment.longitude}
    return {**shown, "address": attachment.address} if attachment.address else shown


def _way(way: Button) -> dict[str, str]:
    return {"title": way.title, "url": way.url} if way.url else {"title": way.title, "payload": way.payload}


def _card(card: Card) -> dict[str, Any]:
    shown = {"title": card.title, "text": card.text, "image": card.image, "url": card.url}
    return {name: value for name, value in shown.items() if value} | {"buttons": [_way(way) for way in card.buttons]}
