"""What one Telegram message holds, in the words all channels share.

Docs: Telegram Bot API > Message. Files are named by `file_id` only: an address is asked for when they are fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from chatbot.channels.payload import identifier, mapping, number, sequence, text
from chatbot.types import Attachment, AttachmentKind, Json

Fields = Mapping[str, Any]


def attachments_of(message: Fields) -> tuple[Attachment, ...]:
    """What was sent; an animation comes with a document that repeats it, a venue with its location."""
    for name, read in _READERS.items():
        if name in message:
            found = read(name, message[name])
            return (found,) if found else ()
    paid = sequence(mapping(message.get("paid_media")).get("paid_media"))
    return tuple(each for item in paid for each in attachments_of({**mapping(item), "paid_media": None}))


def text_of(message: Fields) -> str:
    """What was written: as text, below a picture, or in the blocks of a rich message."""
    rich = mapping(message.get("rich_message")).get("blocks")
    return text(message.get("text")) or text(message.get("caption")) or "\n".join(_lines(rich))


def _lines(blocks: Json) -> Iterator[str]:
    """The text of rich blocks, one line a block; blocks hold blocks, or items that do."""
    for block in map(mapping, sequence(blocks)):
        line = _plain(block.get("text"))
        if line:
            yield line
        for within in ("blocks", "items"):
            yield from _lines(block.get(within))


def _plain(rich: Json) -> str:
    """Rich text is a string, a list of rich texts, or an object around one."""
    if isinstance(rich, list):
        return "".join(map(_plain, rich))
    return _plain(rich.get("text")) if isinstance(rich, dict) else text(rich)


def _file(kind: AttachmentKind) -> Callable[[str, Any], Attachment | None]:
    def read(name: str, value: Any) -> Attachment | None:
        fields = mapping(value)
        return Attachment(
            kind,
            title=text(fields.get("file_name")),
            id=identifier(fields.get("file_id")),
            mime=text(fields.get("mime_type")),
        )

    return read


def _photo(name: str, value: Any) -> Attachment | None:
    """Telegram sends a picture in several sizes."""
    sizes = [mapping(size) for size in sequence(value)]
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: (number(size.get("width")) or 0) * (number(size.get("height")) or 0))
    return Attachment("image", id=identifier(largest.get("file_id")))


def _venue(name: str, value: Any) -> Attachment | None:
    venue = mapping(value)
    place = mapping(venue.get("location"))
    title = ", ".join(filter(None, (text(venue.get("title")), text(venue.get("address")))))
    return Attachment("location", "", title, number(place.get("latitude")), number(place.get("longitude")))


def _location(name: str, value: Any) -> Attachment | None:
    place = mapping(value)
    return Attachment("location", "", "", number(place.get("latitude")), number(place.get("longitude")))


def _contact(name: str, value: Any) -> Attachment | None:
    card = mapping(value)
    phone = text(card.get("phone_number"))
    names = " ".join(filter(None, (text(card.get("first_name")), text(card.get("last_name")))))
    return Attachment("contact", f"tel:{phone}" if phone else "", names, id=identifier(card.get("user_id")))


def _story(name: str, value: Any) -> Attachment | None:
    return Attachment("share", title="story", id=identifier(mapping(value).get("id")))


_READERS: Final[Mapping[str, Callable[[str, Any], Attachment | None]]] = {
    "photo": _photo,
    "live_photo": _file("image"),
    "animation": _file("video"),
    "voice": _file("voice"),
    "audio": _file("audio"),
    "video": _file("video"),
    "video_note": _file("video"),
    "sticker": _file("sticker"),
    "document": _file("file"),
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "story": _story,
}


def type_of(message: Fields) -> str:
    """The field that says what a message is: content before what stands around it."""
    known = ("text", "rich_message", *_READERS)
    named = next((name for name in known if name in message), "")
    return named or next((text(name) for name in sorted(message) if name not in _AROUND), "")


_AROUND: Final = frozenset(
    "message_id message_thread_id from sender_chat sender_boost_count sender_business_bot date business_connection_id"
    " chat forward_origin is_topic_message is_automatic_forward reply_to_message external_reply quote reply_to_story"
    " via_bot edit_date has_protected_content is_from_offline media_group_id author_signature entities effect_id"
    " caption caption_entities show_caption_above_media has_media_spoiler link_preview_options reply_markup sender_tag"
    " paid_star_count direct_messages_topic is_paid_post suggested_post_info reply_to_checklist_task_id"
    " guest_bot_caller_chat guest_bot_caller_user guest_query_id reply_to_poll_option_id receiver_user"
    " ephemeral_message_id forward_from forward_from_chat forward_from_message_id forward_signature"
    " forward_sender_name forward_date".split()
)
