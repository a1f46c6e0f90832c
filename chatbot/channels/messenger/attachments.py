"""What customers attach on Messenger and Instagram, in the words all channels share.

Docs: Messenger Platform > Webhooks > messages ("attachment object"); stickers changed on 2026-08-30.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chatbot.channels.payload import identifier, mapping, number, sequence, text
from chatbot.types import Attachment, AttachmentKind

_KINDS: Final[Mapping[str, AttachmentKind]] = {
    "image": "image",
    "audio": "audio",
    "video": "video",
    "file": "file",
    "sticker": "sticker",
    "fallback": "share",
    "share": "share",
    "template": "share",
    "reel": "share",
    "ig_reel": "share",
    "ig_post": "share",
    "post": "share",
    "ig_story": "share",
    "story_mention": "story",
    "like_heart": "sticker",
}
_UNREADABLE: Final = frozenset({"unsupported_type", "ephemeral"})
_LIKE_STICKERS: Final = frozenset({"369239263222822", "369239343222814", "369239383222810"})


def attachments_of(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The attachments we have a word for; older payloads name a sticker beside the message or as an image."""
    found = tuple(_known(message))
    if not found and identifier(message.get("sticker_id")):
        return (Attachment("sticker"),)
    return found


def _known(message: Mapping[str, Any]) -> Iterator[Attachment]:
    for item in sequence(message.get("attachments")):
        fields = mapping(item)
        payload = mapping(fields.get("payload"))
        url = text(payload.get("url")) or text(fields.get("url"))
        title = text(payload.get("title")) or text(fields.get("title")) or text(payload.get("name"))
        named = text(fields.get("type"))
        if named == "location":
            place = mapping(payload.get("coordinates"))
            yield Attachment("location", url, title, number(place.get("lat")), number(place.get("long")))
        elif identifier(payload.get("sticker_id")):
            yield Attachment("sticker", url, title)
        elif named in _UNREADABLE:
            continue
        elif named in _KINDS:
            yield Attachment(_KINDS[named], url, title)
        elif url:  # a type of tomorrow: a person can still open it
            yield Attachment("file", url, title)


def unreadable(message: Mapping[str, Any]) -> bool:
    """Whether the platform keeps what was sent to itself: a picture that vanishes, a type it has no word for."""
    return any(text(mapping(item).get("type")) in _UNREADABLE for item in sequence(message.get("attachments")))


def emoji_of(message: Mapping[str, Any]) -> str:
    """The like button and the heart send a sticker; it means what the emoji means."""
    ids = [identifier(message.get("sticker_id"))]
    for item in map(mapping, sequence(message.get("attachments"))):
        if text(item.get("type")) == "like_heart":
            return "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}"
        ids.append(identifier(mapping(item.get("payload")).get("sticker_id")))
    return "\N{THUMBS UP SIGN}" if _LIKE_STICKERS.intersection(ids) else ""
