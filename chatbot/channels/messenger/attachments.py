"""What customers attach on Messenger and Instagram, in the words all channels share.

Docs: Messenger Platform > Webhooks > messages ("attachment object"); stickers changed on 2026-08-30.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
    "appointment_booking": "share",
}
_IDS: Final = ("ig_post_media_id", "reel_video_id", "story_media_id", "booking_id", "id")
_UNREADABLE: Final = frozenset({"unsupported_type", "ephemeral"})
_LIKE_STICKERS: Final = frozenset({"369239263222822", "369239343222814", "369239383222810"})


def attachments_of(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The attachments we have a word for; older payloads name a sticker beside the message or as an image.

    One thing may come twice while Meta changes its word for it, a post as `share` and `ig_post`, a sticker as `image`
    and `sticker`: it is shown once, with all that either tells.
    """
    found: list[tuple[str, Attachment]] = []
    for item in map(mapping, sequence(message.get("attachments"))):
        named, each = text(item.get("type")), _known(item)
        if each is None:
            continue
        twin = next((place for place, other in enumerate(found) if other[0] != named and _same(each, other[1])), None)
        if twin is None:
            found.append((named, each))
        else:
            found[twin] = named, _joined(found[twin][1], each)
    if not found and identifier(message.get("sticker_id")):
        return (Attachment("sticker"),)
    return tuple(each for _, each in found)


def _same(one: Attachment, other: Attachment) -> bool:
    by_id = one.kind == other.kind and bool(one.id) and one.id == other.id
    return by_id or (bool(one.url) and one.url == other.url)


def _joined(one: Attachment, other: Attachment) -> Attachment:
    kind = other.kind if other.kind == "sticker" else one.kind
    return replace(one, kind=kind, url=one.url or other.url, title=one.title or other.title, id=one.id or other.id)


def _known(fields: Mapping[str, Any]) -> Attachment | None:
    payload = mapping(fields.get("payload"))
    card = _card(payload)
    url = _first(payload, "url", "story_media_url") or text(fields.get("url")) or text(card.get("image_url"))
    title = _first(payload, "title", "name", "text") or text(fields.get("title")) or text(card.get("title"))
    own_ids = (*(payload.get(name) for name in _IDS), card.get("retailer_id"))
    own_id = next(filter(None, map(identifier, own_ids)), "")
    named = text(fields.get("type"))
    if named == "appointment_booking":  # it has no title, but it is asked for, confirmed, declined or cancelled
        title = title or text(payload.get("status"))
    if named == "location":
        place = mapping(payload.get("coordinates"))
        return Attachment("location", url, title, number(place.get("lat")), number(place.get("long")))
    if identifier(payload.get("sticker_id")):
        return Attachment("sticker", url, title)
    kind = None if named in _UNREADABLE else _KINDS.get(named, "file" if url else None)  # a person can open what is new
    if kind == "share" and not (url or title or own_id):  # of a share that Meta does not pass on only the type comes
        return None
    return Attachment(kind, url, title, id=own_id) if kind else None


def _first(fields: Mapping[str, Any], *names: str) -> str:
    return next(filter(None, (text(fields.get(name)) for name in names)), "")


def _card(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first card of a template: the product of a shop that a customer asks about, or what was passed on."""
    of_product = sequence(mapping(payload.get("product")).get("elements"))
    return mapping(next(iter(of_product or sequence(payload.get("elements"))), None))


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
