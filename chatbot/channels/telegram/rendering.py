"""A message as calls of the Bot API, `{"method": ..., fields}` each; delivery adds the chat.

Text goes out plain: what a customer or an author wrote cannot break markup that is not there. All ways on are buttons
under the message. Docs: Telegram Bot API > Available methods; limits in policy/capabilities.py. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chatbot.channels.degrading import degrade
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Attachment, AttachmentKind, Button, Json, Message, Reaction

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
        return tuple(_call(part) for part in degrade(message, self.capabilities))


def without_file(call: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same call with the file's address in its text, for a file Telegram does not take; None if it has no file."""
    field = next((field for method, field in _METHODS.values() if method == call.get("method")), "")
    if not field:
        return None
    words = "\n".join(part for part in (call.get("caption", ""), call[field]) if part)
    rest = {name: value for name, value in call.items() if name not in ("method", "caption", field)}
    return {"method": "sendMessage", "text": words, **rest}


def _call(part: Message) -> dict[str, Any]:
    call = _content(part)
    if ways := (*part.buttons, *part.options):
        call["reply_markup"] = {"inline_keyboard": [[_button(way)] for way in ways]}
    return call


def _content(part: Message) -> dict[str, Any]:
    if part.reaction is not None:
        return _reaction(part.reaction)
    if part.attachment is None:
        return {"method": "sendMessage", "text": part.text}
    if part.attachment.kind == "location":
        return _place(part.attachment)
    method, field = _METHODS[part.attachment.kind]
    call = {"method": method, field: part.attachment.url}
    return {**call, "caption": part.text} if part.text else call


def _reaction(reaction: Reaction) -> dict[str, Any]:
    """None at all takes ours back."""
    given = [{"type": "emoji", "emoji": reaction.emoji}] if reaction.emoji else []
    number = int(reaction.message_id) if reaction.message_id.isdecimal() else reaction.message_id
    return {"method": "setMessageReaction", "message_id": number, "reaction": given}


def _place(place: Attachment) -> dict[str, Any]:
    """A place with a name is a venue, which must have an address too."""
    point = {"latitude": place.latitude, "longitude": place.longitude}
    if not place.title:
        return {"method": "sendLocation", **point}
    address = place.address or f"{place.latitude:g}, {place.longitude:g}"
    return {"method": "sendVenue", **point, "title": place.title, "address": address}


def _button(way: Button) -> dict[str, str]:
    if way.url:
        return {"text": way.title, "url": way.url}
    return {"text": way.title, "callback_data": way.payload}
